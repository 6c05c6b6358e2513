package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"writeback/steps"
	"writeback/wizard"
	"writeback/wizard/tell"
)

// Guided is the renderer for whoever hears the screen, or has one that can do
// nothing but lines: each question is a few lines of text and one line typed.
// Nothing moves, nothing is drawn over, nothing turns. The rules of the line:
// empty takes what is filled in, ? tells more, a number takes an answer of a
// list, - leaves an optional answer empty.
type Guided struct {
	*Renderer
	// Hidden reads a line without showing what is typed.
	Hidden func(ctx context.Context, prompt string) (string, error)

	told *wizard.Ending // the end that was told last
}

var _ wizard.GuidedUI = (*Guided)(nil)

// say begins what a question has to say: it stands where it is answered.
func (g *Guided) say() *page { return &page{to: g.Err} }

// Ask puts the questions of a group one after the other.
func (g *Guided) Ask(ctx context.Context, group wizard.Group) (map[string]string, error) {
	p := g.say()
	p.line("")
	p.line("%s", group.Title)
	p.show(tell.Problem(group.Problem))
	if err := p.flush(); err != nil {
		return nil, err
	}
	answers := map[string]string{}
	for i, q := range group.Questions {
		where := ""
		if len(group.Questions) > 1 {
			where = fmt.Sprintf("Question %d of %d: ", i+1, len(group.Questions))
		}
		answer, err := g.question(ctx, where, q)
		if err != nil {
			return nil, err
		}
		answers[q.Key] = answer
	}
	return answers, nil
}

// question asks until the answer will do.
func (g *Guided) question(ctx context.Context, where string, q wizard.Question) (string, error) {
	p := g.say()
	p.line("")
	p.line("%s%s", where, q.Title)
	if q.Why != "" {
		p.line("  %s", q.Why)
	}
	p.options(q.Options)
	if err := p.flush(); err != nil {
		return "", err
	}
	for {
		typed, err := g.typedLine(ctx, q)
		if err != nil {
			return "", err
		}
		if strings.TrimSpace(typed) == "?" {
			if err := g.help(q); err != nil {
				return "", err
			}
			continue
		}
		answer, err := answerOf(q, typed)
		if err == nil {
			return answer, nil
		}
		p := g.say()
		p.line("  That will not do: %s", err)
		if err := p.flush(); err != nil {
			return "", err
		}
	}
}

// typedLine reads one line. The end of what is typed is somebody leaving.
func (g *Guided) typedLine(ctx context.Context, q wizard.Question) (line string, err error) {
	if q.Kind == wizard.Secret {
		line, err = g.Hidden(ctx, prompt(q))
	} else {
		fmt.Fprint(g.Err, prompt(q))
		line, err = g.line(ctx)
	}
	if errors.Is(err, io.EOF) {
		return "", wizard.ErrAborted
	}
	return line, err
}

// prompt is where the answer is typed, with what an empty one takes.
func prompt(q wizard.Question) string {
	what, hints := "Answer", []string{}
	switch {
	case q.Kind == wizard.Secret:
		what = "Answer, not shown"
	case q.Value != "":
		filled := shownValue(q)
		if q.From != "" {
			filled += ", " + q.From
		}
		hints = append(hints, "empty: "+filled)
		if q.Kind == wizard.Text && optional(q) {
			hints = append(hints, "-: none")
		}
	case q.Kind == wizard.Text && optional(q):
		hints = append(hints, "empty: none")
	}
	hints = append(hints, "?: help")
	return steps.Plain(what+" ("+strings.Join(hints, "; ")+")") + ": "
}

// shownValue is what is filled in, as the list of answers names it.
func shownValue(q wizard.Question) string {
	for i, o := range q.Options {
		if o.Value == q.Value {
			return strconv.Itoa(i+1) + ", " + o.Label
		}
	}
	return q.Value
}

// optional says that the question can be left without an answer.
func optional(q wizard.Question) bool { return q.Check == nil || q.Check("") == nil }

func (p *page) options(all []wizard.Option) {
	for i, o := range all {
		note := ""
		if o.Note != "" {
			note = ": " + o.Note
		}
		p.line("  %d. %s%s", i+1, o.Label, note)
	}
}

func (g *Guided) help(q wizard.Question) error {
	p := g.say()
	help := q.Help
	if help == "" {
		help = q.Why
	}
	for l := range strings.SplitSeq(help, "\n") {
		p.line("  %s", l)
	}
	p.options(q.Options)
	return p.flush()
}

// answerOf reads what was typed. A secret is taken as it is.
func answerOf(q wizard.Question, typed string) (string, error) {
	answer := typed
	if q.Kind != wizard.Secret {
		answer = strings.TrimSpace(typed)
		switch {
		case answer == "":
			answer = q.Value
		case answer == "-" && optional(q):
			answer = ""
		}
	}
	if q.Kind == wizard.Choice {
		chosen, err := chosenOf(q.Options, answer)
		if err != nil {
			return "", err
		}
		answer = chosen
	}
	if q.Check != nil {
		if err := q.Check(answer); err != nil {
			return "", err
		}
	}
	return answer, nil
}

// chosenOf takes an option by its number, its value or its label.
func chosenOf(all []wizard.Option, typed string) (string, error) {
	if n, err := strconv.Atoi(typed); err == nil && n >= 1 && n <= len(all) {
		return all[n-1].Value, nil
	}
	for _, o := range all {
		if typed != "" && (strings.EqualFold(o.Value, typed) || strings.EqualFold(o.Label, typed)) {
			return o.Value, nil
		}
	}
	return "", fmt.Errorf("type a number from 1 to %d", len(all))
}
