package stages

import (
	"fmt"
	"slices"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

// nearLimit is where a DACL is so large that somebody should know: an ACL ends
// at 65,535 bytes (MS-DTYP 2.4.5).
const nearLimit = 60000

// findings tells what a person must know about the plan. Those of level error
// stand in the way: nothing is written then.
func (d *Delegate) findings(have Delegation, covers []cover, changes []ACEChange) []steps.Finding {
	var out []steps.Finding
	add := func(f ...steps.Finding) { out = append(out, f...) }
	if have.Schema != nil {
		add(steps.Finding{Level: steps.LevelError, Code: "schema-mismatch", Text: have.Schema.Error(),
			Fix: "ask who changed the schema; nothing can be granted safely by these names"})
	}
	add(d.aboutDC(len(changes))...)
	add(d.aboutConnector(have, len(changes))...)
	add(d.aboutUnasked(have)...)
	for _, o := range have.Objects {
		add(d.aboutObject(o, changes, have.Guards)...)
	}
	for _, c := range covers {
		add(aboutCover(c, have.Names)...)
	}
	add(d.aboutUnexpire(have)...)
	add(d.aboutGuards(have, changes)...)
	return out
}

// aboutObject tells what stands in the way of a change on one object, and what
// is worth knowing about it.
func (d *Delegate) aboutObject(o Seen, changes []ACEChange, guards coverage.Guards) (out []steps.Finding) {
	dn, refused := steps.Plain(o.DN), d.refusedScope(o)
	guarded := slices.ContainsFunc(guards.Accounts, func(g coverage.Guarded) bool { return g.GUID == o.GUID })
	if len(d.wanted(o)) > 0 && !o.Descriptor.HasDACL() {
		// Everybody may do everything to the object, and nothing is passed on to
		// those below it: not ours to repair, and no ground to build on.
		return append(out, steps.Finding{Level: steps.LevelError, Code: "null-dacl",
			Text: dn + " has no DACL: everybody has full control of it, and what is below inherits no permission from it",
			Fix:  "have its owner give it permissions; writeback only adds to those that are there"})
	}
	if o.Scope && o.Descriptor.Protected() && !o.Root && refused.Code == "" && !guarded {
		out = append(out, steps.Finding{Level: steps.LevelInfo, Code: "inheritance-blocked",
			Text: dn + " takes no permissions from above, so the rights have to be granted on it as they are here"})
	}
	if refused.Code != "" {
		out = append(out, steps.Finding{Level: steps.LevelError, Code: refused.Code, Text: steps.Plain(refused.Text), Fix: steps.Plain(refused.Fix)})
	}
	edit := adperms.Edit{DN: o.DN, Add: added(changes, o.GUID)}
	if len(edit.Add) == 0 {
		return out
	}
	out = append(out, d.bars(o, dn)...)
	after, _, err := edit.Rewrite(o.Descriptor)
	if err != nil {
		return append(out, steps.Finding{Level: steps.LevelError, Code: "dacl-not-editable",
			Text: fmt.Sprintf("no ACE can be added to %s: %v", dn, err), Fix: "look at the object's permissions by hand first"})
	}
	if n := after.DACL.Size(); n > nearLimit {
		out = append(out, steps.Finding{Level: steps.LevelWarning, Code: "dacl-near-limit",
			Text: fmt.Sprintf("the DACL of %s will have %d of at most %d bytes", dn, n, secdesc.MaxACLSize),
			Fix:  "remove ACEs that are no longer needed before the next product adds its own"})
	}
	if o.Scope && isUser(o.Object) {
		text := dn + " is a single account: the rights are granted on it alone"
		if guarded {
			text += ", and because it is protected, AdminSDHolder's task takes them away again within the hour"
		}
		out = append(out, steps.Finding{Level: steps.LevelWarning, Code: "single-account", Text: text,
			Fix: "name the domain or an OU as the scope, unless this one account is what you mean"})
	}
	return out
}

// refusedScope says why nothing is granted on an object that was named as a scope.
func (d *Delegate) refusedScope(o Seen) adperms.Reason {
	if !o.Scope {
		return adperms.Reason{}
	}
	return adperms.RefusedScope(o.Object, d.Place.DomainDN, d.Place.Domain)
}

// RefusedScopes are what was named as a scope and cannot be one, as it was seen last.
func (d *Delegate) RefusedScopes() (out []adperms.Reason) {
	if d.last == nil {
		return nil
	}
	for _, o := range d.last.Objects {
		if r := d.refusedScope(o); r.Code != "" {
			out = append(out, r)
		}
	}
	return out
}

// aboutCover names the ACE that already grants what was wanted, and the denies
// that stand against it.
func aboutCover(c cover, names map[secdesc.SID]string) (out []steps.Finding) {
	if !c.on.Descriptor.HasDACL() {
		return nil
	}
	right := fmt.Sprintf("%s (%s)", c.Want.Right.Name, adperms.Describe(c.Want.ACE()).AppliesTo)
	dn := steps.Plain(c.on.DN)
	if len(c.By) > 0 && len(c.Denied) == 0 {
		by := c.By[0]
		w := adperms.Describe(by)
		out = append(out, steps.Finding{Level: steps.LevelInfo, Code: "already-granted",
			Text: fmt.Sprintf("%s on %s is already granted to %s by %q, applies to: %s %s",
				right, dn, nameOf(by.Trustee, names), w.Permission, w.AppliesTo, by.SDDL())})
	}
	for _, a := range c.Denied {
		out = append(out, steps.Finding{Level: steps.LevelError, Code: "denied-by-ace",
			Text: fmt.Sprintf("%s on %s is denied to %s by %s: a deny wins, so that granting it would change nothing", right, dn, nameOf(a.Trustee, names), a.SDDL()),
			Fix:  "ask who set the deny and why; writeback does not remove what others set"})
	}
	for _, a := range c.Partly {
		out = append(out, steps.Finding{Level: steps.LevelWarning, Code: "denied-by-ace",
			Text: fmt.Sprintf("%s on %s is denied in a part of the scope to %s by %s", right, dn, nameOf(a.Trustee, names), a.SDDL()),
			Fix:  "passwords of the users there cannot be written back while the deny stands"})
	}
	for _, a := range c.Idle {
		out = append(out, steps.Finding{Level: steps.LevelInfo, Code: "deny-outranked",
			Text: fmt.Sprintf("the deny %s on %s for %s takes nothing away: it stands behind the ACE that grants %s", a.SDDL(), dn, nameOf(a.Trustee, names), right)})
	}
	return out
}

// aboutUnexpire warns where --unexpire never leaves the right missing.
func (d *Delegate) aboutUnexpire(have Delegation) []steps.Finding {
	if d.Unexpire != UnexpireNever {
		return nil
	}
	for _, o := range have.Objects {
		if o.Root && o.Descriptor.HasDACL() && len(adperms.Covers(o.Descriptor.DACL, have.Trustee.Token, adperms.UnexpireGrant(d.Connector.SID))) > 0 {
			return []steps.Finding{{Level: steps.LevelWarning, Code: "unexpire-missing",
				Text: fmt.Sprintf("%s does not have Unexpire Password on %s: a password that is written back expires at once, and the user must change it again",
					steps.Plain(d.Connector.DN), steps.Plain(o.DN)),
				Fix: "use --unexpire auto"}}
		}
	}
	return nil
}
