package steps

import (
	"errors"
	"testing"
)

func TestAttest(t *testing.T) {
	store, err := OpenStore(t.TempDir() + "/runs")
	if err != nil {
		t.Fatal(err)
	}
	here := Target{Forest: "corp.example", Domain: "corp.example"}
	say := func(target Target, step, says, by string) {
		t.Helper()
		run, err := store.Attest(Opening{Verb: "attest", Target: target, Who: Self("")}, Attestation{Step: step, Says: says, By: by, Note: "change 42"})
		if err != nil {
			t.Fatal(err)
		}
		if run.State != RunAttested || run.Undoable() || run.Unfinished() {
			t.Errorf("the run is %s, undoable %t, unfinished %t", run.State, run.Undoable(), run.Unfinished())
		}
	}
	say(here, "sspr", SaysDone, "the admin on duty")
	say(Target{Domain: "other.example", Forest: "other.example"}, "writeback", SaysDone, "somebody")
	words, err := store.History().Attested(here)
	if err != nil {
		t.Fatal(err)
	}
	if w := words["sspr"]; len(words) != 1 || w.By != "the admin on duty" || w.Note != "change 42" || w.At.IsZero() {
		t.Errorf("the words are %+v", words)
	}
	withTenant := here
	withTenant.Tenant = "6f2b0c5e-8d5a-4a35-9d0b-2f6f2f6b0a11"
	if words, err := store.History().Attested(withTenant); err != nil || len(words) != 1 {
		t.Errorf("with the tenant known: %+v, %v", words, err)
	}
	if _, err := store.History().Interrupted(here, nil); !errors.Is(err, ErrNoRun) {
		t.Errorf("an attestation is taken for an interrupted run: %v", err)
	}
	say(here, "sspr", SaysWithdrawn, "the admin on duty")
	if words, err := store.History().Attested(here); err != nil || len(words) != 0 {
		t.Errorf("after withdrawal: %+v, %v", words, err)
	}
	for _, bad := range []Attestation{{Step: "sspr"}, {By: "x"}, {Step: "sspr", By: "x\x1b[2J"}} {
		if _, err := store.Attest(Opening{Target: here}, bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

// An interrupted run is not hidden by a person's word that came after it.
func TestAttestKeepsInterruptedRun(t *testing.T) {
	store, err := OpenStore(t.TempDir() + "/runs")
	if err != nil {
		t.Fatal(err)
	}
	here := Target{Forest: "corp.example", Domain: "corp.example"}
	j, err := store.Create(Opening{Verb: "apply", Target: here})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.append(Record{Kind: KindIntent, Step: "s", Change: &Change{Verb: VerbAdd, Target: "x", Line: "y"}}); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Attest(Opening{Target: here}, Attestation{Step: "s", Says: SaysDone, By: "somebody"}); err != nil {
		t.Fatal(err)
	}
	if r, err := store.History().Interrupted(here, nil); err != nil || r.ID != j.ID() {
		t.Errorf("the interrupted run is %q, %v", r.ID, err)
	}
}

func TestProofStandsBesideThePlan(t *testing.T) {
	seen := Evidence{State: EvidenceVerified, What: "seen \x1b[2J", Source: "here"}
	r := Runner{Steps: []Step{Define(Info{"s", "S"}, proving{toy{w: newWorld()}, seen})}}
	p, err := r.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if e := p.Steps[0].Evidence; len(e) != 1 || e[0].What != `seen \u001b[2J` {
		t.Errorf("evidence is %+v", e)
	}
}
