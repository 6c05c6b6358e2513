package stages

import (
	"fmt"
	"slices"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

const (
	codeHardenRefused = "harden-refused"
	codeLocksOut      = "harden-locks-out"
	codeOwner         = "connector-owner"
)

// findings tells what a person must know about the plan. refused says that nothing can be
// done whatever is accepted.
func (h *Harden) findings(have Hardened, e adperms.Edit, changes int) (out []steps.Finding, refused bool) {
	dn := steps.Plain(have.On.DN)
	refuse := func(text, fix string) {
		out, refused = append(out, steps.Finding{Level: steps.LevelError, Code: codeHardenRefused, Text: text, Fix: fix}), true
	}
	out = append(out, h.aboutDC(changes)...)
	switch {
	case !have.On.Descriptor.HasDACL():
		refuse(dn+" has no DACL: everybody has full control of it", "have its owner give it permissions first")
	case h.Forest.IsZero():
		refuse("the SID of the forest's root domain is not known, so that Enterprise Admins cannot be named", "name the forest's root domain beside this one, with another --domain")
	case len(have.Account.ProtectedBy) > 0:
		refuse(fmt.Sprintf("%s is in %s: AdminSDHolder's task overwrites its permissions within the hour", dn, named(have.Account.ProtectedBy)),
			"take the account out of these groups: a connector account needs none of them")
	}
	for _, sddl := range h.Keep {
		if !slices.ContainsFunc(h.aces(have), func(a secdesc.ACE) bool { return a.SDDL() == sddl }) {
			refuse(fmt.Sprintf("%s has no ACE %s, which --keep names", dn, steps.Plain(sddl)), "give the ACE as the plan shows it")
		}
	}
	if refused || changes == 0 {
		return append(out, h.aboutOwner(have)...), refused
	}
	if have.Doubt != "" {
		out = append(out, steps.Finding{Level: steps.LevelError, Code: codeUnproven, Text: dn + " " + have.Doubt, Accept: codeUnproven,
			Fix: adperms.CheckConnector + "; if it is, say --accept " + codeUnproven})
	}
	out = append(out, h.bars(have.On, dn)...)
	after, ignored, err := e.Rewrite(have.On.Descriptor)
	if err == nil && (len(ignored.Absent) > 0 || double(after, e)) {
		err = fmt.Errorf("it has an ACE twice, or one that is marked as inherited though nothing is")
	}
	if err != nil {
		return append(out, steps.Finding{Level: steps.LevelError, Code: "dacl-not-editable", Text: fmt.Sprintf("the DACL of %s cannot be restricted: %v", dn, err),
			Fix: "look at the object's permissions by hand first"}), false
	}
	return slices.Concat(out, h.locksOut(have, after), h.aboutOwner(have)), false
}

// double says that an ACE that was removed is still there.
func double(after *secdesc.Descriptor, e adperms.Edit) bool {
	return slices.ContainsFunc(e.Remove, func(a secdesc.ACE) bool { return slices.Contains(after.DACL.ACEs, a) })
}

// locksOut refuses what whoever makes it could not take back.
func (h *Harden) locksOut(have Hardened, after *secdesc.Descriptor) []steps.Finding {
	t := adperms.Target{Descriptor: after, Self: have.On.SID}
	if h.Operator != nil && adperms.Access(t, h.Operator, adperms.Right{Mask: secdesc.WriteDACL}).Granted {
		return nil
	}
	f := steps.Finding{Level: steps.LevelError, Code: codeLocksOut,
		Text: fmt.Sprintf("afterwards %s could not change the permissions of %s any more, and so could not take this back", h.operator(), steps.Plain(have.On.DN)),
		Fix:  "sign in as a member of Domain Admins, Enterprise Admins or Administrators: they keep full control"}
	if h.Operator == nil {
		f.Text = fmt.Sprintf("%s does not show the groups of %s, so it is not known whether they could take this back", h.Place.DC, h.operator())
	}
	if h.ReadOnly {
		f.Level, f.AtApply = steps.LevelWarning, true
		f.Fix = "have the plan applied by a member of Domain Admins, Enterprise Admins or Administrators; apply by this account is refused"
	}
	return []steps.Finding{f}
}

// aboutOwner warns of an owner that no DACL keeps from the account.
func (h *Harden) aboutOwner(have Hardened) []steps.Finding {
	owner := have.On.Descriptor.Owner
	if owner.IsZero() || adperms.IsTierZero(owner) {
		return nil
	}
	return []steps.Finding{{Level: steps.LevelWarning, Code: codeOwner,
		Text: fmt.Sprintf("%s owns %s, and an owner may always change its permissions", nameOf(owner, have.Names), steps.Plain(have.On.DN)),
		Fix:  "make Domain Admins its owner (Advanced Security Settings, Owner); writeback changes no owner"}}
}

func named(all []adperms.Protected) string {
	out := ""
	for i, p := range all {
		if i > 0 {
			out += ", "
		}
		out += p.Name
	}
	return steps.Plain(out)
}
