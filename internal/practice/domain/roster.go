package domain

import (
	"cmp"
	"slices"

	"writeback/adperms"
)

// Staff is somebody of the company, as a sync product would see them.
type Staff struct {
	UPN, Name, SID string
	Disabled       bool
	Admin          bool // adminCount is set
}

// Staff are the users of the domain that a sync product takes to the tenant:
// those with a UPN, in the order of their SIDs. Built-in accounts have none.
func (d *Domain) Staff() (out []Staff) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	d.world.root.walk(func(e *entry) {
		upn := e.one("userPrincipalName")
		control := adperms.AccountControl(e.number("userAccountControl"))
		if upn == "" || e.deleted || adperms.AccountKindOf(e.class.chain, control, e.sid, e.dn()) != adperms.Person {
			return
		}
		out = append(out, Staff{UPN: upn, Name: e.one("displayName"), SID: e.sid.String(),
			Disabled: control.Has(adperms.AccountDisabled), Admin: e.one("adminCount") == "1"})
	})
	slices.SortFunc(out, func(a, b Staff) int { return cmp.Compare(a.SID, b.SID) })
	return out
}
