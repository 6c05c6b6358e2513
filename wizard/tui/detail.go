package tui

import (
	"fmt"
	"strings"

	"writeback/steps"
)

// What is one key away from a line of a review.

func changePage(c steps.Change) *page {
	verbs := map[string]string{steps.VerbAdd: "Added", steps.VerbRemove: "Removed", steps.VerbSet: "Set"}
	p := &page{title: "Change", clip: plain(c.Equivalent)}
	mark, t := sign(c.Verb)
	p.text.add(t, mark, c.Line)
	p.text.gap()
	p.text.add(faint, "", verbs[c.Verb]+" on")
	p.text.add(bare, "  ", c.Target)
	for _, d := range []struct{ name, text string }{
		{"As SDDL", c.SDDL}, {"Before", c.Before}, {"After", c.After}, {"The same by hand", c.Equivalent},
	} {
		if d.text == "" {
			continue
		}
		p.text.gap()
		p.text.add(faint, "", d.name)
		for _, l := range plainLines(d.text) {
			p.text = append(p.text, para{mark: "  ", text: l, raw: d.name == "As SDDL"})
		}
	}
	return p
}

func findingPage(n steps.Finding) *page {
	p := &page{title: "Finding", clip: strings.Join(plainLines(n.Fix), "\n")}
	p.text.finding(n)
	return p
}

// finding adds a finding with its fix in exact words.
func (p *prose) finding(n steps.Finding) {
	mark, t := weight(n)
	p.add(t, mark, n.Text)
	p.add(faint, "  ", string(n.Level)+", "+n.Code)
	if n.Fix == "" {
		return
	}
	p.gap()
	what := "What to do"
	if n.Manual {
		what = "What a person has to do"
	}
	p.add(strong, "  ", what)
	p.manual("  ", n.Fix)
}

// manual adds words that may be numbered, each number hanging before its lines.
func (p *prose) manual(indent, text string) {
	for _, l := range plainLines(text) {
		mark := indent
		for i := 0; i < len(l) && i < 3 && l[i] >= '0' && l[i] <= '9'; i++ {
			if len(l) > i+2 && l[i+1:i+3] == ". " {
				mark, l = mark+l[:i+3], l[i+3:]
				break
			}
		}
		*p = append(*p, para{mark: mark, text: l})
	}
}

func evidencePage(e steps.Evidence) *page {
	p := &page{title: "Evidence"}
	p.text.evidence(e)
	return p
}

func (p *prose) evidence(e steps.Evidence) {
	it := evidenceItem(e)
	p.add(it.tone, it.mark, it.text)
	by := ""
	if e.By != "" {
		by = " by " + e.By
	}
	p.add(faint, "  ", fmt.Sprintf("%s%s, %s", e.Source, by, e.At.UTC().Format("2006-01-02 15:04:05Z")))
}

// stepPage is all that there is to say about a step but its changes.
func stepPage(s steps.StepPlan) *page {
	p := &page{title: plain(s.Title)}
	p.text.add(bare, "", stateWords(s))
	for _, n := range s.Findings {
		p.text.gap()
		p.text.finding(n)
	}
	for _, e := range s.Evidence {
		p.text.gap()
		p.text.evidence(e)
	}
	return p
}
