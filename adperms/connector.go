package adperms

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Unfit says why an account cannot be the one with which a sync product signs in
// to Active Directory. No right may be granted to it then.
type Unfit struct {
	Code string // of the finding
	Why  string // a clause about the account, without its name
	Fix  string // the next step
}

// The codes of an [Unfit], and NotUsed, which the sync server decides. Who is of the
// kind TierZero must not be granted anything, and can sign in and use what it has all
// the same. CardOnly is of [CannotReach] alone: whether it keeps anybody from signing
// in is not certain.
const (
	NotAnAccount = "connector-not-account" // it is something else, or another kind of account
	OutOfUse     = "connector-disabled"    // it is disabled
	PastItsEnd   = "connector-expired"     // its accountExpires has passed
	TierZero     = "connector-protected"   // it is in a protected group
	MustChange   = "connector-must-change" // it has to choose a new password first
	PastPassword = "connector-password-expired"
	CardOnly     = "connector-smart-card" // a smart card is required of it

	GroupsUnasked = "groups-not-asked"   // not all of its groups are known
	NotUsed       = "connector-mismatch" // the sync server signs in with another one
)

const (
	nameTheAccount = "name the account that the sync product signs in to Active Directory with: --connector"
	// The account of a custom installation has any name: the console shows it.
	whereItStands = nameTheAccount + ". On the sync server, Synchronization Service Manager shows it under Connectors, in the properties of the Active Directory connector, at Connect to Active Directory Forest"
)

// TierZeroFix is for an account in a protected group.
const TierZeroFix = "create an ordinary account for the sync product, enter it on the sync server, and name it with --connector; to leave this one's permissions as they are, --skip delegate"

const (
	// ADS_UF_INTERDOMAIN_TRUST_ACCOUNT (MS-ADTS 2.2.16): of class user, though nobody's account.
	interdomainTrust AccountControl = 0x800
	// ADS_UF_WORKSTATION_TRUST_ACCOUNT and ADS_UF_SERVER_TRUST_ACCOUNT: computers and domain controllers.
	computers AccountControl = 0x1000 | 0x2000
)

// The classes that tell, in lower case.
const (
	classGroup       = "group"
	classComputer    = "computer"
	classContact     = "contact"
	classManaged     = "msds-managedserviceaccount"
	classManagedMany = "msds-groupmanagedserviceaccount"
)

// The accounts of every domain (MS-DTYP 2.4.2.4).
const (
	ridAdministrator = 500
	ridGuest         = 501
	ridKrbtgt        = 502
	ridDefault       = 503 // DefaultAccount, which the system manages
)

// localService is the name of the accounts that old installations of Entra Connect
// made for the service ADSync itself.
var localService = regexp.MustCompile(`(?i)^AAD_[0-9a-f]{12}$`)

// CannotConnect says why a cannot be the connector account of product, or nil.
// product is "" where it is not known. Where several reasons apply, the first
// says the most.
//
// It looks at what the account is, not at what it is called, but for the two names
// of the service's own account: whoever may choose a name can only be refused by it.
func CannotConnect(a Account, product Product, now time.Time) *Unfit {
	if why, fix := notAnAccount(a, product); why != "" {
		return &Unfit{NotAnAccount, why, fix}
	}
	switch signsIn := product != OtherProduct; {
	case len(a.ProtectedBy) > 0:
		return &Unfit{TierZero, fmt.Sprintf("is a member of %s: like a domain administrator, it may be used on domain controllers and administrators' computers alone (Tier 0), and a sync server is neither", names(a.ProtectedBy)),
			TierZeroFix}
	case a.Control.Has(AccountDisabled) && signsIn:
		return &Unfit{OutOfUse, "is disabled: no sync product can sign in with it", "enable it if the sync product uses it; otherwise " + nameTheAccount}
	case a.Expired(now) && signsIn:
		return &Unfit{PastItsEnd, fmt.Sprintf("expired at %s: no sync product can sign in with it", a.Expires.Format(time.RFC3339)),
			"extend its account expiration date if the sync product uses it; otherwise " + nameTheAccount}
	case a.MustChange && a.keepsPassword() && signsIn:
		return &Unfit{MustChange, "has to change its password at the next sign-in, which no sync product does",
			"give it a password on the sync server and in Active Directory, without User must change password at next logon, if the sync product uses it; otherwise " + nameTheAccount}
	case a.passwordPast(now) && signsIn:
		return &Unfit{PastPassword, fmt.Sprintf("has a password that expired at %s: no sync product can sign in with it", a.PasswordEnds().Format(time.RFC3339)),
			NewPassword + ", if the sync product uses it; otherwise " + nameTheAccount}
	}
	return nil
}

