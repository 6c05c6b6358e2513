package adperms

import (
	"slices"

	"writeback/adperms/secdesc"
)

// Whoever has the sync server has the connector account, and whoever has the
// connector account can set every password in its scope. So what it may do beyond
// that is too much; and whoever may take the account over is as powerful as it is.

// takingOver are rights on an account or on the domain, each of which is enough to
// take it over.
var takingOver = []Right{
	{Name: "change the permissions", Mask: secdesc.WriteDACL},
	{Name: "become the owner", Mask: secdesc.WriteOwner},
	{Name: "write all properties", Mask: secdesc.WriteProperty},
	{Name: "reset the password", Mask: secdesc.ControlAccess, Type: ResetPassword.Type},
}

// TakesOver names a right by which the token can take an account over; "" for none.
func TakesOver(t Target, token Token) string {
	for _, r := range takingOver {
		if Access(t, token, r).Granted {
			return r.Name
		}
	}
	return ""
}

// Reshapes names a right by which the token can give itself any other on an object;
// "" for none.
func Reshapes(t Target, token Token) string {
	for _, r := range takingOver[:2] {
		if Access(t, token, r).Granted {
			return r.Name
		}
	}
	return ""
}

// Controller is a trustee that can take an object over, and how.
type Controller struct {
	SID   secdesc.SID
	Right string
}

// Controllers are the trustees outside Tier 0 for whom power names a right on the
// object. Each is looked at as it stands in the DACL, not with the groups that it
// is in.
func Controllers(t Target, power func(Target, Token) string) (out []Controller) {
	trustees := []secdesc.SID{t.Descriptor.Owner}
	if t.Descriptor.HasDACL() {
		for _, a := range t.Descriptor.DACL.ACEs {
			trustees = append(trustees, a.Trustee)
		}
	}
	for i, s := range trustees {
		if s.IsZero() || tierZero(s) || slices.Contains(trustees[:i], s) {
			continue
		}
		if right := power(t, Token{s: {}}); right != "" {
			out = append(out, Controller{s, right})
		}
	}
	return out
}

const ridControllers = 516 // Domain Controllers (MS-DTYP 2.4.2.4)

var (
	localSystem = secdesc.MustSID("S-1-5-18")
	domainDCs   = secdesc.MustSID("S-1-5-9") // Enterprise Domain Controllers
)

// tierZero says that a trustee is a domain controller, or a group whose members are
// as powerful as a domain's administrators, or stands for the object itself or for
// somebody else on each.
func tierZero(s secdesc.SID) bool {
	if s == localSystem || s == domainDCs || slices.Contains(Relatives(), s) {
		return true
	}
	for _, b := range builtinProtected {
		if b.SID == s {
			return true
		}
	}
	// By RID alone: the groups of the forest's root domain count in each of its domains.
	return s.Domain().IsAccountDomain() && (s.RID() == ridAdministrator || s.RID() == ridControllers || protectedRIDs[s.RID()] != "")
}
