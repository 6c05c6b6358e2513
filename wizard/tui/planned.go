package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"writeback/steps"
	"writeback/wizard"
)

// ofPlan makes the review of a plan: what it does to users first, then step by
// step what was found and what would be changed, then where the settings came
// from.
func ofPlan(r wizard.Review) *review {
	t := r.Plan.Target
	s := &review{title: "Review", goes: "continue"}
	switch {
	case r.Approved:
		s.goes = "continue"
	case r.Pending > 0 || r.Continues != "":
		s.goes = "continue to approval"
	}
	s.balance = balance(r)
	s.consent = append(prose{}, s.balance...)
	if t.Domain != "" {
		s.consent.add(faint, "", "Domain "+t.Domain+", written on "+t.DC)
	}
	if t.Tenant != "" {
		s.consent.add(faint, "", "Tenant "+t.Tenant)
	}
	s.consent.add(faint, "", "Digest of what approval binds:")
	s.consent = append(s.consent, para{mark: "  ", tone: faint, text: r.Plan.Digest(), raw: true})
	items := coverageItems(r.Plan.Coverage)
	for _, p := range r.Plan.Steps {
		items = append(items, stepItems(p)...)
	}
	return s.with(append(items, settingItems(r.Plan)...))
}

// balance says what a plan comes to.
func balance(r wizard.Review) (p prose) {
	switch kind, text := r.Balance(); kind {
	case wizard.Refused:
		p.add(bad, "✗ ", text)
	case wizard.ManualStep:
		p.add(warn, "! ", text)
	case wizard.NoChange:
		p.add(good, "✓ ", text)
	default:
		p.add(bare, "", text)
	}
	if r.Approved {
		p.add(good, "✓ ", "All of it was approved in this sitting: it is made without asking again.")
	}
	if r.Continues != "" {
		p.add(warn, "! ", "Run "+r.Continues+" was interrupted; to go on is to continue it.")
	}
	if r.File != "" {
		p.add(faint, "", "From plan file "+r.File)
	}
	return p
}

// stepItems lists a step: findings, changes object by object, evidence.
func stepItems(p steps.StepPlan) []item {
	all := []item{{kind: heading, tone: strong, text: plain(p.Title) + ": " + stateWords(p), detail: func() *page { return stepPage(p) }}}
	for _, n := range heaviest(p.Findings) {
		all = append(all, findingItem(n))
	}
	all = append(all, changeItems(p.Changes)...)
	if len(p.Evidence) > 0 && len(p.Changes) > 0 {
		all = append(all, item{kind: spacer})
	}
	for _, e := range p.Evidence {
		all = append(all, evidenceItem(e))
	}
	return append(all, item{kind: spacer})
}

func stateWords(p steps.StepPlan) string {
	switch p.State {
	case steps.StateChange:
		return plural(len(p.Changes), "change")
	case steps.StateOK:
		return "as it should be"
	case steps.StateManual:
		return "a person has to do what is left"
	case steps.StateSkipped:
		return "left out"
	}
	return plain(string(p.State))
}

// sign is the mark and the tone of a change.
func sign(verb string) (string, tone) {
	switch verb {
	case steps.VerbAdd:
		return "+ ", good
	case steps.VerbRemove:
		return "- ", bad
	}
	return "~ ", warn
}

// changeItems lists changes below the objects that they are on.
func changeItems(changes []steps.Change) (all []item) {
	target := ""
	for i, c := range changes {
		if i == 0 || c.Target != target {
			target = c.Target
			all = append(all, item{kind: object, tone: faint, text: plain(target)})
		}
		mark, t := sign(c.Verb)
		all = append(all, item{kind: entry, mark: mark, tone: t, text: plain(c.Line), detail: func() *page { return changePage(c) }})
	}
	return all
}

// heaviest are the findings with those first that somebody has to act on.
func heaviest(all []steps.Finding) []steps.Finding {
	rank := func(n steps.Finding) int {
		switch {
		case n.Level == steps.LevelError:
			return 0
		case n.Level == steps.LevelWarning || n.Manual:
			return 1
		}
		return 2
	}
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b steps.Finding) int { return rank(a) - rank(b) })
	return out
}

// weight is the mark and the tone of a finding.
func weight(n steps.Finding) (string, tone) {
	switch {
	case n.Level == steps.LevelError:
		return "✗ ", bad
	case n.Level == steps.LevelWarning || n.Manual:
		return "! ", warn
	}
	return "i ", note
}

func findingItem(n steps.Finding) item {
	mark, t := weight(n)
	text := strings.Join(plainLines(n.Text), " ")
	if n.Fix != "" {
		text += " (enter: what to do)"
	}
	return item{kind: entry, mark: mark, tone: t, text: text, detail: func() *page { return findingPage(n) }}
}

func evidenceItem(e steps.Evidence) item {
	mark, t := "? ", faint
	switch e.State {
	case steps.EvidenceVerified:
		mark, t = "✓ ", good
	case steps.EvidenceAttested:
		mark, t = "a ", note
	case steps.EvidenceOff:
		mark, t = "o ", warn
	}
	return item{kind: entry, mark: mark, tone: t, text: plain(e.State + ": " + e.What), detail: func() *page { return evidencePage(e) }}
}

func settingItems(p steps.Plan) []item {
	if len(p.Settings) == 0 {
		return nil
	}
	all := []item{{kind: heading, tone: strong, text: "Settings, and where they came from"}}
	for _, name := range slices.Sorted(maps.Keys(p.Settings)) {
		v := p.Settings[name]
		all = append(all, item{kind: entry, mark: "  ", tone: faint, text: plain(fmt.Sprintf("%s = %s (%s)", name, valueText(v.Value), v.From))})
	}
	return all
}

// valueText is a value on one line; the mark between several is one that DNs do
// not have in them.
func valueText(v any) string {
	list, ok := v.([]any)
	if !ok {
		return fmt.Sprint(v)
	}
	parts := make([]string, 0, len(list))
	for _, x := range list {
		parts = append(parts, fmt.Sprint(x))
	}
	return strings.Join(parts, "; ")
}