// NewPassword is for a password that has expired, or will.
const NewPassword = "change it in Active Directory and in the connector's properties on the sync server, and set Password never expires on the account"

// keepsPassword says that somebody, and not Active Directory, sets the password.
func (a Account) keepsPassword() bool { return a.Kind() != ServiceAccount }

// PasswordEnds is when the password of a user's account expires, by the policy in force
// for it (MS-ADTS 3.1.1.4.5.17); zero: never, or not known.
func (a Account) PasswordEnds() time.Time {
	if !a.PasswordAges() || a.Policy.MaxAge <= 0 || a.Policy.Unread {
		return time.Time{}
	}
	return a.PasswordSet.Add(a.Policy.MaxAge)
}

// PasswordAges says that the password expires if the policy in force has a maximum age.
func (a Account) PasswordAges() bool {
	return a.IsUser() && a.Control&(PasswordNeverExpires|SmartCardRequired) == 0 && !a.PasswordSet.IsZero()
}

func (a Account) passwordPast(now time.Time) bool {
	ends := a.PasswordEnds()
	return !ends.IsZero() && !now.Before(ends)
}

// CannotReach says why nobody's password is written back with the rights of a: the
// sync product cannot sign in with it. weight is [Unknown] where that is not certain,
// because nobody knows how the product signs in. nil: nothing stands against it.
func CannotReach(a Account, product Product, now time.Time) (u *Unfit, weight Weight) {
	a.ProtectedBy = nil // which keeps it from nothing
	if u = CannotConnect(a, product, now); u != nil {
		return u, Blocks
	}
	if u = CannotConnect(a, "", now); u != nil {
		return u, Unknown
	}
	if a.Control.Has(SmartCardRequired) && a.keepsPassword() {
		return &Unfit{CardOnly, "has Smart card is required for interactive logon set: Active Directory replaced its password by a random one then (MS-SAMR 3.1.1.8.10), so that a sync product signs in with it only if it was given a new one since",
			"clear that on the account and give it a password on the sync server and in Active Directory, if the sync product uses it; otherwise " + nameTheAccount}, Unknown
	}
	return nil, ""
}

func names(all []Protected) string {
	var out []string
	for _, p := range all {
		out = append(out, p.Words())
	}
	return strings.Join(out, " and of ")
}

func notAnAccount(a Account, product Product) (why, fix string) {
	is := func(class string) bool {
		return slices.ContainsFunc(a.classes(), func(c string) bool { return isClass(c, class) })
	}
	switch kind := a.Kind(); {
	case is(classContact):
		return "is a contact, which cannot sign in", nameTheAccount
	case !a.SID.Domain().IsAccountDomain(), is(classGroup):
		return "is not an account but stands for several: each of them could reset the users' passwords", nameTheAccount
	case kind == KrbtgtAccount:
		return "is krbtgt, the account of the Kerberos service itself, or that of a read-only domain controller or of Microsoft Entra Kerberos", nameTheAccount
	case kind == GuestAccount, kind == DefaultAccount, a.SID.RID() == ridAdministrator:
		return "is an account that every domain comes with; no sync product uses it", nameTheAccount
	case kind == TrustAccount:
		return "is the account of a trust with another domain, which is no user", nameTheAccount
	case serviceOfConnect(a.SAM):
		return "is the account that the ADSync service runs as on the sync server; the service signs in to Active Directory with another account", whereItStands
	case kind == ServiceAccount && product == EntraConnect:
		return "is a managed service account: for its sign-in to Active Directory Entra Connect does not support one, only Cloud Sync does", whereItStands
	case kind == MachineAccount:
		return "is a computer's account: whoever administers the computer could reset the users' passwords", nameTheAccount
	case kind == NoAccount && a.noAccount():
		return "is of class " + a.Class + ", which is no account that anything signs in with", nameTheAccount
	case kind != ServiceAccount && strings.HasSuffix(a.SAM, "$"):
		return "is a user account whose name ends in $, like a computer's or a trust's; no sync product creates one like that", nameTheAccount
	}
	return "", ""
}

// noAccount says that its classes are known: the most specific one alone does not say
// what it is derived from, but for the one that stands for somebody of another forest.
func (a Account) noAccount() bool {
	return len(a.Object.Classes) > 0 || isClass(a.Class, "foreignsecurityprincipal")
}

func serviceOfConnect(sam string) bool {
	return localService.MatchString(sam) || strings.HasPrefix(strings.ToLower(sam), "adsyncmsa") && strings.HasSuffix(sam, "$")
}
