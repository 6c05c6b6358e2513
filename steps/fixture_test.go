package steps

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// testdata/vN holds what the first program with format version N wrote. These
// files are kept for ever: every later program must read them, and do with them
// what it did then.

const fixtureRun = "20261122T111844Z-0135"

func TestFirstPlanFormat(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "v1", "plan.json"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := ReadPlan(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Digest(), "sha256:7213b7d26a105a111c7bc45d40af1acf7e7807f6541162f583139aae59ceec3e"; got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
	s := p.Steps[0]
	if s.ID != "delegate" || s.State != StateChange || len(s.Changes) != 3 || len(s.Findings) != 1 || len(s.Evidence) != 1 || p.Target.DC != "dc1.corp.example" {
		t.Errorf("%+v", p)
	}
	var again bytes.Buffer
	if err := WritePlan(&again, p); err != nil || again.String() != string(raw) {
		t.Errorf("written again it is %s, %v", again.String(), err)
	}
	w := newWorld("b=0")
	b := newBench(t, w, Define(Info{"delegate", "other words"}, toy{w: w, wish: []string{"a=1", "b=1", "c=1"}}))
	b.r.Target.Tenant = p.Target.Tenant
	if _, err := b.applyPlan(ctx, p); err != nil {
		t.Fatalf("its approval does not hold any more: %v", err)
	}
	b.wantWorld("a=1", "b=1", "c=1")
}

// The journal was left in the middle of its second undo: c and a are taken
// back, b is in doubt, and the last line is torn.
func TestFirstJournalFormat(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "v1", fixtureRun+journalExt))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld("a=theirs", "b=1", "c=1")
	b := newBench(t, w, Define(Info{"delegate", ""}, toy{w: w, wish: []string{"a=1", "b=1", "c=1"}}))
	b.r.Target.Tenant = "contoso.onmicrosoft.com"
	if err := os.WriteFile(b.store.path(fixtureRun), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	run, err := b.store.Read(fixtureRun)
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Records) != 24 || run.State != RunInDoubt || len(run.Made) != 1 || run.Made[0].Change.Line != "set b" ||
		run.Who.Identity != `CORP\Administrator` || run.Approval.How != "typed" || run.Settings["connector"].Value != `CORP\MSOL_1` {
		t.Fatalf("%+v", run)
	}
	for i, line := range bytes.Split(raw, []byte("\n"))[:24] {
		again, err := run.Records[i].encode()
		if err != nil || !bytes.Equal(again, line) {
			t.Errorf("line %d written again is\n%s, was\n%s", i+1, again, line)
		}
	}
	if _, err := b.undo(ctx); err != nil {
		t.Fatal(err)
	}
	b.wantWorld("a=theirs", "b=0", "c=1")
	if kinds := kindsOf(b.latest()); !strings.HasSuffix(kinds, "undoing reopened void undoing undone closed") {
		t.Errorf("journal %s", kinds)
	}
}

// The first journal that holds what came back of something that was handed over.
func TestFirstToldFormat(t *testing.T) {
	const id = "20261129T120000Z-0200"
	raw, err := os.ReadFile(filepath.Join("testdata", "v1", id+journalExt))
	if err != nil {
		t.Fatal(err)
	}
	store := toldStore(t)
	if err := os.WriteFile(store.path(id), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	run, err := store.Read(id)
	if err != nil || run.State != RunTold || len(run.Told) != 1 {
		t.Fatalf("%+v, %v", run, err)
	}
	got, err := store.History().LastTold(Target{Forest: "corp.example", Domain: "corp.example"}, "writeback")
	if err != nil || got == nil || got.Host != "SYNC01" || got.Outcome != ToldFailed || got.After != "enabled" || got.Object != "contoso.onmicrosoft.com - AAD" ||
		!strings.HasPrefix(got.Says, "Password reset configuration may be in an invalid state.") || !strings.HasSuffix(got.Text, got.Says) {
		t.Errorf("%+v, %v", got, err)
	}
	for i, line := range bytes.Split(bytes.TrimSpace(raw), []byte("\n")) {
		if again, err := run.Records[i].encode(); err != nil || !bytes.Equal(again, line) {
			t.Errorf("line %d written again is\n%s, was\n%s", i+1, again, line)
		}
	}
}
