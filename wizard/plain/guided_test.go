package plain

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"writeback/steps"
	"writeback/wizard"
)

// typing is a guided renderer at which lines are typed.
func typing(lines string) (*Guided, *bytes.Buffer) {
	var said bytes.Buffer
	g := &Guided{Renderer: &Renderer{Out: &said, Err: &said, In: strings.NewReader(lines)}}
	g.Hidden = func(ctx context.Context, prompt string) (string, error) {
		said.WriteString(prompt)
		line, err := g.line(ctx)
		said.WriteString("\n")
		return line, err
	}
	return g, &said
}

func short(answer string) error {
	if len(answer) > 5 {
		return errors.New("five letters at most")
	}
	return nil
}

func something(answer string) error {
	if answer == "" {
		return errors.New("say something")
	}
	return short(answer)
}

var someOptions = []wizard.Option{{Value: "r", Label: "Red", Note: "a colour"}, {Value: "b", Label: "Blue"}}

// Every way to answer each kind of question.
func TestAnswers(t *testing.T) {
	text := wizard.Question{Key: "k", Title: "Which?", Check: short}
	filled := text
	filled.Value, filled.From = "found", "in DNS"
	must := wizard.Question{Key: "k", Title: "Which?", Value: "found", Check: something}
	secret := wizard.Question{Key: "k", Title: "Password?", Kind: wizard.Secret, Value: "never", Check: something}
	choice := wizard.Question{Key: "k", Title: "Colour?", Kind: wizard.Choice, Options: someOptions}
	chosen := choice
	chosen.Value = "b"
	for name, c := range map[string]struct {
		q           wizard.Question
		typed, want string
		says        string
	}{
		"a line":                     {q: text, typed: " abc \n", want: "abc"},
		"nothing":                    {q: text, typed: "\n", want: "", says: "empty: none"},
		"what is filled in":          {q: filled, typed: "\n", want: "found", says: "empty: found, in DNS; -: none; ?: help"},
		"not what is filled in":      {q: filled, typed: "-\n", want: ""},
		"a mark that means nothing":  {q: must, typed: "-\n", want: "-"},
		"too long, then better":      {q: text, typed: "abcdef\nabc\n", want: "abc", says: "That will not do: five letters at most"},
		"the last line has no end":   {q: text, typed: "abc", want: "abc"},
		"Windows ends lines its way": {q: text, typed: "abc\r\n", want: "abc"},
		"a secret as it is":          {q: secret, typed: " a b \n", want: " a b "},
		"an empty secret":            {q: secret, typed: "\nx\n", want: "x", says: "say something"},
		"by number":                  {q: choice, typed: "2\n", want: "b", says: "1. Red: a colour\n  2. Blue\n"},
		"by value":                   {q: choice, typed: "R\n", want: "r"},
		"by label":                   {q: choice, typed: "blue\n", want: "b"},
		"nothing is chosen":          {q: choice, typed: "\n0\n3\n1\n", want: "r", says: "type a number from 1 to 2"},
		"what is chosen":             {q: chosen, typed: "\n", want: "b", says: "empty: 2, Blue"},
	} {
		t.Run(name, func(t *testing.T) {
			g, said := typing(c.typed)
			answers, err := g.Ask(t.Context(), wizard.Group{Title: "Things", Questions: []wizard.Question{c.q}})
			if err != nil || answers["k"] != c.want || !strings.Contains(said.String(), c.says) {
				t.Errorf("%q, %v, want %q:\n%s", answers, err, c.want, said)
			}
			if strings.Contains(said.String(), "never") {
				t.Errorf("a secret is filled in: %s", said)
			}
		})
	}
}

func TestAskAsText(t *testing.T) {
	g, said := typing("?\nabc\nx\n")
	answers, err := g.Ask(t.Context(), wizard.Group{Title: "The place", Problem: "it was wrong\nquite wrong\x1b[2J", Questions: []wizard.Question{
		{Key: "a", Title: "Where?", Why: "It has to be known.", Help: "One line.\nAnother one."},
		{Key: "b", Title: "Really?", Kind: wizard.Secret, Why: "Who knows."},
	}})
	if err != nil || answers["a"] != "abc" || answers["b"] != "x" {
		t.Errorf("%v, %v", answers, err)
	}
	const want = `
The place
Problem: it was wrong
Problem: quite wrong\u001b[2J

Question 1 of 2: Where?
  It has to be known.
Answer (empty: none; ?: help):   One line.
  Another one.
Answer (empty: none; ?: help): 
Question 2 of 2: Really?
  Who knows.
Answer, not shown (?: help): 
`
	if said.String() != want {
		t.Errorf("%s\nwant\n%s", said, want)
	}
}

