package adperms

import (
	"math"
	"slices"
	"time"

	"writeback/adperms/secdesc"
)

// Account is what the directory tells of one user that decides about its
// password, whatever ACEs say. Its texts are raw, as those of [Principal].
type Account struct {
	Principal
	// Object is the same object as a plan reads it; its Descriptor is nil where it
	// was not shown.
	Object Object
	// MustChange says that pwdLastSet is 0: the user has to choose a new password
	// at the next sign-in. PasswordSet is zero then, and where it was not shown.
	MustChange  bool
	PasswordSet time.Time // pwdLastSet; UTC
	LockedAt    time.Time // lockoutTime; zero: not locked since the last unlock
	Expires     time.Time // accountExpires; zero: never
	Token       Token     // what it signs in with: see [NewToken]
	// ProtectedBy are the protected groups that the account really is in, and the
	// account itself where it is one that AD protects; [ProtectedOf] finds them.
	ProtectedBy []Protected
	// Held says what that means for the connector account's rights; "" is HeldBack.
	Held   Held
	Policy PasswordPolicy // the one in force for the account
	Traits Traits
	// Readers is msDS-GroupMSAMembership of a group managed service account, the
	// security descriptor that says who may read its password; nil: not shown, or none.
	Readers []byte
	// AuthPolicies are the DNs of the authentication policy and of the policy silo that
	// it is assigned to; raw.
	AuthPolicies []string
	// Unread names the attributes that decide something and were not shown.
	Unread []string
	// Unasked says which of its groups could not be found out, where the account is of
	// another domain than the objects that the Token is held against. Raw.
	Unasked []string
	// Unseen says why nothing is known of the account but its SID: its own domain could not
	// be asked; raw. "": it was looked at.
	Unseen string
}

// AccountControl holds the bits of userAccountControl (MS-ADTS 2.2.16).
type AccountControl uint32

// The bits that matter here.
const (
	AccountDisabled      AccountControl = 0x2
	PasswordNotRequired  AccountControl = 0x20
	NormalAccount        AccountControl = 0x200
	PasswordNeverExpires AccountControl = 0x10000
	SmartCardRequired    AccountControl = 0x40000
)

// Has says that all of the bits are set.
func (c AccountControl) Has(bits AccountControl) bool { return c&bits == bits }

// Kind tells whose account it is.
func (a Account) Kind() AccountKind { return AccountKindOf(a.classes(), a.Control, a.SID, a.DN) }

// classes are all of the account's, or the most specific one where no more was read.
func (a Account) classes() []string {
	if len(a.Object.Classes) == 0 {
		return []string{a.Class}
	}
	return a.Object.Classes
}

// IsUser says that it is the account of a person.
func (a Account) IsUser() bool { return a.Kind() == Person }

// LockedOut says whether the account is locked out, which ends by itself after
// the policy's duration, where that is not 0.
func (a Account) LockedOut(now time.Time) bool {
	if a.LockedAt.IsZero() {
		return false
	}
	d := a.Policy.LockoutDuration
	return d == 0 || now.Before(a.LockedAt.Add(d))
}

// Expired says that the account's own end has come.
func (a Account) Expired(now time.Time) bool { return !a.Expires.IsZero() && !now.Before(a.Expires) }

// Inherits says whether the account takes permissions from above; known is
// false where its descriptor was not shown or cannot be read.
func (a Account) Inherits() (inherits, known bool) {
	d, err := secdesc.Parse(a.Object.Descriptor)
	if err != nil {
		return false, false
	}
	return !d.Protected(), true
}

// ChangePassword is the extended right User-Change-Password, which a user needs
// to choose a new password knowing the old one (MS-ADTS 3.1.1.3.1.5.2).
var ChangePassword = secdesc.MustGUID("ab721a53-1e2f-11d0-9819-00aa0040529b")

// CannotChangePassword says that "User cannot change password" is set: there is
// no bit for it, but a deny of Change Password for SELF, or for Everyone, on the
// account. The consoles set both; either suffices.
func CannotChangePassword(d *secdesc.Descriptor) bool {
	if !d.HasDACL() {
		return false
	}
	return slices.ContainsFunc(d.DACL.ACEs, func(a secdesc.ACE) bool {
		return a.Type.Denies() && !a.Type.Conditional() && inForce(&a) &&
			a.ObjectFlags&secdesc.ObjectTypePresent != 0 && a.ObjectType == ChangePassword &&
			a.Mask.MapGeneric().Has(secdesc.ControlAccess) && (a.Trustee == principalSelf || a.Trustee == Everyone)
	})
}

// fileTimeEpoch is where a FILETIME begins: 1601-01-01 (MS-DTYP 2.3.3), in
// seconds of Unix time.
const fileTimeEpoch = -11644473600

// FileTime turns a number of 100-nanosecond steps since 1601 into a time, UTC.
// 0 and the greatest number, which stand for never, give the zero time.
func FileTime(n int64) time.Time {
	if n <= 0 || n == math.MaxInt64 {
		return time.Time{}
	}
	return time.Unix(fileTimeEpoch+n/1e7, n%1e7*100).UTC()
}

// Interval turns a duration as AD keeps it, a negative number of 100-nanosecond
// steps, into one of ours. 0 and the least number, which stand for none and for
// ever, give 0; what is longer than we can say is cut.
func Interval(n int64) time.Duration {
	switch {
	case n >= 0 || n == math.MinInt64:
		return 0
	case n < -math.MaxInt64/100:
		return math.MaxInt64
	}
	return time.Duration(-n * 100)
}
