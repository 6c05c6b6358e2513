package domain

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Bits of userAccountControl (MS-ADTS 2.2.16) and groupType (2.2.12).
const (
	uacDisabled     = 0x2
	uacNormal       = 0x200
	uacTrust        = 0x800 // with another domain
	uacWorkstation  = 0x1000
	uacServer       = 0x2000
	uacNeverExpires = 0x10000
	uacSmartcard    = 0x40000
	uacNotRequired  = 0x20
	uacLockout      = 0x10     // only in msDS-User-Account-Control-Computed
	uacExpired      = 0x800000 // there, too

	groupGlobal   = 0x2
	groupLocal    = 0x4
	groupBuiltin  = 0x1
	groupAll      = 0x8
	groupSecurity = -0x80000000
)

const never = math.MaxInt64 // of accountExpires

func numberText(n int64) string { return strconv.FormatInt(n, 10) }

// policy is what holds for one account's password: that of the password
// settings object that applies to it, else that of the domain.
type policy struct {
	minLength, history int64
	complex            bool
	minAge, maxAge     time.Duration // maxAge 0: never
	threshold          int64         // 0: no lockout
	window, duration   time.Duration // duration 0: until an administrator unlocks
}

// The names of a policy's attributes: the domain's and those of a password
// settings object (MS-ADTS 3.1.1.4.5.36).
var policyNames = map[bool][8]string{
	false: {"minPwdLength", "pwdHistoryLength", "pwdProperties", "minPwdAge", "maxPwdAge", "lockoutThreshold", "lockOutObservationWindow", "lockoutDuration"},
	true: {"msDS-MinimumPasswordLength", "msDS-PasswordHistoryLength", "msDS-PasswordComplexityEnabled", "msDS-MinimumPasswordAge",
		"msDS-MaximumPasswordAge", "msDS-LockoutThreshold", "msDS-LockoutObservationWindow", "msDS-LockoutDuration"},
}

func (t *tree) policyFor(e *entry) policy {
	from := t.resultantPSO(e)
	names := policyNames[from != nil]
	if from == nil {
		from = t.root
	}
	span := func(name string) time.Duration { // stored as a negative count of 100 ns; the smallest number is never
		n := from.number(name)
		if n == math.MinInt64 {
			return 0
		}
		return time.Duration(-n) * 100
	}
	return policy{
		minLength: from.number(names[0]), history: from.number(names[1]),
		complex: from.one(names[2]) == "TRUE" || from.number(names[2])&1 != 0,
		minAge:  span(names[3]), maxAge: span(names[4]),
		threshold: from.number(names[5]), window: span(names[6]), duration: span(names[7]),
	}
}

// resultantPSO is the password settings object for a user; nil: the domain's
// policy holds. One that is linked to the user beats those of groups, then the
// lowest precedence wins, then the lowest GUID (MS-ADTS 3.1.1.4.5.36).
func (t *tree) resultantPSO(e *entry) *entry {
	if !e.class.is("user") || e.number("userAccountControl")&uacNormal == 0 {
		return nil
	}
	if own := best(e.back[psoAppliesTo]); own != nil {
		return own
	}
	groups := t.containers(security, e)
	if p := t.primaryGroup(e); p != nil {
		groups = append(groups, p)
		groups = append(groups, t.containers(security, p)...)
	}
	var all []*entry
	for _, g := range groups {
		if g.number("groupType")&groupGlobal != 0 {
			all = append(all, g.back[psoAppliesTo]...)
		}
	}
	return best(all)
}

const psoAppliesTo = "msds-psoappliesto"

func best(all []*entry) (out *entry) {
	const precedence = "msDS-PasswordSettingsPrecedence"
	for _, p := range all {
		switch {
		case p.class.name != "msDS-PasswordSettings":
		case out == nil, p.number(precedence) < out.number(precedence),
			p.number(precedence) == out.number(precedence) && p.guid.String() < out.guid.String():
			out = p
		}
	}
	return out
}

func (t *tree) lockedOut(e *entry, p policy, now time.Time) bool {
	at := e.number("lockoutTime")
	return at != 0 && (p.duration == 0 || now.Sub(fromFileTime(at)) < p.duration)
}

func (t *tree) passwordExpired(e *entry, p policy, now time.Time) bool {
	uac := e.number("userAccountControl")
	return p.maxAge != 0 && uac&(uacNeverExpires|uacSmartcard) == 0 && now.Sub(fromFileTime(e.number("pwdLastSet"))) > p.maxAge
}

// allows says whether a password is long enough, and complex: three of five
// kinds of characters, and no name of the user in it ("Passwords must meet
// complexity requirements" of the Windows security policy).
func (p policy) allows(e *entry, password string) bool {
	if int64(len([]rune(password))) < p.minLength {
		return false
	}
	if !p.complex {
		return true
	}
	var upper, lower, digit, sign, other bool
	for _, r := range password {
		switch {
		case unicode.IsUpper(r):
			upper = true
		case unicode.IsLower(r):
			lower = true
		case unicode.IsDigit(r):
			digit = true
		case r < 0x80:
			sign = true
		default:
			other = true
		}
	}
	kinds := 0
	for _, has := range []bool{upper, lower, digit, sign, other} {
		if has {
			kinds++
		}
	}
	return kinds >= 3 && !holdsName(e, password)
}

func holdsName(e *entry, password string) bool {
	names := strings.FieldsFunc(e.one("displayName"), func(r rune) bool { return strings.ContainsRune(",.-_ #\t", r) })
	names = append(names, e.one("sAMAccountName"))
	for _, n := range names {
		if len(n) >= 3 && strings.Contains(strings.ToLower(password), strings.ToLower(n)) {
			return true
		}
	}
	return false
}
