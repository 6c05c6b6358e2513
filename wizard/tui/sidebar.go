package tui

import (
	"strings"

	"writeback/steps"
)

// stage is a step as the sidebar shows it.
type stage struct {
	id, title string
	mark      string
	tone      tone
	words     string
	failed    bool
	undone    int
}

// sidebar shows where the flow is, and how each stage stands: known from the
// plan that is reviewed and from what the engine tells.
type sidebar struct {
	stages []stage
	at     station
	been   [numStations]bool
}

// station is a part of the flow.
type station int

const (
	questions station = iota
	reviewing
	approving
	working
	ending
	numStations
	stay = station(-1) // of what can be asked at any time
)

var stationNames = [numStations]string{"Questions", "Review", "Approval", "Work", "End"}

func newSidebar(known []steps.Info) sidebar {
	var b sidebar
	for _, i := range known {
		b.stage(i.ID, i.Title)
	}
	return b
}

func (b *sidebar) enter(to station) {
	if to == stay {
		return
	}
	b.been[b.at] = true
	b.at = to
}

// stage finds a stage, or adds it at the end.
func (b *sidebar) stage(id, title string) *stage {
	for i := range b.stages {
		if s := &b.stages[i]; s.id == id {
			if title != "" {
				s.title = plain(title)
			}
			return s
		}
	}
	if title == "" {
		title = id
	}
	b.stages = append(b.stages, stage{id: id, title: plain(title), mark: "·", tone: faint, words: "not looked at"})
	return &b.stages[len(b.stages)-1]
}

func (s *stage) say(mark string, t tone, words string) { s.mark, s.tone, s.words = mark, t, words }

// planned shows how a step stands by a plan.
func (s *stage) planned(p steps.StepPlan) {
	switch p.State {
	case steps.StateOK:
		s.say("✓", good, "ok")
	case steps.StateChange:
		s.say("+", warn, plural(len(p.Changes), "change"))
	case steps.StateManual:
		s.say("!", warn, "by hand")
	case steps.StateBlocked:
		s.say("✗", bad, "blocked")
	case steps.StateSkipped:
		s.say("-", faint, "left out")
	case steps.StateUnplanned:
		s.say("-", faint, "not planned")
	}
}

func (b *sidebar) plan(p steps.Plan) {
	for _, s := range p.Steps {
		b.stage(s.ID, s.Title).planned(s)
	}
}

// observe takes one event of the engine in.
func (b *sidebar) observe(e steps.Event) {
	switch e := e.(type) {
	case steps.StepInspecting:
		b.stage(e.Info.ID, e.Info.Title).say("*", note, "looking")
	case steps.StepPlanned:
		b.stage(e.Plan.ID, e.Plan.Title).planned(e.Plan)
	case steps.StepStarted:
		b.stage(e.Info.ID, e.Info.Title).say("*", note, "working")
	case steps.ChangeStarted:
		if s := b.stage(e.Step, ""); !s.failed {
			s.say("*", note, "working")
		}
	case steps.ChangeUndone:
		s := b.stage(e.Step, "")
		s.undone++
		if !s.failed {
			s.say("✓", good, plural(s.undone, "change")+" taken back")
		}
	case steps.ChangeFailed:
		s := b.stage(e.Step, "")
		s.failed = true
		s.say("✗", bad, "failed")
	case steps.StepFinished:
		b.finished(e)
	case steps.RunOpened:
		for i := range b.stages {
			b.stages[i].failed, b.stages[i].undone = false, 0
		}
	}
}

func (b *sidebar) finished(e steps.StepFinished) {
	s := b.stage(e.Result.ID, e.Result.Title)
	switch {
	case e.Err != nil:
		s.failed = true
		s.say("✗", bad, "failed")
	case e.Result.State == steps.StateOK && len(e.Result.Made) > 0:
		s.say("✓", good, "done")
	default:
		s.planned(e.Result.StepPlan)
	}
}

// lines draws the sidebar. Where not all of it fits, the stations make room:
// the stages are what it is for.
func (b *sidebar) lines(f frame) []string {
	stations := []string{}
	for i, name := range stationNames {
		mark, t := "  ", faint
		switch {
		case station(i) == b.at:
			mark, t = "> ", strong
		case b.been[i]:
			mark = "✓ "
		}
		stations = append(stations, f.style.paint(t, mark+name))
	}
	var stages []string
	for _, s := range b.stages {
		p := prose{}
		p.add(bare, "  ", s.title)
		one := p.lines(f)
		one[0] = f.style.paint(s.tone, s.mark) + strings.TrimPrefix(one[0], " ")
		stages = append(stages, "")
		stages = append(stages, one...)
		for _, l := range wrap(s.words, f.w-2) {
			stages = append(stages, "  "+f.style.paint(s.tone, l))
		}
	}
	all := append(stations, stages...)
	if len(all) > f.h {
		all = append(stations[b.at:b.at+1:b.at+1], stages...)
	}
	return all[:min(len(all), f.h)]
}
