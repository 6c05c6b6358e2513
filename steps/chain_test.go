package steps

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// chainOf is a journal of records whose sums and chain are right.
func chainOf(t *testing.T, id string, records ...Record) []byte {
	t.Helper()
	var out bytes.Buffer
	prev := ""
	for i, r := range append([]Record{{Kind: KindOpened, Opening: &Opening{Run: id}}}, records...) {
		r.FormatVersion, r.Seq, r.Prev, r.Time = FormatVersion, i+1, prev, time.Unix(0, 0).UTC()
		line, err := r.encode()
		if err != nil {
			t.Fatal(err)
		}
		prev = hash(line)
		out.Write(append(line, '\n'))
	}
	return out.Bytes()
}

// A journal whose sums are right must make sense all the same.
func TestChainMustMakeSense(t *testing.T) {
	const id = "20261122T111844Z-3f2a"
	c := &Change{Verb: VerbAdd, Target: "a", Line: "add a"}
	data := json.RawMessage(`{}`)
	intent := Record{Kind: KindIntent, Step: "s", Change: c, Data: data}
	about := func(k Kind, of int) Record { return Record{Kind: k, Step: "s", Of: of, Change: c, Data: data} }
	for name, bad := range map[string][]Record{
		"made of nothing":         {about(KindMade, 0)},
		"made of a later line":    {about(KindMade, 9)},
		"made of no intent":       {about(KindMade, 1)},
		"made of another step":    {intent, {Kind: KindMade, Step: "t", Of: 2, Change: c}},
		"made without a change":   {intent, {Kind: KindMade, Step: "s", Of: 2}},
		"undoing of an intent":    {intent, about(KindUndoing, 2)},
		"undone of made":          {intent, about(KindMade, 2), about(KindUndone, 3)},
		"void of made":            {intent, about(KindMade, 2), about(KindVoid, 3)},
		"intent without a change": {{Kind: KindIntent, Step: "s"}},
		"approved without lines":  {{Kind: KindApproved}},
		"opened twice":            {{Kind: KindOpened, Opening: &Opening{Run: id}}},
		"reopened as another run": {{Kind: KindReopened, Opening: &Opening{Run: "20261122T111844Z-0000"}}},
		"unknown kind":            {{Kind: "blessed"}},
	} {
		_, err := readChain("x", id, chainOf(t, id, bad...))
		je, ok := err.(*JournalError)
		if !ok || je.Line != len(bad)+1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	good := []Record{intent, about(KindMade, 2), about(KindUndoing, 3), about(KindUndone, 4)}
	if ch, err := readChain("x", id, chainOf(t, id, good...)); err != nil || replay(id, ch.records).State != RunUndone {
		t.Errorf("a good one: %v", err)
	}
}

func TestSelf(t *testing.T) {
	w := Self(`CORP\Administrator`)
	if w.PID != os.Getpid() || w.Identity != `CORP\Administrator` || w.User == "" || w.Host == "" || strings.ContainsAny(w.Host, "\n") {
		t.Fatalf("%+v", w)
	}
}
