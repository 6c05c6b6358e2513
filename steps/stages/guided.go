package stages

import (
	"slices"

	"writeback/adperms"
	"writeback/internal/shell"
	"writeback/steps"
)

// What each stage would do, for a colleague who has no such program: by the windows that
// Microsoft's own pages use, and by the command where there is one.

// ByHand tells how the ACEs are added in Active Directory Users and Computers, and by
// dsacls (Microsoft's tutorial and cmdlet for password writeback take these two ways).
func (d *Delegate) ByHand(have *Delegation, changes []AddACE) (h steps.ByHand) {
	h.Steps = []string{"Open Active Directory Users and Computers, and tick View > Advanced Features."}
	h.Check = []string{"Open Security > Advanced there again: each entry is in the list."}
	h.Back = []string{"In the same list, remove the entries that you added, and no others. Do not use dsacls /R: it removes every entry of the account."}
	if have == nil {
		h.Needs = "the right Modify permissions (WRITE_DAC) on the domain's root, or on the OU that is to be the scope; Domain Admins have it"
		h.Steps = append([]string{
			"Find out which account the sync product signs in to the domain with. Microsoft Entra Connect: on its server, in Windows PowerShell, run Get-ADSyncADConnectorAccount of the module ADSyncConfig. Microsoft Entra Cloud Sync: it is the agent's group managed service account.",
		}, append(h.Steps,
			"Right-click the domain's root, or the OU that is to be the scope: Properties > Security > Advanced.",
			"Add. Principal: that account; type: Allow; applies to: Descendant User objects; tick: Reset password, Write lockoutTime, Write pwdLastSet.",
			"Only where Authenticated Users do not have Unexpire Password on the domain's root (they have it by default): add there. Principal: that account; type: Allow; applies to: This object only; tick: Unexpire Password.",
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
	h.Shell = "an elevated command prompt on that computer"
	return h
}

// ByHand tells where the switch is. Where the server's cmdlets would be used, so may a
// person.
func (w *Writeback) ByHand(have *Observation, changes []Switch) (h steps.ByHand) {
	cloud, host := w.Expected.Product == "cloud", w.Expected.Host
	if have != nil {
		cloud = w.product(*have) == "cloud"
		if have.Server != nil {
			host = have.Server.Host
		}
	}
	named := "the sync server"
	if host != "" {
		named = shell.Name(host)
	}
	h.Steps = w.clicks(named, cloud)
	if cloud {
		h.Check = []string{"Open the page again: it is still ticked."}
		h.Back = []string{"Untick it on the same page, and save."}
		return h
	}
	if w.Expected.Product == "" && have == nil {
		h.Steps = append(h.Steps, "With Microsoft Entra Cloud Sync there is no such wizard: "+cloudTitle+" is ticked on the tenant's page "+w.Links.SSPRPage())
	}
	h.Needs = "a sign-in to Windows on " + named + ", and in the wizard there one as Hybrid Identity Administrator"
	for _, c := range changes {
		if line := c.Describe().Equivalent; line != "" {
			h.Commands = append(h.Commands, line)
			h.Shell = "an elevated Windows PowerShell on " + named + ", as a member of ADSyncAdmins"
		}
	}
	h.Check = []string{"On " + named + ", in Windows PowerShell, Get-ADSyncAADPasswordResetConfiguration -Connector NAME says Enabled True and ServiceStatus Started. NAME is the connector to Microsoft Entra ID, as Get-ADSyncConnector lists it."}
	h.Back = []string{"In the same wizard, untick Password writeback."}
	return h
}

// ByHand tells what to tick on the page.
func (s *SSPR) ByHand(have *Observation, _ []SetPolicy) steps.ByHand {
	cloud := s.Expected.Product == "cloud"
	if have != nil {
		cloud = s.product(*have) == "cloud"
	}
	const note = "Note down how the page is set now."
	return steps.ByHand{
		Steps: slices.Insert(s.clicks(cloud), 2, note),
		Check: []string{"Open the page again: it is set as above. Whether users may reset at all is on the page Password reset > Properties."},
		Back:  []string{"Set the page as you noted it, and save."},
	}
}
