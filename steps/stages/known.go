package stages

import (
	"strings"

	"writeback/steps"
)

// Known is the stage that records with an ID belong to, with no connection: it can
// say what their data mean, and nothing else.
func Known(id string) (steps.Step, bool) {
	switch {
	case IsDelegate(id):
		return (&Delegate{}).Step(), true
	case id == WritebackInfo.ID:
		return (&Writeback{}).Step(), true
	case id == HardenInfo.ID:
		return (&Harden{}).Step(), true
	case id == SSPRInfo.ID:
		return (&SSPR{}).Step(), true
	}
	return nil, false
}

// IsDelegateOf says that an ID is that of the stage on a domain: by its name, or where it was
// the only one.
func IsDelegateOf(id, domain string) bool {
	stage, of, several := strings.Cut(id, ofDomain)
	return stage == DelegateInfo.ID && (!several || strings.EqualFold(of, domain))
}
