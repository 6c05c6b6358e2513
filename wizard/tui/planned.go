package tui

import (
	"writeback/wizard"
	"writeback/wizard/tell"
)

// ofPlan makes the review of a plan: what it does to users first, then step by
// step what was found and what would be changed, then where the settings came
// from.
func ofPlan(r wizard.Review) *review {
	s := &review{title: "Review", goes: "continue"}
	switch {
	case r.Approved:
		s.goes = "continue"
	case r.Pending > 0 || r.Continues != "":
		s.goes = "continue to approval"
	}
	s.balance.show(tell.Verdict(r, tell.Screen))
	s.consent.show(tell.Consent(r))
	all := items(tell.Users(r.Plan.Coverage, tell.Screen))
	if len(all) > 0 {
		all = append(all, item{kind: spacer})
	}
	for _, p := range r.Plan.Steps {
		all = append(all, items(tell.StageOf(p, p.Findings, tell.Screen))...)
		all = append(all, item{kind: spacer})
	}
	return s.with(append(all, items(tell.Settings(r.Plan.Settings, tell.Screen))...))
}
