package wizard

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"writeback/steps"
)

// A person's word that a manual step is done, or that it was withdrawn: it is
// asked for by whom, written to a journal of its own, and weighed with all other
// evidence at once.

// attest asks who says so, remembers it, and looks at everything again.
func (c *conductor) attest(ctx context.Context, stage, says string) error {
	s := c.flow
	opening := steps.Opening{Verb: "attest", Program: s.Opening.Program, Target: s.Runner.Target, Who: s.Opening.Who}
	g := wordGroup(c.title(stage), says, s.Opening.Who)
	for {
		answers, err := c.ui.Ask(ctx, g)
		if err != nil {
			return err
		}
		if err = g.check(answers); err == nil {
			_, err = s.Store.Attest(opening, steps.Attestation{Step: stage, Says: says, By: strings.TrimSpace(answers["by"]), Note: strings.TrimSpace(answers["note"])})
		}
		if err == nil {
			break
		}
		g = g.again(answers, err)
	}
	return c.check(ctx, c.run, true) // a flow knows the words of its beginning
}

func (c *conductor) title(stage string) string {
	for _, s := range c.end.Stages() {
		if s.ID == stage {
			return s.Title
		}
	}
	return stage
}

// wordGroup asks for a word. Whoever is signed in is filled in.
func wordGroup(title, says string, who steps.Who) Group {
	by := Question{
		Key: "by", Title: "Who says that it is done?", Value: who.SignedIn(), From: "who is signed in", Check: someone,
		Why:  "Evidence and journal name the person: it is a word, and no proof.",
		Help: "Plans and reports then show the stage as attested, with this name, and never as verified.\nA proof that says otherwise outweighs it, and a proof that says the same takes its place.",
	}
	if by.Value == "" {
		by.Value, by.From = who.User, "the account of this computer"
	}
	if by.Value == "" {
		by.From = ""
	}
	note := Question{
		Key: "note", Title: "What should the journal say beside it?", Check: oneLine,
		Why:  "The number of a change, or what was seen. It can be left empty.",
		Help: "It is shown with the name wherever the word is.",
	}
	if says == steps.SaysWithdrawn {
		by.Title, by.Why = "Who withdraws the attestation?", "The journal keeps both, the attestation and its withdrawal."
		by.Help = "The stage is then shown as it was before the attestation."
	}
	return Group{Title: title, Questions: []Question{by, note}}
}

func someone(name string) error {
	if strings.TrimSpace(name) == "" {
		return errors.New("somebody has to say it")
	}
	return oneLine(name)
}

// oneLine takes what a journal takes.
func oneLine(text string) error {
	if plain := steps.Plain(text); plain != text {
		return fmt.Errorf("it contains control characters: %s", plain)
	}
	return nil
}