// Whoever leaves has answered nothing.
func TestAskLeft(t *testing.T) {
	group := wizard.Group{Questions: []wizard.Question{{Key: "k", Title: "Which?"}, {Key: "s", Kind: wizard.Secret}}}
	for _, typed := range []string{"", "abc\n"} {
		g, _ := typing(typed)
		if a, err := g.Ask(t.Context(), group); !errors.Is(err, wizard.ErrAborted) || a != nil {
			t.Errorf("%q: %v, %v", typed, a, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	g, _ := typing("")
	r, w := io.Pipe()
	defer w.Close()
	g.In = r
	if _, err := g.Ask(ctx, group); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// What was typed ahead is read on by the next question, and never by the approval.
func TestTypedAhead(t *testing.T) {
	g, said := typing("1\n1\ncorp.example\nno\n")
	how, err := g.Choose(t.Context(), "That did not work", "the DC\nis away", someOptions)
	if err != nil || how != "r" {
		t.Errorf("%q, %v", how, err)
	}
	if !strings.Contains(said.String(), "\nThat did not work\n  the DC\n  is away\n\nHow to go on?\n") {
		t.Errorf("%s", said)
	}
	if how, err := g.Choose(t.Context(), "That did not work either", "", someOptions); err != nil || how != "r" {
		t.Errorf("%q, %v", how, err)
	}
	if ok, err := g.Approve(t.Context(), "corp.example"); ok || err != nil {
		t.Errorf("approved %v, %v", ok, err)
	}
}

func TestEnd(t *testing.T) {
	done := steps.Result{FormatVersion: 1, Run: "R1", State: steps.ResultDone, Steps: []steps.StepResult{
		{StepPlan: steps.StepPlan{ID: "s", Title: "The step", State: steps.StateOK, Evidence: somePlan().Steps[0].Evidence}, Made: []steps.Change{{}}},
		{StepPlan: steps.StepPlan{ID: "t", Title: "Not this one", State: steps.StateSkipped}},
	}}
	for name, c := range map[string]struct {
		end  wizard.Ending
		want string
	}{
		"done": {wizard.Ending{Result: done, Journal: "/j", Undo: "writeback undo R1 --x", Report: "writeback report R1 -o report.html --x", Command: "writeback apply"}, `
Done: run R1 made 1 change.
Skipped, and not checked: Not this one.
To count the people it reaches, run writeback verify.
Evidence for the record of the change: writeback report R1 -o report.html --x
To take back what it made: writeback undo R1 --x

The step: as it should be
  attested it is so [a person by Ann, 2026-11-22 12:00:00Z]
Journal: /j
The same without questions: writeback apply
`},
		"nothing to do": {wizard.Ending{Result: steps.Result{FormatVersion: 1, State: steps.ResultDone, Steps: done.Steps}, Command: "writeback apply"}, `
The same without questions: writeback apply
`},
		"undone": {wizard.Ending{Result: done, Undone: &steps.UndoResult{Run: "R1", State: steps.ResultUndone, Undone: []steps.Change{{}}}, Journal: "/j"}, `
Undone: 1 change of run R1 taken back.

Journal: /j
`},
	} {
		t.Run(name, func(t *testing.T) {
			g, said := typing("")
			if _, err := g.End(t.Context(), c.end); err != nil || said.String() != c.want {
				t.Errorf("%v, %s\nwant\n%s", err, said, c.want)
			}
		})
	}
}

// Nothing that the renderer of lines says moves the cursor.
func TestGuidedIsStill(t *testing.T) {
	g, said := typing("")
	g.Busy("looking\x1b[1A")()
	if said.String() != "looking\\u001b[1A …\n" {
		t.Errorf("%q", said)
	}
}
