package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// An approval remembers what the plan said beside its lines, and the end of an
// apply how its steps stand.
func TestJournalRemembersWhatWasShown(t *testing.T) {
	w := newWorld()
	seen := Evidence{State: EvidenceVerified, What: "it is so", Source: "dc1", At: time.Unix(0, 0).UTC()}
	b := newBench(t, w, Define(Info{"s", "S"}, proving{toy{w: w, wish: []string{"a=1"}, findings: []Finding{{Level: LevelInfo, Code: "hint", Text: "mind"}}}, seen}))
	b.r.Measure = func(context.Context, []StepPlan) (*Coverage, error) {
		n := 2
		return &Coverage{Users: 2, After: &n, Blocked: []OutOfReach{}}, nil
	}
	p, err := b.r.Plan(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.applyPlan(ctx, p); err != nil {
		t.Fatal(err)
	}
	run := b.latest()
	a := run.Approval
	if string(must(json.Marshal(a.Coverage))(t)) != string(must(json.Marshal(p.Coverage))(t)) || !a.Planned.Equal(p.Created) ||
		!cmp.Equal(a.Steps[0].Evidence, p.Steps[0].Evidence) || !cmp.Equal(a.Steps[0].Findings, p.Steps[0].Findings) {
		t.Errorf("approved %+v of %+v", a, p)
	}
	if len(run.Outcome) != 1 || run.Outcome[0].State != StateOK || !cmp.Equal(run.Outcome[0].Evidence, []Evidence{seen}) {
		t.Errorf("outcome %+v", run.Outcome)
	}
	if _, err := b.undo(ctx); err != nil {
		t.Fatal(err)
	}
	if got := b.latest().Outcome; len(got) != 1 {
		t.Errorf("after the undo the outcome is %+v", got)
	}
}

type proving struct {
	toy
	evidence Evidence
}

func (p proving) Prove(map[string]string) []Evidence { return []Evidence{p.evidence} }

// However a journal was tampered with, the examination says where, and still
// tells what can be read.
func TestExamine(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "v1", fixtureRun+journalExt))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(raw, []byte("\n"))
	join := func(all ...[]byte) []byte { return bytes.Join(all, nil) }
	with := func(n int, line []byte) []byte { // line n, from 1, is another one
		return join(join(lines[:n-1]...), line, join(lines[n:]...))
	}
	changed := bytes.Replace(lines[3], []byte(`"add a"`), []byte(`"add z"`), 1)
	for name, c := range map[string]struct {
		raw    []byte
		breach int // line; 0: none
		lines  int
		bad    int // lines that do not follow
		state  string
	}{
		"as it was":            {raw, 0, 24, 0, RunInDoubt},
		"changed":              {with(4, changed), 4, 24, 2, RunInDoubt}, // it, and the one after it
		"removed":              {with(4, nil), 4, 23, 1, RunInDoubt},
		"moved":                {join(join(lines[:5]...), lines[6], lines[5], join(lines[7:]...)), 6, 24, 3, RunInDoubt},
		"garbage":              {with(4, []byte("\n")), 4, 24, 2, RunInDoubt},
		"no opening":           {with(1, nil), 1, 23, 1, RunInDoubt},
		"an opening too many":  {with(5, join(lines[0])), 5, 24, 2, RunInDoubt},
		"a null for a line":    {with(9, []byte("null\n")), 9, 24, 2, RunInDoubt},
		"of a later program":   {with(24, []byte(`{"formatVersion":7,"kind":"closed"}`+"\n")), 24, 24, 1, RunPartial},
		"an approval of nils":  {with(2, []byte(`{"formatVersion":1,"kind":"approved"}`+"\n")), 2, 24, 2, RunInDoubt},
		"an intent of nothing": {with(6, []byte(`{"formatVersion":1,"kind":"intent"}`+"\n")), 6, 24, 2, RunInDoubt},
		"empty":                {nil, 0, 0, 0, RunEmpty},
	} {
		x := examine("x", fixtureRun, c.raw)
		bad, at := 0, 0
		for _, l := range x.Lines {
			if l.Err != nil {
				bad++
			}
			if x.Trusted(l) != (c.breach == 0 || l.N < c.breach) {
				t.Errorf("%s: line %d: trusted is %t", name, l.N, x.Trusted(l))
			}
		}
		var broken *JournalError
		if errors.As(x.Breach, &broken) {
			at = broken.Line
		}
		if at != c.breach || len(x.Lines) != c.lines || bad != c.bad || x.Run.State != c.state || x.SHA256 != hash(c.raw) || x.Size != int64(len(c.raw)) {
			t.Errorf("%s: breach %v, %d lines, %d bad, %s", name, x.Breach, len(x.Lines), bad, x.Run.State)
		}
		if _, err := readChain("x", fixtureRun, c.raw); (err == nil) != (x.Breach == nil) || err != nil && err.Error() != x.Breach.Error() {
			t.Errorf("%s: the chain says %v, the examination %v", name, err, x.Breach)
		}
	}
	if x := examine("x", fixtureRun, raw); !x.Torn || x.Last != hash(bytes.TrimSuffix(lines[23], []byte("\n"))) {
		t.Errorf("torn %t, last %s", x.Torn, x.Last)
	}
}

// The words on a place are all of them, from the journals that can be trusted.
func TestWords(t *testing.T) {
	b := newBench(t, newWorld())
	say := func(step, says string) string {
		t.Helper()
		r, err := b.store.Attest(b.opening(), Attestation{Step: step, Says: says, By: "somebody"})
		if err != nil {
			t.Fatal(err)
		}
		return r.ID
	}
	first, second := say("s", SaysDone), say("s", SaysWithdrawn)
	b.r.Target.Domain = "other.example"
	say("s", SaysDone)
	words, err := b.store.History().Words(here)
	if err != nil || len(words) != 2 || words[0].Run != first || words[1].Run != second || words[1].Says != SaysWithdrawn {
		t.Errorf("%+v, %v", words, err)
	}
	if err := os.WriteFile(b.store.path(first), []byte("{}\n{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	words, err = b.store.History().Words(here)
	if len(words) != 1 || err == nil || !strings.Contains(err.Error(), first) {
		t.Errorf("%+v, %v", words, err)
	}
	if ids, err := b.store.History().IDs(); err != nil || len(ids) != 3 || ids[2] != first {
		t.Errorf("%v, %v", ids, err)
	}
	if x, err := b.store.Examine(first); err != nil || x.Breach == nil || x.Run.State != RunEmpty {
		t.Errorf("%+v, %v", x, err)
	}
	if _, err := b.store.Examine("20260101T000000Z-0000"); !errors.Is(err, ErrNoRun) {
		t.Errorf("of no run: %v", err)
	}
}
