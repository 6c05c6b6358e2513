package adperms

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"writeback/adperms/secdesc"
)

// Weight says what a [Reason] does to a password that is to be written back.
type Weight string

// The weights, heaviest first.
const (
	Blocks  Weight = "blocks"  // it is not written back
	Unknown Weight = "unknown" // nobody can tell whether it is
	Hinders Weight = "hinders" // it is not at some times or in some ways, or nobody documents that it is
	Notes   Weight = "notes"   // it is, and there is something to know
)

// Weights are all of them, heaviest first.
var Weights = []Weight{Blocks, Unknown, Hinders, Notes}

// Reason is one fact about an account, whatever ACEs say, that decides about its
// password. Text and Fix hold names from the directory as they are there: who
// shows them makes them harmless first.
type Reason struct {
	Code   string // short, lower case, hyphenated, stable
	Weight Weight
	Text   string
	Fix    string // "": nothing is to be done, or nothing can be
	// Until is when a reason of weight Hinders ends by itself, and a password is
	// written back again; zero: it does not, or does not stand in the way.
	Until time.Time
}

// Reasons tells what else than ACEs decides about the password of an account,
// heaviest first. What Microsoft's documents do not say is told as not
// documented.
func Reasons(a Account, now time.Time) []Reason {
	if len(a.Object.Classes) > 0 {
		if r := NotCounted(a, secdesc.SID{}); r.Code != "" {
			return []Reason{r} // nothing else is to be done about it
		}
	}
	var all []Reason
	for _, rule := range reasons {
		if r := rule(a, now); r.Code != "" {
			all = append(all, r)
		}
	}
	out := make([]Reason, 0, len(all))
	for _, w := range Weights {
		for _, r := range all {
			if r.Weight == w {
				out = append(out, r)
			}
		}
	}
	return out
}

// What the sync server logs, and what its user sees (Microsoft's troubleshooting pages
// of writeback).
const (
	// RefusedEvents are for a right that is missing.
	RefusedEvents = "event 33004; the user sees SSPR_0029"
	policyEvents  = "event 33008; event 6329 with 0x80230619"
)

// reasons are the rules; one that does not apply gives no code.
var reasons = []func(Account, time.Time) Reason{
	protectedAccount, disabledAccount, orphanedAdminCount, minPasswordAge, cannotChange,
	accountExpired, smartCardOnly, lockedOut, reservedInOU, mustChange, neverExpires, unread,
}

// HolderFix is for rights on AdminSDHolder, which this program never grants.
const HolderFix = "if an ACE of AdminSDHolder names the connector account, or a group that was made for it, have that ACE removed there; if the account is in a group of administrators, give the sync product another account"

func protectedAccount(a Account, _ time.Time) Reason {
	if len(a.ProtectedBy) == 0 {
		return Reason{}
	}
	var groups []string
	var why []string
	for _, p := range a.ProtectedBy {
		if p.SID == a.SID {
			why = append(why, "it is the built-in account "+p.Name)
			continue
		}
		groups = append(groups, p.Words())
	}
	if len(groups) > 0 {
		why = append(why, "it is a member of "+strings.Join(groups, " and of ")+", directly or through other groups")
	}
	text := "Active Directory protects it: " + strings.Join(why, ", and ") + ". "
	if inherits, known := a.Inherits(); known && inherits {
		text += "AdminSDHolder's task has not replaced its permissions yet, and does so within the hour: they will be"
	} else {
		text += "Its permissions are"
	}
	if a.Held == HeldOut {
		return Reason{Code: string(HeldOut), Weight: Hinders,
			Text: text + " those of AdminSDHolder, which gives the connector account the rights: a DC lets it reset the password. Microsoft documents that this is not supported, and whoever has the connector account can take over every administrator",
			Fix:  HolderFix}
	}
	return Reason{Code: string(HeldBack), Weight: Blocks,
		Text: text + " those of AdminSDHolder, and Microsoft documents that a forgotten password of such an account is not written back, by design (" + RefusedEvents + ")",
		Fix:  "leave it so: rights on AdminSDHolder would let the connector account take over every administrator; give people with such an account another one for daily work"}
}

func orphanedAdminCount(a Account, _ time.Time) Reason {
	if a.Object.AdminCount == 0 || len(a.ProtectedBy) > 0 {
		return Reason{}
	}
	r := Reason{Code: "orphaned-admincount", Weight: Hinders,
		Text: "adminCount is set though it is in no protected group: it was in one, and nothing takes the mark away again",
		Fix:  "if it is an ordinary account now, and in no protected group of another domain either: switch inheritance on again on it, then clear adminCount"}
	inherits, known := a.Inherits()
	switch {
	case known && inherits:
		r.Weight = Notes
		r.Text += ". It takes permissions from above, so that the mark alone does no harm"
		r.Fix = ""
	case known:
		r.Text += ". It still takes no permissions from above, so that rights granted on the domain or an OU do not reach it (" + RefusedEvents + ")"
	}
	return r
}

func disabledAccount(a Account, _ time.Time) Reason {
	if !a.Control.Has(AccountDisabled) {
		return Reason{}
	}
	return Reason{Code: "disabled", Weight: Blocks,
		Text: "it is disabled: the sync server refuses the write (event 33005)", Fix: "enable it, if it is to be used"}
}

