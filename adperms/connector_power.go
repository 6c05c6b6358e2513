package adperms

import (
	"slices"
	"strings"

	"writeback/adperms/secdesc"
)

// Whoever has the sync server has the connector account, and whoever has the
// connector account can set every password in its scope. So what it may do beyond
// that is too much; and whoever may take the account over is as powerful as it is.

// Over is what kind of object a right is on: what can be done with it hangs on that.
type Over uint8

// The kinds.
const (
	OverAccount   Over = 1 << iota // a user, or whatever else signs in
	OverProtected                  // AdminSDHolder, whose DACL every protected group and account gets, or one of these
	OverDomain                     // the domain's root, or the OU of its domain controllers
	OverParent                     // an OU or container: what is below it inherits
)

const overAll = OverAccount | OverProtected | OverDomain | OverParent

// powers are rights, each of which is enough to take over what it is on, or what that
// stands for. Where a whole one is held, the others say nothing more. The four rights
// of writeback are not among them on a domain, where each user has them: what they do
// to a protected account [HolderGives] tells.
//
// To write all properties of an OU reaches an account in it only by group policy
// (gPLink), which says what a computer or a person at one does: it gives nobody an
// account of a service. On the domain's root and on the OU of the domain controllers
// it gives the domain.
var powers = []struct {
	Right
	over  Over
	whole bool
}{
	{Right{Name: "change the permissions", Mask: secdesc.WriteDACL}, overAll, true},
	{Right{Name: "become the owner", Mask: secdesc.WriteOwner}, overAll, true},
	{Right{Name: "write all properties", Mask: secdesc.WriteProperty}, OverAccount | OverProtected | OverDomain, true},
	// On an account Reset password is among them, on a domain all of replication.
	{Right{Name: "use every extended right", Mask: secdesc.ControlAccess}, OverAccount | OverProtected | OverDomain, false},
	{Right{Name: "reset the password", Mask: secdesc.ControlAccess, Type: ResetPassword.Type}, OverAccount, false},
	{Right{Name: "write member", Mask: secdesc.WriteProperty, Type: memberAttribute, Set: membershipSet}, OverProtected, false},
	// Self-Membership, a validated write (MS-ADTS 5.1.3.2).
	{Right{Name: "add itself as a member", Mask: secdesc.SelfWrite, Type: memberAttribute}, OverProtected, false},
	// A key of one's own signs in as the account (PKINIT).
	{Right{Name: "write msDS-KeyCredentialLink", Mask: secdesc.WriteProperty, Type: secdesc.MustGUID("5b47d60f-6090-40b2-9f37-2a4de88f3063")}, OverAccount | OverProtected, false},
	// For an account that has a name, anybody gets a ticket that its password encrypts:
	// to guess that takes no sign-in any more.
	{Right{Name: "write servicePrincipalName", Mask: secdesc.WriteProperty, Type: secdesc.MustGUID("f3a64788-5306-11d1-a9c5-0000f80367c1"), Set: secdesc.MustGUID("e48d0154-bcf8-11d1-8702-00c04fb96050")}, OverAccount | OverProtected, false},
	// Kerberos pre-authentication can be switched off there, with the same result.
	{Right{Name: "write userAccountControl", Mask: secdesc.WriteProperty, Type: secdesc.MustGUID("bf967a68-0de6-11d0-a285-00aa003049e2"), Set: accountRestrictions}, OverAccount | OverProtected, false},
	// A group policy of one's own runs on the domain controllers.
	{Right{Name: "write gPLink", Mask: secdesc.WriteProperty, Type: secdesc.MustGUID("f30e3bbe-9ff0-11d1-b603-0000f80367c1")}, OverDomain, false},
}

var (
	memberAttribute = secdesc.MustGUID("bf9679c0-0de6-11d0-a285-00aa003049e2")
	membershipSet   = secdesc.MustGUID("bc0ac240-79a9-11d0-9020-00c04fc2d4cf")
)

// TakesOver names the rights by which the token can take over an object of a kind, as
// they stand in a sentence before "of"; "" for none.
func TakesOver(t Target, token Token, on Over) string {
	var out []string
	var all secdesc.AccessMask // bits that are held without an object type
	for _, p := range powers {
		if p.over&on == 0 || all.Has(p.Mask) || !Access(t, token, p.Right).Granted {
			continue
		}
		if p.whole {
			return p.Name
		}
		if p.Type.IsZero() {
			all |= p.Mask
		}
		out = append(out, p.Name)
	}
	return strings.Join(out, " and ")
}

// Replicates says that the token can have a domain controller send it every password
// hash of the domain whose root t is: both rights are needed (MS-DRSR 4.1.10.5.1).
func Replicates(t Target, token Token) bool {
	return Access(t, token, replicating).Granted && Access(t, token, replicatingAll).Granted
}

// Controller is a trustee that can take an object over, and how.
type Controller struct {
	SID   secdesc.SID
	Right string
}

// Controllers are the trustees outside Tier 0 that can take the object over. Each is
// looked at as it stands in the DACL, not with the groups that it is in.
func Controllers(t Target, on Over) (out []Controller) {
	for _, s := range outsiders(t.Descriptor) {
		if right := TakesOver(t, Token{s: {}}, on); right != "" {
			out = append(out, Controller{s, right})
		}
	}
	return out
}

// PasswordReaders are the trustees outside Tier 0 that may read the password of a
// group managed service account. allowed is its msDS-GroupMSAMembership, which stands
// beside the account's own descriptor and is about nothing else.
func PasswordReaders(allowed *secdesc.Descriptor) (out []secdesc.SID) {
	for _, s := range outsiders(allowed) {
		if Access(Target{Descriptor: allowed}, Token{s: {}}, Right{Mask: secdesc.ReadProperty}).Granted {
			out = append(out, s)
		}
	}
	return out
}

// outsiders are owner and trustees that are not Tier 0, each once.
func outsiders(d *secdesc.Descriptor) (out []secdesc.SID) {
	trustees := []secdesc.SID{d.Owner}
	if d.HasDACL() {
		for _, a := range d.DACL.ACEs {
			trustees = append(trustees, a.Trustee)
		}
	}
	for _, s := range trustees {
		if !s.IsZero() && !tierZero(s) && !slices.Contains(out, s) {
			out = append(out, s)
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

// IsTierZero says that a trustee is a domain controller, SYSTEM, or a group whose members
// are as powerful as a domain's administrators.
func IsTierZero(s secdesc.SID) bool { return tierZero(s) && !Relative(s) }
