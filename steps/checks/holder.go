package checks

import (
	"context"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// throughHolder warns of rights that AdminSDHolder gives the connector account on
// every protected account, and of control of AdminSDHolder itself. Coverage and
// explain tell the former of each account.
func throughHolder(ctx context.Context, x *examination, a answer, c adperms.Account) answer {
	dn := adperms.HolderDN(x.Place.DomainDN)
	holder, err := x.object(ctx, dn)
	if err != nil {
		a.text += "; the permissions of AdminSDHolder are not shown"
		return a
	}
	if right := adperms.TakesOver(holder.Target, c.Token, adperms.OverProtected); right != "" {
		a.text += ", but may " + right + " of AdminSDHolder"
		a = a.warn(tooPowerful, sourced(tooPowerful, "remove the ACE that gives it from AdminSDHolder, once it is known that nothing needs it: no document of password writeback asks for it"),
			"%s may %s of %s, whose permissions every protected account and group gets: it can take over a domain administrator", c.DN, right, dn)
	}
	rights := adperms.HolderGives(holder.Target.Descriptor, adperms.WritebackClasses()[0].GUID, secdesc.SID{}, c.Token,
		adperms.ResetPassword, adperms.WriteLockoutTime, adperms.WritePwdLastSet)
	if len(rights) == 0 {
		return a
	}
	var names []string
	for _, r := range rights {
		names = append(names, r.Name)
	}
	a.text += "; AdminSDHolder gives it " + strings.Join(names, ", ")
	return a.warn(string(adperms.HeldOut), sourced(string(adperms.HeldOut), adperms.HolderFix),
		"%s gives %s %s on every protected account: undocumented, not supported, and whoever gets hold of the sync server can take over every administrator", dn, c.DN, strings.Join(names, ", "))
}
