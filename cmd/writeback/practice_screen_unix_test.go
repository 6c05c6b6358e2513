//go:build linux || darwin

package main

import (
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/tier"
	"writeback/steps"
)

// The rehearsal as it is meant: the real program, a real terminal, nothing but
// this program, and a quick hand.

const practiceDomain = "corp.contoso.com"

// rehearses answers every question of a rehearsal, and goes on to the approval.
// It counts the questions, for each has an answer filled in already.
func (h *watcher) rehearses() (questions int) {
	h.t.Helper()
	for _, q := range []struct{ title, answer string }{
		{"What may you do here?", "Everything"},
		{"Which account does the sync product use", "MSOL_"},
		{"Which product syncs this domain", "Microsoft Entra Connect"},
		{"How is the sync server reached?", "Inside this program"},
		{"May the program change the tenant's settings", "No, a person does it"},
	} {
		h.until("> " + q.title)
		h.when(func(now string) bool { return strings.Contains(now, "(•) "+q.answer) }, "filled in: "+q.answer)
		if strings.HasPrefix(q.answer, "No") {
			h.goesTo("Yes, through the undocumented service")
		}
		h.types("\r")
		questions++
	}
	return questions
}

func (h *watcher) approvesOf(domain string) {
	h.t.Helper()
	h.answers("continue to approval", "c")
	h.answers("To approve, type:", domain+"\r")
}

// ends leaves from the last screen, of which the terminal keeps what it said.
func (h *watcher) ends(code int, says string) {
	h.t.Helper()
	h.until(says)
	if optionAt(h.current(), ") Leave") >= 0 {
		h.picks("Leave")
	} else {
		h.types("q")
	}
	h.leaves(code)
	h.when(func(string) bool { return !h.screen.Alternate() }, "the terminal as it was")
	h.until("Journal") // which stands last, with the commands to go on with
}

// All three stages, at the pace of a quick hand.
func TestPracticeOnAScreen(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	h := p.watches(80, 24, "practice")
	h.picks("Begin")
	n := h.rehearses()
	h.approvesOf(practiceDomain)
	h.ends(exitDone, "Everything is as it should be.")
	if n > 5 { // each with its answer filled in
		t.Errorf("%d questions", n)
	}
	p.practised().undoesAll()
}

func (p *program) practised() *program {
	c := *p
	c.flags = append(c.flags[:len(c.flags):len(c.flags)], "--practice")
	return &c
}

// undoesAll wants all three stages as they should be, and takes them back.
func (p *program) undoesAll() {
	p.t.Helper()
	v := decode[steps.Verification](p.t, p.want(exitDone, "verify", "--output", "json"))
	if got := verified(v); got != "delegate ok, writeback ok, sspr ok" {
		p.t.Errorf("verify says %s", got)
	}
	p.want(exitDone, "undo", "--yes")
	p.wantUntouched()
}

// wantUntouched wants nothing of ours in the practice world.
func (p *program) wantUntouched() {
	p.t.Helper()
	plan := decode[steps.Plan](p.t, p.want(exitDone, "plan", "--output", "json", "--allow-undocumented-api"))
	if plan.Pending() != 6 {
		p.t.Errorf("%d changes are to be made, want all 6", plan.Pending())
	}
}

func verified(v steps.Verification) string {
	var out []string
	for _, s := range v.Steps {
		out = append(out, s.ID+" "+string(s.State))
	}
	return strings.Join(out, ", ")
}

