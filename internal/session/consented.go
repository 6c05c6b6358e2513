package session

import (
	"slices"
	"strings"

	"writeback/adperms/secdesc"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/steps/stages"
)

// consented are the findings that somebody accepted by name on the target, in runs that
// have something to undo, each with the newest such run.
func consented(h *steps.History, target steps.Target) map[string]string {
	out := map[string]string{}
	if target.Domain == "" {
		return out // what is accepted here is about permissions
	}
	runs, _ := h.Runs() // the newest first; memory tells what is wrong with the others
	for _, r := range runs {
		if r.Approval == nil || !r.Undoable() || r.Target.Domain != target.Domain {
			continue
		}
		for _, accepted := range r.Approval.Accepted {
			if out[accepted] == "" {
				out[accepted] = r.ID
			}
		}
	}
	return out
}

// grantedOn are the objects on which runs granted rights to the connector account, and
// did not take them back.
func (s *Session) grantedOn(d *Domain) (all []string) {
	store, err := s.caller.ReadStore()
	if err != nil {
		return nil // memory tells of it
	}
	runs, _ := store.History().Runs()
	for _, r := range runs {
		if !strings.EqualFold(r.Target.Domain, d.Name()) && !slices.Contains(strings.Split(r.Target.Domain, settings.Joiner), d.Name()) {
			continue
		}
		for _, m := range r.Made {
			if stages.IsDelegateOf(m.Step, d.Name()) && grantsTo(m.Change.SDDL, d.Delegate.Connector.SID) && !slices.Contains(all, m.Change.Target) {
				all = append(all, m.Change.Target)
			}
		}
	}
	return all
}

// grantsTo says that an ACE, as a change has it in SDDL, is for the account.
func grantsTo(ace string, account secdesc.SID) bool {
	a, err := secdesc.ParseACE(ace, secdesc.DomainSIDs{})
	return err == nil && a.Trustee == account
}
