package stages

import (
	"fmt"

	"writeback/adperms"
	"writeback/steps"
)

// bars are what forbids any change of one object's DACL.
func (d *DACLs) bars(o Seen, dn string) (out []steps.Finding) {
	bar := func(code, text, fix string) {
		out = append(out, steps.Finding{Level: steps.LevelError, Code: code, Text: text, Fix: fix})
	}
	if !o.MayWriteDACL() {
		out = append(out, d.noRight(o, dn))
	}
	if at, ok := adperms.Canonical(o.Descriptor.DACL); !ok {
		bar("dacl-not-canonical", fmt.Sprintf("the DACL of %s is not in canonical order: ACE %d, %s, stands too late", dn, at+1, o.Descriptor.DACL.ACEs[at].SDDL()),
			"have its owner put it in order (Active Directory Users and Computers offers to when the Security tab is opened); writeback does not re-order what others set")
	}
	return out
}

// noRight stands in the way of who would write, now or later. A plan by an
// account that may only read is whole in spite of it, and who applies it is
// looked at then.
func (d *DACLs) noRight(o Seen, dn string) steps.Finding {
	f := steps.Finding{Level: steps.LevelError, Code: "no-right-to-write",
		Text: fmt.Sprintf("%s may not change the permissions of %s: the right Modify permissions (WRITE_DAC) is missing", d.operator(), dn),
		Fix:  "sign in as an account that has it, such as a member of Domain Admins, or have it granted on this object"}
	if d.ReadOnly {
		f.Level, f.AtApply = steps.LevelWarning, true
		f.Fix = "have the plan applied by an account that has it, such as a member of Domain Admins; apply by this account is refused"
	}
	if o.Root && !o.Scope {
		f.Fix += "; --unexpire never leaves this object alone"
	}
	return f
}

func (d *DACLs) operator() string {
	if d.Place.Operator == "" {
		return "the account that is signed in"
	}
	return steps.Plain(d.Place.Operator)
}

func (d *DACLs) aboutDC(changes int) (out []steps.Finding) {
	if d.Place.ReadOnly && changes > 0 {
		out = append(out, steps.Finding{Level: steps.LevelError, Code: "read-only-dc",
			Text: fmt.Sprintf("%s is a read-only domain controller: permissions cannot be changed on it", d.Place.DC),
			Fix:  "name a writable domain controller with --dc"})
	}
	if !d.Place.Synced {
		out = append(out, steps.Finding{Level: steps.LevelWarning, Code: "dc-not-synchronized",
			Text: fmt.Sprintf("%s has not replicated since it started: what it shows may be old", d.Place.DC),
			Fix:  "name another domain controller with --dc, or wait until it has replicated"})
	}
	return out
}