// latestPractice is the journal of the last rehearsal.
func (p *program) latestPractice() steps.Run {
	p.t.Helper()
	store, err := steps.OpenStore(filepath.Join(p.state, "practice", "runs"))
	if err != nil {
		p.t.Fatal(err)
	}
	run, err := store.History().Latest(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return run
}

// Somebody leaves in the middle of the work: the change under way is finished,
// it says how to come back, and whoever does goes on with the same run.
func TestLeavingPracticeAtWork(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	q, release := p.held("after intent 6") // the changes of the first write are announced, and not made yet
	h := q.watches(80, 24, "practice")
	h.picks("Begin")
	h.rehearses()
	h.approvesOf(practiceDomain)
	h.until("0 of 3")
	h.types("\x03")
	h.until("stopping: the change under way is finished first")
	release()
	h.leaves(exitCancelled)
	h.until("writeback apply --practice continues the run")
	run := p.latestPractice()
	if run.State != steps.RunPartial || len(run.Made) != 3 {
		t.Fatalf("the run is %s, %d made", run.State, len(run.Made))
	}

	h = p.watches(80, 24, "practice")
	h.until("A run was interrupted")
	h.until("It has made 3 of its changes.")
	h.picks("Resume it")
	h.approvesOf(practiceDomain)
	h.ends(exitDone, "Everything is as it should be.")
	if again := p.latestPractice(); again.ID != run.ID || again.State != steps.RunDone || len(again.Made) != 6 {
		t.Errorf("run %s is %s, %d made; it was %s", again.ID, again.State, len(again.Made), run.ID)
	}
	p.practised().undoesAll()
}

// The process is killed around a write of each stage: whoever comes back goes on
// with the run, takes it back, or begins anew, and finds nothing half done. One of
// the five in the quick tier, three in .ci/test, all in .ci/run.
func TestPracticeKilledAtWork(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	all := []struct{ point, how string }{
		{"after intent 6", "Resume it"},  // a right that was not granted
		{"before made 7", "Undo it"},     // one that was, and is not written down
		{"before made 12", "Resume it"},  // the sync server was switched
		{"after intent 14", "Undo it"},   // the page was not
		{"before made 17", "Start anew"}, // all was made, and the last of it is not written down
	}
	for _, i := range (tier.Share{Quick: 1, Test: 3, Run: tier.All}).Of(t, len(all)) {
		c := all[i]
		t.Run(c.point+", "+c.how, func(t *testing.T) {
			p := newProgram(t)
			h := p.cutAt(c.point).watches(80, 24, "practice")
			h.picks("Begin")
			h.rehearses()
			h.approvesOf(practiceDomain)
			h.leaves(-1)
			if run := p.latestPractice(); run.State != steps.RunInDoubt {
				t.Fatalf("the run is %s", run.State)
			}
			h = p.watches(80, 24, "practice")
			h.until("A run was interrupted")
			h.picks(c.how)
			h.approvesOf(practiceDomain)
			switch c.how {
			case "Resume it":
				h.ends(exitDone, "Everything is as it should be.")
				p.practised().undoesAll()
			case "Undo it":
				h.ends(exitDone, "Everything that the run made was taken back.")
				p.practised().wantUntouched()
			default:
				h.rehearses()
				h.approvesOf(practiceDomain)
				h.ends(exitDone, "Everything is as it should be.")
				p.practised().undoesAll()
			}
		})
	}
}

// All of it in one session: made, undone from the end, and looked at in the
// journals. What does the same is copied to the clipboard, and holds no secret,
// as nothing does that was drawn.
func TestPracticeUndoneFromTheEnd(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	h := p.watches(80, 24, "practice")
	h.picks("Begin")
	h.rehearses()
	h.approvesOf(practiceDomain)
	h.answers("Everything is as it should be.", "y")
	h.until("copied")
	h.picks("Undo what this run made")
	h.approvesOf(practiceDomain)
	h.until("Everything that the run made was taken back.")
	h.picks("Earlier runs")
	h.until("6 made, 6 taken back")
	h.types("\x1b")
	h.ends(exitDone, "Everything that the run made was taken back.")
	drawn := h.person.screen()
	_, copied, _ := strings.Cut(drawn, "\x1b]52;c;")
	copied, _, _ = strings.Cut(copied, "\x07")
	if line, err := base64.StdEncoding.DecodeString(copied); err != nil || !strings.HasPrefix(string(line), "writeback apply --connector ") {
		t.Errorf("copied: %q, %v", line, err)
	}
	for _, secret := range []string{"Practice-Admin-2026", "Bearer ", "eyJ"} { // a token is a JWT, which begins so
		if strings.Contains(drawn, secret) {
			t.Errorf("the screen shows %q", secret)
		}
	}
	p.practised().wantUntouched()
}

// With every answer as it is found the page is left to a person, who says that it
// is done, and finds it so.
func TestPracticeByHandOnAScreen(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	h := p.watches(80, 24, "practice")
	h.picks("Begin")
	h.answers("> What may you do here?", "\r")
	h.answers("> Which account does the sync product use", "\r")
	h.answers("> Which product syncs this domain", "\r")
	h.answers("> How is the sync server reached?", "\r")
	h.answers("> May the program change the tenant's settings", "\r")
	h.approvesOf(practiceDomain)
	h.until("Done what a program can do. What is left is for a person.")
	h.types("1")
	h.until("a rehearsal: for real, https://entra.microsoft.com/")
	h.picks("I have done it")
	h.answers("> Who says that it is done?", "\r")
	h.answers("> What should the journal say beside it?", "seen myself\r")
	h.ends(exitDone, "Looked at again: everything is as it should be.")
	v := decode[steps.Verification](t, p.practised().want(exitDone, "verify", "--output", "json"))
	if got := verified(v); got != "delegate ok, writeback ok, sspr ok" {
		t.Errorf("verify says %s", got)
	}
}
