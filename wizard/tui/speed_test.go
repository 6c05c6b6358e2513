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

// bigScreens are those with 10,000 lines.
func bigScreens() map[string]screen {
	made := resultOf(steps.ResultDone, 4)
	made.Steps[0].Made = bigPlan().Steps[0].Changes
	var errs []error
	for i := range 5000 {
		errs = append(errs, fmt.Errorf("undo of number %d: %w", i, errRefused))
	}
	return map[string]screen{
		"review":  ofPlan(reviewOf(bigPlan())),
		"undo":    ofRun(bigRun(), nil),
		"end":     newEnd(endingOf(made, errors.Join(errs...))),
		"hub":     newEnd(withMenu(endingOf(made, errors.Join(errs...)))),
		"problem": newChoose("Not all could be taken back", errors.Join(errs...).Error(), []wizard.Option{{Value: "x", Label: "Leave"}}),
		"runs":    newHistory(longHistory(10_000)),
		"journal": newHistoryRun(wizard.History{Now: noon}, longJournal(10_000)),
	}
}

// Every key leaves something drawn, however long the list is.
func TestKeysOnLongLists(t *testing.T) {
	for name, sc := range bigScreens() {
		if press(sc, nil) {
			t.Errorf("%s: nothing is drawn", name)
		}
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

// press presses keys on a screen, tells each what it took, and says whether one of
// them left nothing drawn.
func press(sc screen, took func(time.Duration)) (empty bool) {
	m := newModel(Options{Title: "writeback", Stages: stages, Colour: true}, func() {})
	m.w, m.h = 120, 40
	for _, k := range strokes {
		if m.reply == nil { // not shown yet, or a key has answered
			m.Update(promptMsg{screen: sc, at: reviewing, reply: make(chan outcome, 1)})
		}
		begin := time.Now()
		m.Update(keyMsg(k))
		empty = m.View() == "" || empty
		if took != nil {
			took(time.Since(begin))
		}
	}
	return empty
}

// From a key to its frame, with 10,000 lines on the screen. A frame of 60 a second
// takes 16 ms.
func BenchmarkKeystrokeToFrame(b *testing.B) {
	for name, sc := range bigScreens() {
		b.Run(name, func(b *testing.B) {
			var all []time.Duration
			for b.Loop() {
				press(sc, func(d time.Duration) { all = append(all, d) })
			}
			slices.Sort(all)
			b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "ms-p99")
		})
	}
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