// minPasswordAge is about a rule that a write-back meets like any change: the
// policies of AD are evaluated each time.
func minPasswordAge(a Account, now time.Time) Reason {
	p := a.Policy
	if p.MinAge <= 0 {
		return Reason{}
	}
	r := Reason{Code: "min-password-age", Weight: Notes,
		Text: fmt.Sprintf("%s lets a password be replaced only after %s: for so long after each one, another is refused ("+policyEvents+")", p.words(), span(p.MinAge)),
		Fix:  "Microsoft recommends a minimum password age of 0 for writeback"}
	if next := a.PasswordSet.Add(p.MinAge); !a.PasswordSet.IsZero() && now.Before(next) {
		r.Weight, r.Until = Hinders, next
		r.Text = fmt.Sprintf("its password was set at %s, and %s lets it be replaced only after %s: until %s a new one is refused ("+policyEvents+")",
			a.PasswordSet.Format(time.RFC3339), p.words(), span(p.MinAge), next.Format(time.RFC3339))
	}
	return r
}

// words names the policy in a sentence.
func (p PasswordPolicy) words() string {
	if p.FineGrained() {
		return "the password settings object " + p.Name
	}
	return "the domain's password policy"
}

// span says a duration in days where it is whole days.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == day:
		return "1 day"
	case d%day == 0:
		return fmt.Sprintf("%d days", d/day)
	}
	return d.String()
}

func cannotChange(a Account, _ time.Time) Reason {
	d, err := secdesc.Parse(a.Object.Descriptor)
	if err != nil || !CannotChangePassword(d) {
		return Reason{}
	}
	return Reason{Code: "cannot-change-password", Weight: Hinders,
		Text: "User cannot change password is set: Microsoft names that among the reasons for which AD refuses a write-back (event 6329 with 0x80230619); public reports have event 33004 with 0x80230626 for it",
		Fix:  "untick User cannot change password on the account, if its user is to choose the password"}
}

func accountExpired(a Account, now time.Time) Reason {
	if !a.Expired(now) {
		return Reason{}
	}
	return Reason{Code: "account-expired", Weight: Hinders,
		Text: fmt.Sprintf("the account expired at %s: AD refuses its sign-ins. Whether a password is written back to it all the same is not documented", a.Expires.Format(time.RFC3339)),
		Fix:  "give it a later end, if it is to be used"}
}

func smartCardOnly(a Account, _ time.Time) Reason {
	if !a.Control.Has(SmartCardRequired) {
		return Reason{}
	}
	return Reason{Code: "smart-card-only", Weight: Hinders,
		Text: "a smart card is required for its interactive sign-ins: a password does not help its user there. Whether one is written back to it is not documented",
		Fix:  "nothing, where a smart card is meant"}
}

func lockedOut(a Account, now time.Time) Reason {
	if !a.LockedOut(now) {
		return Reason{}
	}
	return Reason{Code: "locked-out", Weight: Hinders,
		Text: fmt.Sprintf("it has been locked out since %s: a change with the old password is refused (event 33006); a reset unlocks it, where the connector account may write lockoutTime", a.LockedAt.Format(time.RFC3339)),
		Fix:  "reset the password, or unlock the account"}
}

// reserved are the characters that Microsoft's troubleshooting page of writeback names
// for event 33001, in the name of an OU: these, a blank or # at the beginning, and a
// blank at the end.
const reserved = ",+\"\\<>;=/\n\r"

var blankAtAnEnd = regexp.MustCompile(`(?i)\bOU=\\(?: |20)|\\(?: |20)(?:,|$)`)

func reservedInOU(a Account, _ time.Time) Reason {
	ou := a.DN
	for ou = ParentDN(ou); ou != ""; ou = ParentDN(ou) {
		if ReservedOU(ou) {
			return Reason{Code: "reserved-characters", Weight: Hinders,
				Text: "the name of " + ou + " has characters that Microsoft names among the causes of event 33001: the sync server may not find the user",
				Fix:  "look for event 33001 on the sync server; if it is there, rename the OU to a name without commas, plus signs, quotes, backslashes, angle brackets, semicolons, equal signs and slashes, and with neither a blank nor a number sign at its ends"}
		}
	}
	return Reason{}
}

// ReservedOU says that a DN names an OU whose own name has such characters.
func ReservedOU(dn string) bool {
	p, _, _, ok := nextPart(dn)
	own := strings.TrimSuffix(dn, ","+ParentDN(dn))
	return ok && p.kind == "ou" && (strings.ContainsAny(p.value, reserved) || strings.HasPrefix(p.value, "#") || blankAtAnEnd.MatchString(own))
}

func mustChange(a Account, _ time.Time) Reason {
	if !a.MustChange {
		return Reason{}
	}
	return Reason{Code: "must-change-password", Weight: Notes, Text: "its user has to choose a new password at the next sign-in"}
}

func neverExpires(a Account, _ time.Time) Reason {
	if !a.Control.Has(PasswordNeverExpires) {
		return Reason{}
	}
	return Reason{Code: "password-never-expires", Weight: Notes,
		Text: "its password never expires: after a reset by an administrator its user is not made to choose another"}
}

func unread(a Account, _ time.Time) Reason {
	missing := a.Unread
	if a.Policy.Unread {
		missing = append(missing[:len(missing):len(missing)], a.Policy.words())
	}
	if len(missing) == 0 {
		return Reason{}
	}
	return Reason{Code: "account-unread", Weight: Notes,
		Text: "whoever is signed in was not shown " + strings.Join(missing, ", ") + ": what hangs on it is not known",
		Fix:  "sign in with an account that may read it"}
}
