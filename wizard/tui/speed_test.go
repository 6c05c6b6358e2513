package tui

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"writeback/steps"
	"writeback/wizard"
)

// bigPlan has 10,000 changes below 100 objects, with names that wrap.
func bigPlan() steps.Plan {
	p := somePlan()
	p.Steps[0].Changes = nil
	for i := range 10_000 {
		target := fmt.Sprintf("OU=Department %d,OU=Länder und Städte,DC=corp,DC=example", i/100)
		p.Steps[0].Changes = append(p.Steps[0].Changes, grant(target, fmt.Sprintf("Reset Password number %d", i), "00299570-246d-11d0-a768-00aa006e0529"))
	}
	return p
}

// strokes are keys as somebody reading a long review would press them.
var strokes = []string{"down", "down", "pgdown", "end", "up", "pgup", "home", "tab", "/", "n", "u", "m", "b", "e", "r", " ", "9", "9", "enter", "down", "end", "enter", "esc", "esc", "shift+tab"}

func bigReview(t testing.TB) *model {
	t.Helper()
	m := newModel(Options{Title: "writeback", Stages: stages, Colour: true}, func() {})
	m.w, m.h = 120, 40
	p := bigPlan()
	m.Update(planMsg{p})
	m.Update(promptMsg{screen: ofPlan(reviewOf(p)), at: reviewing, reply: make(chan outcome, 1)})
	return m
}

// From a key to its frame, with 10,000 lines on the screen: under 16 ms in 99
// cases of 100. Other things that the machine is busy with make a round slower,
// and none faster: one round of ten that is fast enough says that it is.
func TestKeystrokeToFrame(t *testing.T) {
	made := resultOf(steps.ResultDone, 4)
	made.Steps[0].Made = bigPlan().Steps[0].Changes
	var errs []error
	for i := range 5000 {
		errs = append(errs, fmt.Errorf("undo of number %d: %w", i, errRefused))
	}
	for name, sc := range map[string]screen{
		"review":  ofPlan(reviewOf(bigPlan())),
		"undo":    ofRun(bigRun(), nil),
		"end":     newEnd(endingOf(made, errors.Join(errs...))),
		"hub":     newEnd(hub(endingOf(made, errors.Join(errs...)))),
		"problem": newChoose("Not all could be taken back", errors.Join(errs...).Error(), []wizard.Option{{Value: "x", Label: "Leave"}}),
		"runs":    newPast(longPast(10_000)),
		"journal": newPastRun(wizard.Past{Now: noon}, longJournal(10_000)),
	} {
		t.Run(name, func(t *testing.T) {
			best := time.Hour
			for n := 0; n < 10 && best > 16*time.Millisecond; n++ {
				best = min(best, timed(t, sc))
			}
			if best > 16*time.Millisecond {
				t.Errorf("the 99th percentile is %v", best)
			}
		})
	}
}

func bigRun() steps.Run {
	r := someRun()
	r.Made = nil
	for i, c := range bigPlan().Steps[0].Changes {
		r.Made = append(r.Made, steps.Owned{Seq: i + 1, Step: "delegate", Change: c, At: noon})
	}
	return r
}

// timed presses keys on a screen, and gives the 99th percentile of what it took.
func timed(t *testing.T, sc screen) time.Duration {
	m := newModel(Options{Title: "writeback", Stages: stages, Colour: true}, func() {})
	m.w, m.h = 120, 40
	var took []time.Duration
	for range 20 {
		for _, k := range strokes {
			if m.reply == nil { // not shown yet, or a key has answered
				m.Update(promptMsg{screen: sc, at: reviewing, reply: make(chan outcome, 1)})
			}
			begin := time.Now()
			m.Update(keyMsg(k))
			if m.View() == "" {
				t.Fatal("nothing is drawn")
			}
			took = append(took, time.Since(begin))
		}
	}
	slices.Sort(took)
	p99 := took[len(took)*99/100]
	t.Helper()
	t.Logf("%d keystrokes: median %v, 99th percentile %v, longest %v", len(took), took[len(took)/2], p99, took[len(took)-1])
	return p99
}

func BenchmarkKeystrokeToFrame(b *testing.B) {
	m := bigReview(b)
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		begin := time.Now()
		m.Update(keyMsg(strokes[i%len(strokes)]))
		_ = m.View()
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
}

// The same while 10,000 changes are made: each event with its frame.
func BenchmarkChangeToFrame(b *testing.B) {
	m := newModel(Options{Title: "writeback", Colour: true}, func() {})
	m.w, m.h = 120, 40
	changes := bigPlan().Steps[0].Changes
	for i := 0; b.Loop(); i++ {
		n := i % len(changes)
		if n == 0 {
			m.Update(eventMsg{steps.RunOpened{Run: "R"}})
			m.Update(eventMsg{steps.StepStarted{Info: stages[0], Changes: changes}})
		}
		m.Update(eventMsg{steps.ChangeStarted{Step: "delegate", Change: changes[n], N: n + 1, Of: len(changes)}})
		m.Update(eventMsg{steps.ChangeMade{Step: "delegate", Change: changes[n]}})
		_ = m.View()
	}
}
