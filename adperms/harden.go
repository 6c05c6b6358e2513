package adperms

import (
	"slices"

	"writeback/adperms/secdesc"
)

// What Set-ADSyncRestrictedPermissions does to the object of a connector account, as
// Microsoft documents it (Microsoft Entra Connect: Configure AD DS Connector Account
// Permissions): inheritance off; every ACE removed except those for SELF; full control for
// SYSTEM, Administrators, Domain Admins and Enterprise Admins; List contents, Read all
// properties and Read permissions for Enterprise Domain Controllers and Authenticated
// Users. All of them apply to the object alone.

const (
	ridDomainAdmins     = 512
	ridEnterpriseAdmins = 519

	fullControl = secdesc.AccessMask(0xF01FF) // every right of a directory object (MS-ADTS 5.1.3.2)
	readAll     = secdesc.ListChildren | secdesc.ReadProperty | secdesc.ReadControl
)

// RestrictedACEs are the ACEs that a hardened account's DACL has beside those for SELF.
// domain is the SID of the account's domain, forest that of the forest's root domain.
func RestrictedACEs(domain, forest secdesc.SID) (out []secdesc.ACE) {
	allow := func(s secdesc.SID, mask secdesc.AccessMask) {
		out = append(out, secdesc.Allow(s, mask, 0, secdesc.GUID{}, secdesc.GUID{}))
	}
	allow(localSystem, fullControl)
	allow(Administrators, fullControl)
	allow(domain.Child(ridDomainAdmins), fullControl)
	allow(forest.Child(ridEnterpriseAdmins), fullControl)
	allow(domainDCs, readAll)
	allow(AuthenticatedUsers, readAll)
	return out
}

// Hardening is the edit that restricts an account's DACL to want and the explicit ACEs for
// SELF. ACEs of keep stay: an explicit one as it is, an inherited one as an explicit copy.
// It is empty where the DACL is so already. d has a DACL.
func Hardening(dn string, d *secdesc.Descriptor, want, keep []secdesc.ACE) Edit {
	e := Edit{DN: dn}
	have := d.DACL.Explicit()
	need := slices.Clone(want)
	if !d.Protected() {
		e.Inheritance = BlockInheritance
	}
	for _, a := range d.DACL.ACEs {
		kept := slices.Contains(keep, a)
		switch {
		case a.Inherited() && kept:
			need, e.Remove = append(need, a.Explicit()), append(e.Remove, a)
		case slices.Contains(e.Remove, a): // the same may come from two places above
		case a.Inherited():
			e.Remove = append(e.Remove, a)
		case !kept && a.Trustee != principalSelf && !slices.Contains(want, a):
			e.Remove = append(e.Remove, a)
		}
	}
	for _, a := range need {
		if !slices.Contains(have, a) && !slices.Contains(e.Add, a) {
			e.Add = append(e.Add, a)
		}
	}
	return e
}
