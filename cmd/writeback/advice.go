package main

import (
	"writeback/steps/checks"
	"writeback/wizard"
)

// advice is what holds whatever is set up, for those who have just set it up, or
// ask about one user.
func advice() (a wizard.Advice) {
	for _, l := range checks.Limits() {
		a.Limits = append(a.Limits, wizard.Limit{What: l.What, Written: l.Written, Note: l.Note})
	}
	a.Test = checks.HowToTest()
	return a
}
