package checks

import (
	"context"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// throughHolder warns of rights that AdminSDHolder gives the connector account on
// every protected account. Coverage and explain tell the same of each of them.
func throughHolder(ctx context.Context, l *look, a answer, c adperms.Account) answer {
	dn := adperms.HolderDN(l.Place.DomainDN)
	holder, err := l.object(ctx, dn)
	if err != nil {
		a.text += "; the permissions of AdminSDHolder are not shown"
		return a
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
	return a.warn(string(adperms.HeldOut), adperms.HolderFix,
		"%s gives %s %s on every protected account: undocumented, not supported, and whoever gets hold of the sync server can take over every administrator", dn, c.DN, strings.Join(names, ", "))
}
