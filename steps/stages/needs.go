package stages

import (
	"strings"

	"writeback/cloudconfig"
	"writeback/internal/shell"
	"writeback/steps"
)

// What each stage takes of whoever does it, and whether who is signed in here has it, as
// far as that was seen.

// Needs is the right to change the permissions of each object that the stage may write.
func (d *Delegate) Needs(have *Delegation) (out []steps.Need) {
	const right = "the right Modify permissions (WRITE_DAC) on "
	if have == nil {
		return []steps.Need{{What: right + "the domain's root, and on each --scope; Domain Admins have it", Has: steps.HasUnknown}}
	}
	for _, o := range have.Objects {
		if len(d.wanted(o)) == 0 {
			continue
		}
		n := steps.Need{What: right + steps.Plain(o.DN), Has: steps.HasNot, Who: d.Place.Operator}
		if o.MayWriteDACL() {
			n.Has = steps.HasIt
		}
		out = append(out, n)
	}
	return out
}

// Needs is what the cmdlets take, or the wizard of Microsoft Entra Connect. Who was
// answered by the cmdlets that read has what those that write take, too.
func (w *Writeback) Needs(have *Observation) []steps.Need {
	const elevated = "an elevated Windows PowerShell on the sync server, as a member of ADSyncAdmins"
	n := steps.Need{What: elevated, Has: steps.HasUnknown}
	switch {
	case have == nil:
		n.What += "; or the wizard of Microsoft Entra Connect there"
	case w.Method == ByGraph:
		n.What = "the role Global Administrator"
	case w.Method == ByHand:
		n.What = "the wizard of Microsoft Entra Connect on the sync server, and a sign-in in it as Hybrid Identity Administrator or Global Administrator"
		if w.product(*have) == "cloud" {
			n.What = "one of the roles " + cloudconfig.PolicyRoles()
		}
	case w.Method == ByServer && have.Server != nil && have.Server.Reset != nil && !have.Server.Told:
		n.What = strings.Replace(elevated, "the sync server", shell.Name(have.Server.Host), 1)
		n.Has, n.Who = steps.HasIt, "whoever runs this program"
	}
	return []steps.Need{n}
}

// Needs is a role in the tenant.
func (s *SSPR) Needs(have *Observation) []steps.Need {
	n := steps.Need{What: "one of the roles " + cloudconfig.PolicyRoles(), Has: steps.HasUnknown}
	if have != nil && have.Roles != nil {
		n.Has, n.Who = steps.HasNot, "whoever is signed in to the tenant"
		if cloudconfig.MaySetPolicy(have.Roles) {
			n.Has = steps.HasIt
		}
	}
	return []steps.Need{n}
}
