package steps

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What the first journal tells of its run: an apply, and two undos, of which the
// second was interrupted.
func TestWhatAJournalTells(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "v1", fixtureRun+journalExt))
	if err != nil {
		t.Fatal(err)
	}
	run := examine("x", fixtureRun, raw).Run

	var verbs []string
	for _, s := range run.Sessions() {
		verbs = append(verbs, s.Verb+" "+s.State)
	}
	if diff := cmp.Diff([]string{"apply partial", "undo partial", "undo "}, verbs); diff != "" || run.Verb() != "apply" {
		t.Errorf("sessions: %s", diff)
	}

	var lines []int
	for _, c := range run.Consents() {
		if (c.Approval != nil) != (c.Verb == "apply") || c.Who.Identity != `CORP\Administrator` {
			t.Errorf("%+v", c)
		}
		lines = append(lines, c.Lines)
	}
	if diff := cmp.Diff([]int{3, 3, 1}, lines); diff != "" {
		t.Errorf("lines that were consented to: %s", diff)
	}

	fates := map[string]string{}
	for _, f := range run.Fates() {
		fates[f.Line] = f.State
	}
	if diff := cmp.Diff(map[string]string{"add a": FateTakenBack, "set b": FateInDoubt, "add c": FateTakenBack}, fates); diff != "" {
		t.Errorf("fates: %s", diff)
	}
	if made, undone := run.Counts(); made != 3 || undone != 2 {
		t.Errorf("%d made, %d undone", made, undone)
	}

	backups := map[string]string{}
	for _, b := range run.Backups() {
		backups[b.Object] = string(b.Data)
	}
	if diff := cmp.Diff(map[string]string{"a": `{"b":"0"}`, "b": `{"a":"1","b":"0"}`, "c": `{"a":"1","b":"1"}`}, backups); diff != "" {
		t.Errorf("backups: %s", diff)
	}
}
