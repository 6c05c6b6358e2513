//go:build linux || darwin

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/practice/tenant"
	"writeback/internal/tier"
	"writeback/steps"
)

// The whole way through a guided session's beginning and end, on the practice
// world: a manual step is attested, all is undone, and the journals are looked
// through.

const rehearsedOn = "corp.contoso.com"

func (h *talk) approvesPractice() {
	h.t.Helper()
	h.hears(question)
	h.types(rehearsedOn + "\n")
}

// practises answers what the practice world asks, with the sync server left to a
// person.
func (h *talk) practises() {
	h.t.Helper()
	h.hears("A rehearsal") // the first one says where one is
	h.replies("How to go on?", "Begin")
	h.replies("What may you do here?", "")
	h.replies("Which account does the sync product use", "")
	h.replies("Which product syncs", "")
	h.replies("How is the sync server reached?", "By hand")
	h.replies("May the program change the tenant's settings", "Yes, through the undocumented service")
}

func TestSetupThroughTheMenu(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	h := p.talks("--practice", "--unexpire", "always")
	h.practises()
	h.approvesPractice()
	h.hears("A manual step waits.")
	h.replies("How to go on from here?", "") // the word is what waits
	h.replies("Who says that it is done?", "Ann Admin")
	h.replies("What should the journal say beside it?", "CHG-17, seen on the server")
	h.hears("verified password writeback") // in a rehearsal what was said is done
	h.hears("Everything looked at is set up as it should be.")
	h.replies("How to go on from here?", "Withdraw my attestation: Password writeback on the sync side")
	h.replies("Who withdraws the attestation?", "")
	h.replies("What should the journal say beside it?", "")
	h.hears("Everything looked at is set up as it should be.")
	h.replies("How to go on from here?", "Check again")
	h.hears("Everything looked at is set up as it should be.")
	h.replies("How to go on from here?", "Undo what this run made")
	h.hears("To be taken back, where it is still there; nothing else is touched:")
	h.approvesPractice()
	h.hears("Undone: 6 changes")
	h.replies("How to go on from here?", "Earlier runs")
	h.hears("says that writeback is withdrawn")
	h.hears("attested; Ann Admin says that writeback is done")
	h.hears("undone; 6 made, 6 taken back")
	h.replies("Which run is to be shown?", "3")
	h.hears("undone    ")
	h.replies("What is to be done with it?", "")
	h.replies("Which run is to be shown?", "")
	h.ends(exitDone)

	// The next session offers what there is, and a check changes nothing.
	before := journals(t, p)
	h = p.talks("--practice")
	h.hears("None of them was interrupted")
	h.replies("3 runs in the journals", "Check how everything stands")
	h.hears("Changes are needed.")
	h.ends(exitChanges)
	if now := journals(t, p); strings.Join(now, ",") != strings.Join(before, ",") {
		t.Errorf("a check has left %v, before %v", now, before)
	}
}

// Where nothing here sees the portal, a person's word is what is shown of it, as
// that; and withdrawn, it is gone.
func TestSetupAttests(t *testing.T) {
	b := newCloudBench(t, tenant.Options{})
	b.giveTokens(b.tenant.Mint(tenant.TokenOptions{}), "")
	h := b.talks()
	h.replies("Which account", "")
	h.replies("Which product syncs", "")
	h.replies("How is the sync server reached?", "It is this computer")
	h.replies("May the program change the tenant's settings", "")
	h.approves(b.bench)
	h.hears("A manual step waits.")
	h.replies("How to go on from here?", "")
	h.replies("Who says that it is done?", "Ann Admin")
	h.replies("What should the journal say beside it?", "CHG-17, seen on the page")
	h.hears("attested Enable password write back")
	h.hears("Ann Admin: CHG-17, seen on the page")
	h.hears("Everything looked at is set up as it should be.")
	h.replies("How to go on from here?", "1")
	h.replies("Who withdraws the attestation?", "")
	h.replies("What should the journal say beside it?", "")
	h.hears("A manual step waits.")
	h.ends(exitManual)
}

// journals are the files of the practice's runs.
func journals(t *testing.T, p *program) (names []string) {
	t.Helper()
	all, err := os.ReadDir(filepath.Join(p.state, "practice", "runs"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

// A run that was killed is resumed from the first screen, with nothing asked but
// the approval; and an older run is undone from the journals.
func TestSetupFromTheJournals(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	q := *p
	q.env = append([]string{cutEnv + "=after made 9"}, p.env...)
	h := q.talks("--practice")
	h.practises()
	h.approvesPractice()
	h.leaves(-1)

	h = p.talks("--practice")
	h.hears("It has made 3 of its changes")
	h.replies("How to go on?", "Earlier runs")
	h.hears("partial; 3 made, 0 taken back")
	h.replies("Which run is to be shown?", "1")
	h.hears("3 changes of this run in the world now")
	h.replies("What is to be done with it?", "Resume it")
	h.approvesPractice()
	h.hears("A manual step waits.")
	h.ends(exitManual)

	h = p.talks("--practice")
	h.replies("How to go on?", "Earlier runs")
	h.replies("Which run is to be shown?", "1")
	h.replies("What is to be done with it?", "Undo it")
	h.approvesPractice()
	h.hears("Undone: ")
	h.replies("How to go on from here?", "Check again")
	h.hears("Changes are needed.")
	h.ends(exitChanges)
	all := decode[struct{ Runs []steps.Run }](t, p.want(exitDone, "runs", "--practice", "--output", "json"))
	if len(all.Runs) != 1 {
		t.Errorf("%d runs", len(all.Runs))
	}
}

// A journal that was changed is shown as that, and nothing of it is undone.
func TestSetupWithADamagedJournal(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.want(exitDone, "apply", "--practice", "--yes", "--only", "delegate")
	file := filepath.Join(p.state, "practice", "runs", journals(t, p)[0])
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, []byte(strings.Replace(string(text), "Reset password", "Reset passwords", 1)))
	h := p.talks("--practice")
	h.replies("not all of them can be trusted", "Earlier runs")
	h.hears("its journal cannot be trusted")
	h.replies("Which run is to be shown?", "1")
	h.hears("Nothing of it can be undone from here.")
	h.replies("Which run is to be shown?", "")
	h.replies("How to go on?", "Leave")
	h.leaves(exitDone)
}
