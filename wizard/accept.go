package wizard

import (
	"context"
	"errors"
	"strings"

	"writeback/steps"
)

// A finding that may be accepted is accepted by its name: who types the phrase for
// the plan has not thereby said yes to it. On a command line that is --accept; a
// guided flow asks for what would stand behind the =.

// byName is the choice to accept what stands in the way.
const byName = "accept"

// acceptable are the findings of an error that all of them may be accepted; nil
// where one can only be mended.
func acceptable(problem error) (all []steps.Finding) {
	for _, b := range BlockedIn(problem) {
		for _, f := range b.Findings {
			if f.Accept == "" {
				return nil
			}
			all = append(all, f)
		}
	}
	return all
}

// BlockedIn are the refusals that an error is made of.
func BlockedIn(err error) (all []*steps.BlockedError) {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			all = append(all, BlockedIn(e)...)
		}
		return all
	}
	var one *steps.BlockedError
	if errors.As(err, &one) {
		all = append(all, one)
	}
	return all
}

// accept asks for the name of each finding. One that is not named stays in the way.
func (c *conductor) accept(ctx context.Context, s *Flow, all []steps.Finding) error {
	g := Group{Title: "To be accepted by name"}
	said := map[string]func(string) (string, error){}
	for _, f := range all {
		code, value, _ := strings.Cut(f.Accept, "=")
		what := "Type " + code + " to accept it, or leave it empty."
		if value != "" {
			what = "Type " + value + ", or its SID or GUID, to accept it, or leave it empty."
		}
		read := func(answer string) (string, error) {
			answer = strings.TrimSpace(answer)
			if value != "" && answer != "" {
				answer = code + "=" + answer
			}
			if answer != "" && !s.Runner.Accepts(steps.ReadAcceptance(answer), f) {
				return "", errors.New("that is not its name: compare it with what is asked for")
			}
			return answer, nil
		}
		said[f.Accept] = read
		g.Questions = append(g.Questions, Question{Key: f.Accept, Title: f.Text, Why: what, Help: f.Fix, Kind: Text,
			Check: func(answer string) error { _, err := read(answer); return err }})
	}
	answers, err := c.ui.Ask(ctx, g)
	if err != nil {
		return err
	}
	var names []string
	for _, f := range all {
		name, err := said[f.Accept](answers[f.Accept])
		if err != nil {
			return err
		}
		if name != "" {
			names = append(names, name)
		}
	}
	return s.Accepting(names)
}
