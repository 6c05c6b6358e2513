package tui

import (
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"writeback/steps"
	"writeback/wizard"
	"writeback/wizard/tell"
)

// poison is what a name in a directory could hold to deceive a terminal: a
// title, a cleared screen, a line break, a turned direction, a false link.
const poison = "\x1b]0;owned\x07\x1b[2Jx\r\n\u202ereversed\u2028\x9bm\x00 https://good.example\x1b]8;;https://evil.example\x1b\\ https://\u0430pple.example/ "

// poisoned puts poison behind every text in a value. Kinds and states stay what
// they are, so that the screens are those that they would be.
func poisoned(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() && v.Type() == reflect.TypeFor[string]() && !slices.Contains(fixed, v.String()) {
			v.SetString(v.String() + poison)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				poisoned(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poisoned(v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			poisoned(v.Elem())
		}
	}
}

var fixed = []string{steps.VerbAdd, steps.VerbSet, steps.EvidenceVerified, steps.EvidenceAttested, steps.ResultDone, steps.ResultManual, steps.RunDone}

func poisonedCopy[T any](x T) T {
	poisoned(reflect.ValueOf(&x).Elem())
	return x
}

// hostileHistory is a history in which all names are poisoned.
func hostileHistory() wizard.History {
	p := poisonedCopy(someHistory())
	last := &p.Runs[len(p.Runs)-1]
	last.Err = errors.New(last.Err.Error() + poison)
	return p
}

// ours is what the renderer itself writes: the cursor, and links whose target is
// their text.
var ours = regexp.MustCompile("\x1b\\[7m|\x1b\\[27m|\x1b\\]8;;(https://[!-~]+)?\x1b\\\\")

func TestHostileTextIsDrawnHarmlessly(t *testing.T) {
	change := poisonedCopy(somePlan().Steps[0].Changes[3])
	info := poisonedCopy(stages[0])
	hostile := poisonedCopy(somePlan())
	for name, make := range map[string]func(*stand){
		"questions": func(s *stand) { s.prompt(newAsk(poisonedCopy(someGroup())), questions) },
		"choice": func(s *stand) {
			g := poisonedCopy(someGroup())
			g.Questions = g.Questions[2:]
			s.prompt(newAsk(g), questions)
		},
		"problem": func(s *stand) { s.prompt(newAsk(signIn(poison)), questions) },
		"verdict": func(s *stand) {
			g := someGroup()
			g.Questions[0].Check = func(string) error { return errors.New(poison) }
			s.prompt(newAsk(g), questions)
		},
		"help": func(s *stand) { s.prompt(newAsk(poisonedCopy(someGroup())), questions); s.press("?") },
		"choose": func(s *stand) {
			s.prompt(newChoose(poison, poison, []wizard.Option{{Value: "x", Label: poison, Note: poison}}), stay)
		},
		"busy":   func(s *stand) { s.send(busyMsg{1, poison}) },
		"review": func(s *stand) { s.review(reviewOf(hostile)) },
		"change": func(s *stand) {
			s.send(targetMsg{hostile.Target})
			s.prompt(pageOf(tell.Changes([]steps.Change{change}, tell.Screen)[0].Detail)(), reviewing)
		},
		"finding": func(s *stand) {
			s.prompt(pageOf(tell.Findings([]steps.Finding{poisonedCopy(byHand())})[0].Detail)(), reviewing)
		},
		"stage": func(s *stand) {
			s.prompt(pageOf(tell.StageOf(hostile.Steps[0], nil, tell.Screen)[0].Heading.Detail)(), reviewing)
		},
		"approval": func(s *stand) { s.prompt(newApprove(plain(poison), ofPlan(reviewOf(hostile))), approving) },
		"work": func(s *stand) {
			s.events(steps.RunOpened{Run: poison, Target: hostile.Target}, steps.StepStarted{Info: info, Changes: []steps.Change{change}},
				steps.ChangeFailed{Step: info.ID, Change: change, Err: errors.New(poison)})
		},
		"failure": func(s *stand) {
			_, _, e, _ := tell.Progress(steps.ChangeFailed{Change: change, Err: errors.New(poison)})
			s.prompt(pageOf(e.Detail)(), working)
		},
		"undo": func(s *stand) {
			s.prompt(ofRun(poisonedCopy(someRun()), map[string]string{"delegate": poison}), reviewing)
		},
		"journals": func(s *stand) { s.prompt(newHistory(hostileHistory()), stay) },
		"journal":  func(s *stand) { s.prompt(newHistory(hostileHistory()), stay); s.press("down", "enter") },
		"record": func(s *stand) {
			s.prompt(newHistory(hostileHistory()), stay)
			s.press("down", "enter", "down", "enter")
		},
		"damaged": func(s *stand) { s.prompt(newHistory(hostileHistory()), stay); s.press("end", "enter") },
		"hub": func(s *stand) {
			e := poisonedCopy(withMenu(checkedEnding(false)))
			e.Problem = errors.New(poison)
			s.prompt(newEnd(e), ending)
		},
		"end": func(s *stand) {
			s.prompt(newEnd(poisonedCopy(endingOf(resultOf(steps.ResultManual, 4), errors.New(poison)))), ending)
		},
	} {
		s := newStand(t, 80, 24, false)
		make(s)
		reached := map[string]bool{}
		for range 12 {
			view := s.m.View()
			for _, m := range ours.FindAllStringSubmatch(view, -1) {
				reached[m[1]] = true
			}
			rest := ours.ReplaceAllString(view, "")
			if strings.ContainsAny(rest, "\x1b\x07\x00\r\u202e\u2028\u009b") || len(strings.Split(view, "\n")) != 24 {
				t.Errorf("%s: %q", name, rest)
				break
			}
			s.press("pgdown")
		}
		for url := range reached {
			if url != "" && strings.Contains(url, "evil") || strings.HasSuffix(url, "//") {
				t.Errorf("%s links to %q", name, url)
			}
		}
	}
}

// A secret is never drawn, kept in a question, or said again.
func TestSecretsAreNeverDrawn(t *testing.T) {
	const secret = "Tr0ub4dor&3?"
	s := newStand(t, 80, 24, true)
	g := signIn("")
	g.Questions[1].Value = secret // as nobody should fill it in
	s.prompt(newAsk(g), questions)
	s.press("enter")
	if strings.Contains(s.m.View(), "•") {
		t.Error("a secret was filled in")
	}
	for _, r := range secret {
		s.press(string(r))
		if view := s.m.View(); strings.Contains(view, string(r)+"4d") || strings.Contains(stripped(view), secret[:3]) {
			t.Fatalf("drawn:\n%s", view)
		}
	}
	if n := strings.Count(stripped(s.m.View()), "•"); n != len(secret) {
		t.Errorf("%d dots for %d characters", n, len(secret))
	}
	s.press("shift+tab")
	if view := stripped(s.m.View()); strings.Contains(view, secret) || !strings.Contains(view, "(hidden)") {
		t.Errorf("drawn:\n%s", view)
	}
	s.press("enter", "enter")
	if o := <-s.replies; o.answers["ad-password"] != secret {
		t.Errorf("answered %q", o.answers)
	}
}
