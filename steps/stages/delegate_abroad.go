package stages

import (
	"fmt"
	"slices"

	"writeback/adperms"
	"writeback/steps"
)

// A connector account of another domain of the forest. The rights are granted to a SID,
// whatever is known of it; so what could not be looked at is told, and where nothing at all
// was, a person has to accept that by the account's SID.

const (
	codeUnseen  = "connector-unseen"
	codeUnasked = adperms.GroupsUnasked
)

// aboutUnseen tells that nobody looked at the account: an error where something would be
// granted to it.
func (d *Delegate) aboutUnseen(have Delegation, changes int) steps.Finding {
	sid := d.Connector.SID.String()
	f := steps.Finding{Level: steps.LevelWarning, Code: codeUnseen,
		Text: fmt.Sprintf("nobody looked at %s: it is not known whether it is an account, whose it is, whether it is enabled, or in a protected group. %s",
			sid, steps.Plain(have.Trustee.Unseen)),
		Fix: "have its domain asked: by an account that may sign in there, or on a DC that can be reached"}
	if changes > 0 {
		f.Level, f.Accept = steps.LevelError, codeUnseen+"="+sid
		f.Fix += "; if you know that it is the account that the sync product signs in to Active Directory with, say --accept " + f.Accept
	}
	return f
}

// aboutUnasked tells which groups of the account are not known: they may grant or deny what
// is told otherwise here.
func (d *Delegate) aboutUnasked(have Delegation) (out []steps.Finding) {
	for _, what := range d.unasked(have) {
		out = append(out, steps.Finding{Level: steps.LevelWarning, Code: codeUnasked,
			Text: "not asked: " + steps.Plain(what) + ". Rights that one of these grants, or denies, are not taken into account",
			Fix:  "plan with an account that may read the groups; or look at the permissions of groups that hold the account by hand"})
	}
	return out
}

// unasked are the groups that are not known.
func (d *Delegate) unasked(have Delegation) []string {
	out := slices.Clone(have.Trustee.Unasked)
	if have.Trustee.Unseen != "" {
		out = append(out, "groups of "+d.Place.Domain+" that hold the account, and all groups of its own domain: its name there is not known")
	}
	return out
}
