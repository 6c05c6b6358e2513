package tell

import (
	"fmt"
	"strings"

	"writeback/steps"
)

// What is drawn at most. The document has all of it.
const maxPlaces = 15

func coverageBlocks(r Report) (out []Block) {
	if len(r.Coverage) == 0 {
		return []Block{say(Bare, "Not measured.", "Nobody looked at the users when the plan was approved: the journal holds no coverage, as after --yes, --coverage=false, or a run of an earlier program."),
			say(Bare, "", "writeback verify measures how it is now.")}
	}
	for i, c := range r.Coverage {
		if len(r.Coverage) == 1 {
			return coverageOf(c, i)
		}
		out = append(out, Block{Sub: &Sub{Title: "As approved " + stamp(c.Approved), Blocks: coverageOf(c, i)}})
	}
	return out
}

// coverageOf is one measurement, the n-th: the IDs of its pictures have that in
// their names.
func coverageOf(c Coverage, n int) []Block {
	d, _ := c.Document.Coverage()
	measured := "Measured when the plan was approved, " + stamp(c.Approved)
	switch {
	case c.From != "":
		measured = "Not measured when it was approved; " + c.From + " says"
	case !c.Planned.IsZero():
		measured = "Measured when the plan was made, " + stamp(c.Planned)
	}
	text := measured + fmt.Sprintf(": %s in all", plural(d.Users, "user"))
	out := []Block{say(Bare, "", text+". After is what the plan would make of it, computed from the permissions, not tried.")}
	out = append(out, Block{Bars: reach(d, fmt.Sprintf("reach-%d", n))})
	if text := Headline(d); text != "" {
		out = append(out, say(Bare, "", text))
	}
	if len(d.Domains) > 1 {
		out = append(out, domains(d.Domains))
	}
	for _, b := range d.Notes {
		out = append(out, say(Warn, "", fmt.Sprintf("%s can, %s: %s", plural(b.Count, "user"), b.Reason, b.Text)))
	}
	if len(d.Blocked) == 0 {
		return out
	}
	why := Bars{ID: fmt.Sprintf("reasons-%d", n), Title: "Users whose password cannot be written back, by reason",
		Note: "Each bar is the share of all users. A user with several reasons is counted under the heaviest."}
	t := Table{Caption: "The reasons", Head: []string{"Reason", "Users", "In words", "What to do", "For example"}}
	for _, b := range d.Blocked {
		why.Rows = append(why.Rows, Bar{Label: b.Reason, Code: true, Text: counted(b.Count, d.Users), Tone: Warn, N: b.Count, Of: d.Users})
		t.Rows = append(t.Rows, []Cell{{Text: b.Reason, Code: true}, {Text: fmt.Sprint(b.Count), Number: true}, {Text: b.Text},
			{Text: b.Fix}, {Text: strings.Join(b.Examples, "\n"), Code: len(b.Examples) > 0}})
	}
	out = append(out, Block{Bars: &why}, Block{Table: &t})
	return append(out, where(c.Places, d.Users, n)...)
}

// reach is how many can be written back, before and after.
func reach(d steps.Coverage, id string) *Bars {
	b := &Bars{ID: id, Title: "Users whose password can be written back", Note: "Each bar is the share of all users."}
	for _, x := range []struct {
		label string
		n     *int
	}{{"Before", d.Before}, {"After", d.After}, {"As it is", d.Writable}} {
		if x.n != nil {
			b.Rows = append(b.Rows, Bar{Label: x.label, Text: counted(*x.n, d.Users), Tone: Good, N: *x.n, Of: d.Users})
		}
	}
	return b
}

func where(all []Place, users, n int) []Block {
	if len(all) == 0 {
		return nil
	}
	b := Bars{ID: fmt.Sprintf("places-%d", n), Title: "The same users, by organizational unit or object",
		Note: "Where they are, or the object that keeps the rights from them, each with the share of all users. Of each reason the places with the most users are known."}
	t := Table{Caption: "The places", Head: []string{"Object", "Users"}}
	for i, p := range all {
		if i < maxPlaces {
			b.Rows = append(b.Rows, Bar{Label: p.DN, Code: true, Text: counted(p.Count, users), Tone: Warn, N: p.Count, Of: users})
		}
		t.Rows = append(t.Rows, []Cell{{Text: p.DN, Code: true}, {Text: fmt.Sprint(p.Count), Number: true}})
	}
	return []Block{{Bars: &b}, {Table: &t}}
}

func domains(all []steps.Coverage) Block {
	t := Table{Caption: "Domain by domain", Head: []string{"Domain", "Users", "Before", "After"}}
	number := func(n *int) Cell {
		if n == nil {
			return Cell{Text: "not measured"}
		}
		return Cell{Text: fmt.Sprint(*n), Number: true}
	}
	for _, d := range all {
		t.Rows = append(t.Rows, []Cell{{Text: d.Domain, Code: true}, {Text: fmt.Sprint(d.Users), Number: true}, number(d.Before), number(d.After)})
	}
	return Block{Table: &t}
}

func percent(n, of int) float64 {
	if of <= 0 {
		return 0
	}
	return min(max(float64(n)*100/float64(of), 0), 100)
}

// counted says a share. All but one is not 100 %, and one is not 0 %.
func counted(n, of int) string {
	p := int(percent(n, of))
	if p == 0 && n > 0 {
		return fmt.Sprintf("%d of %d (under 1 %%)", n, of)
	}
	return fmt.Sprintf("%d of %d (%d %%)", n, of, p)
}
