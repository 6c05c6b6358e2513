package stages

import (
	"fmt"
	"slices"

	"writeback/adperms"
	"writeback/cloudconfig"
	"writeback/internal/shell"
	"writeback/steps"
)

// What each stage would do, for a colleague who has no such program: by the windows that
// Microsoft's own pages use, and by the command where there is one.

// ByHand tells how the ACEs are added in Active Directory Users and Computers, and by
// dsacls (Microsoft's tutorial and cmdlet for password writeback take these two ways).
func (d *Delegate) ByHand(have *Delegation, changes []ACEChange) (h steps.ByHand) {
	h.Steps = []string{"Open Active Directory Users and Computers, and tick View > Advanced Features."}
	h.Check = []string{"Open Security > Advanced there again: each entry is in the list."}
	h.Back = []string{"In the same list, remove the entries that you added, and no others. Do not use dsacls /R: it removes every entry of the account."}
	if have == nil {
		h.Needs = "the right Modify permissions (WRITE_DAC) on the domain's root, or on the OU that is to be the scope; Domain Admins have it"
		h.Steps = append([]string{
			"Find out which account the sync product signs in to the domain with. Microsoft Entra Connect: on its server, in Windows PowerShell, import the module ADSyncConfig (ADSyncConfig.psm1 in the folder AdSyncConfig of the program) and run Get-ADSyncADConnectorAccount. Microsoft Entra Cloud Sync: it is the agent's group managed service account.",
		}, append(h.Steps,
			"Right-click the domain's root, or the OU that is to be the scope: Properties > Security > Advanced.",
			"Add. Principal: that account; type: Allow; applies to: Descendant User objects; tick: Reset password, Write lockoutTime, Write pwdLastSet.",
			"Only if Authenticated Users lack Unexpire Password on the domain's root (they have it by default), add it there. Principal: that account; type: Allow; applies to: This object only; tick: Unexpire Password.",
			"Close the windows with OK.")...)
		return h
	}
	on, entry := "", ""
	for _, c := range changes {
		a, err := c.ace()
		if err != nil {
			continue
		}
		if c.DN != on {
			on, entry = c.DN, ""
			h.Steps = append(h.Steps, "Right-click "+steps.Plain(c.DN)+": Properties > Security > Advanced.")
		}
		w := adperms.Describe(a)
		if next := "Add. Principal: " + steps.Plain(c.Trustee) + "; type: " + w.Type + "; applies to: " + w.AppliesTo + "; tick: "; next != entry {
			entry, h.Steps = next, append(h.Steps, next+w.Permission)
		} else {
			h.Steps[len(h.Steps)-1] += ", " + w.Permission
		}
		if line := c.Describe().Equivalent; line != "" {
			h.Commands = append(h.Commands, line)
		}
	}
	h.Steps = append(h.Steps, "Close the windows with OK.")
	if len(h.Commands) < len(changes) { // half of the commands is worse than none
		h.Commands = nil
	}
	h.Shell = "an elevated command prompt on a computer with the AD DS tools (RSAT), or on a domain controller"
	return h
}

// ByHand tells where the switch is. Where the server's cmdlets would be used, so may a
// person. What else a person has to do, a finding says.
func (w *Writeback) ByHand(have *Observation, changes []Switch) (h steps.ByHand) {
	o := Observation{}
	if have != nil {
		o = *have
		if _, findings, err := w.Plan(o); err != nil || len(changes) == 0 && !told(findings, "writeback-by-hand") {
			return h
		}
	}
	cloud, host := w.product(o) == "cloud" || have == nil && w.Expected.Product == "cloud", w.confirmed(o)
	h.Steps = w.clicks(host, cloud)
	if cloud {
		h.Needs = "one of the roles " + cloudconfig.PolicyRoles()
		h.Check = []string{"Open the page again: it is still ticked."}
		h.Back = []string{"Untick it on the same page, and save."}
		return h
	}
	h.Needs = "to sign in to Windows on " + host + ", and a cloud-only Hybrid Identity Administrator account for the wizard there"
	if t := w.tried(o); t != nil && t.Outcome == steps.ToldFailed {
		h.Steps[2] = tickAgain
		h.Steps = append(h.Steps, removal(*t, 1))
	}
	if w.Expected.Product == "" && have == nil {
		h.Steps = append(h.Steps, "With Microsoft Entra Cloud Sync there is no such wizard: "+cloudTitle+" is ticked on the tenant's page "+w.Links.SSPRPage())
	}
	h.Back = []string{"In the same wizard, untick Password writeback."}
	connector := "NAME, where NAME is the connector to Microsoft Entra ID, as Get-ADSyncConnector lists it,"
	if o.Server != nil && o.Server.Cloud != "" {
		connector = shell.Quoted(o.Server.Cloud)
	}
	h.Check = []string{"On " + host + ", in Windows PowerShell, Get-ADSyncAADPasswordResetConfiguration -Connector " + connector + " says Enabled True and ServiceStatus Started."}
	for _, c := range changes {
		if line := c.Describe().Equivalent; line != "" {
			h.Commands = append(h.Commands, line)
			h.Shell = "an elevated Windows PowerShell on " + host + ", as a member of ADSyncAdmins (the cmdlet is in no current reference of Microsoft; the wizard is the documented way)"
			h.Back = append(h.Back, "If you used the cmdlet, run it again with -Enable $false.")
		}
	}
	return h
}

// confirmed is the sync server's name as the server itself has said it, or whoever made
// the plan. The description of the connector account names one, too: whoever may write that
// would have people sign in somewhere.
func (w *Writeback) confirmed(o Observation) string {
	switch {
	case o.Server != nil:
		return shell.Name(o.Server.Host)
	case w.Expected.Asked != "":
		return shell.Name(w.Expected.Asked)
	}
	return "the sync server"
}

func told(findings []steps.Finding, code string) bool {
	return slices.ContainsFunc(findings, func(f steps.Finding) bool { return f.Code == code })
}

// ByHand tells what to tick on the page. What else a person has to do, a finding says.
func (s *SSPR) ByHand(have *Observation, changes []SetPolicy) (h steps.ByHand) {
	cloud := s.Expected.Product == "cloud"
	if have != nil {
		if _, findings, err := s.Plan(*have); err != nil || len(changes) == 0 && !told(findings, "sspr-by-hand") {
			return h
		}
		cloud = s.product(*have) == "cloud"
	}
	h.Steps = s.clicks(cloud)
	h.Check = []string{"Open the page again: it is set as above. Whether users may reset at all is on the page Password reset > Properties."}
	if have != nil && have.Page != nil {
		p := have.Page.Policy
		h.Back = []string{fmt.Sprintf("Set the page back to what it was when these steps were written, and save: %s: %s; %s: %s.", ssprTitle, yesNo(p.Writeback() == cloudconfig.On), unlockTitle, yesNo(p.AccountUnlockEnabled))}
		return h
	}
	h.Steps = slices.Insert(h.Steps, 2, "Note down how the page is set now.")
	h.Back = []string{"Set the page as you noted it, and save."}
	return h
}
