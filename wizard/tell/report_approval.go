package tell

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"writeback/steps"
)

func approvalBlocks(r Report) (out []Block) {
	t := Table{Caption: "Approvals", Head: []string{"When", "Who", "From the machine", "For", "How", "Lines"}}
	for _, a := range r.Approvals {
		t.Rows = append(t.Rows, []Cell{{Text: stamp(a.At)}, {Text: person(a.Who)}, {Text: a.Who.Host, Code: true}, {Text: a.Verb},
			{Text: a.How}, {Text: fmt.Sprint(a.Lines), Number: true}})
	}
	if len(t.Rows) == 0 {
		out = append(out, say(Bare, "", "The journal holds no approval: no plan was ever approved in this run."))
	} else {
		out = append(out, Block{Table: &t})
	}
	for _, a := range r.Approvals {
		if a.Digest == "" {
			continue
		}
		pairs := []Pair{{"Approved", stamp(a.At), false}}
		for _, name := range a.Accepted {
			pairs = add(pairs, "Accepted by name", name, true)
		}
		pairs = add(pairs, "The plan was made", moment(a.Planned), false)
		pairs = add(pairs, "On the domain controller", a.DC, true)
		out = append(out, Block{Pairs: add(pairs, "Digest of the plan", a.Digest, true)})
	}
	s := Table{Caption: "Every process that worked on the run", Head: []string{"Began and ended", "Who, from which machine", "Asked for", "On the domain controller", "Came to"}}
	for _, x := range r.Sessions {
		s.Rows = append(s.Rows, []Cell{{Text: stamp(x.Began) + "\n" + cmp.Or(moment(x.Ended), "no end: the journal does not say")}, {Text: WhoText(x.Who)},
			{Text: x.Verb + ", of writeback " + x.Program}, {Text: x.DC, Code: true}, {Text: cmp.Or(strings.TrimSpace(x.State+" "+x.Error), "no end")}})
	}
	if len(s.Rows) > 0 {
		out = append(out, Block{Table: &s})
	}
	return out
}

// person is who it was, without the machine.
func person(w steps.Who) string {
	w.Host = ""
	return WhoText(w)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// moment is stamp, "" for no time.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return stamp(t)
}
