package bind

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"
)

// accepted is AD's wording of a refused bind.
func accepted(data string) string {
	return "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data " + data + ", v4563\x00"
}

// Every code of AD (facts §10.1): what it means after a simple bind, and what is to be
// done then; and what is to be done after Kerberos.
func TestEveryBindCode(t *testing.T) {
	for _, c := range []struct {
		data     string
		reason   Reason
		means    string
		simple   string
		kerberos string
		mends    Mends
	}{
		{"525", NoSuchUser, "does not know this user", "UPN or DOMAIN", "UPN or DOMAIN", AnotherPassword},
		{"52e", WrongPassword, "user name or password is wrong", "counts towards a lockout", "", AnotherPassword},
		{"52f", Restricted, "account restriction", "use --kerberos", "authentication policy or silo", AnotherUser},
		{"530", NotNow, "at this hour", "logon hours", "logon hours", AnotherUser},
		{"531", NotFromHere, "from this computer", "userWorkstations", "userWorkstations", AnotherUser},
		{"532", PasswordExpired, "password has expired", "change it", "change it", AnotherUser},
		{"533", Disabled, "is disabled", "enabled", "enabled", AnotherUser},
		{"568", TooManyGroups, "in more groups", "out of groups", "out of groups", AnotherUser},
		{"569", NotGranted, "over the network", "Access this computer from the network", "Access this computer from the network", AnotherUser},
		{"701", AccountExpired, "account has expired", "end date", "end date", AnotherUser},
		{"773", MustChange, "before the first sign-in", "with the new one", "with the new one", AnotherUser},
		{"775", Locked, "locked out", "unlock it", "unlock it", AnotherUser},
		{"80090346", ChannelBinding, "channel binding", "use --kerberos", "no proxy or load balancer", MendsNothing},
		{"5a5", Refused, "not known here", "net helpmsg 1445", "net helpmsg 1445", MendsNothing},
		{"C000006D", Refused, "not known here", "Security log", "Security log", MendsNothing},
		{"0", Refused, "not known here", "before another try", "before another try", MendsNothing},
	} {
		for _, data := range []string{c.data, strings.ToUpper(c.data), "0x" + c.data, fmt.Sprintf("%08s", c.data)} {
			e := NewSignInError("ldaps://dc1:636", "eve", BySimpleBind, ldap.LDAPResultInvalidCredentials, accepted(data), nil)
			if e.Reason != c.reason || e.Mends() != c.mends {
				t.Errorf("%s: %s, mends %d; want %s, %d", data, e.Reason, e.Mends(), c.reason, c.mends)
			}
			if text := e.Error(); !strings.Contains(text, c.means) || !strings.Contains(text, c.simple) || c.reason != WrongPassword && strings.Contains(text, "password is wrong") {
				t.Errorf("%s: %s", data, text)
			}
			e = NewSignInError("ldaps://dc1:636", "eve", ByTicket, ldap.LDAPResultInvalidCredentials, accepted(data), nil)
			if c.reason == WrongPassword {
				if e.Reason != TicketRefused || e.Mends() != MendsNothing { // the KDC has taken the password
					t.Errorf("%s after Kerberos: %s", data, e.Reason)
				}
				continue
			}
			e.Way = ByKerberos
			if text := e.Error(); e.Reason != c.reason || !strings.Contains(text, c.kerberos) {
				t.Errorf("%s after Kerberos: %s: %s", data, e.Reason, text)
			}
		}
	}
	for code, want := range map[uint16]Reason{
		ldap.LDAPResultInvalidCredentials: Refused, ldap.LDAPResultStrongAuthRequired: SigningRequired, ldap.LDAPResultAuthMethodNotSupported: NoSuchWay,
		ldap.LDAPResultInappropriateAuthentication: NoSuchWay, ldap.LDAPResultUnwillingToPerform: OtherReason,
	} {
		if e := NewSignInError("", "", BySimpleBind, code, "", nil); e.Reason != want {
			t.Errorf("code %d: %s, want %s", code, e.Reason, want)
		}
	}
}

// A refusal that gives no reason is not tried again, and after Kerberos it is the ticket
// that was refused.
func TestRefusedWithoutAReason(t *testing.T) {
	for _, said := range []string{"", "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error", "data"} {
		e := NewSignInError("ldaps://dc1:636", "eve", BySimpleBind, ldap.LDAPResultInvalidCredentials, said, nil)
		if e.Reason != Refused || e.Mends() != MendsNothing || strings.Contains(e.Error(), "password is wrong") {
			t.Errorf("%q: %s: %v", said, e.Reason, e)
		}
		if e = NewSignInError("", "", ByTicket, ldap.LDAPResultInvalidCredentials, said, nil); e.Reason != TicketRefused {
			t.Errorf("%q after Kerberos: %s", said, e.Reason)
		}
	}
}

var ways = []Way{BySimpleBind, ByKerberos, ByKeytab, ByTicket, BySession}

// Each reason has a next step of its own, and none is what was just done.
func TestNextStepIsAnother(t *testing.T) {
	all := []Reason{WrongPassword, NoSuchUser, Locked, Revoked, PasswordExpired, MustChange, Disabled, AccountExpired, NotNow, NotFromHere, ChannelBinding, SigningRequired, NoSuchWay,
		EmptyPassword, NoTLS, NoTicket, NoSession, TicketExpired, TicketRefused, ClockSkew, NoService, NoKDC, UnprovenKDC, BadKeytab, Restricted, NoEncryption, TooManyGroups, NotGranted, NoKerberosName, Refused}
	if len(all) != len(meanings) {
		t.Errorf("%d reasons are looked at, the table has %d", len(all), len(meanings))
	}
	for _, way := range ways {
		of := map[string]Reason{}
		for _, reason := range all {
			e := &SignInError{DC: "ldaps://dc1:636", Way: way, Reason: reason}
			next := e.next()
			if meanings[reason].says == "" || next == "" {
				t.Errorf("%s after %s: no meaning, or no next step", reason, way)
			}
			if other, is := of[next]; is && !sameStep(way, reason, other) {
				t.Errorf("after %s, %s and %s have the same next step: %s", way, reason, other, next)
			}
			of[next] = reason
			if way != BySimpleBind {
				next = strings.ReplaceAll(next, "without --kerberos", "")
			}
			for _, done := range justDone[way] {
				if strings.Contains(next, done) && couldHappen(way, reason) {
					t.Errorf("%s after %s: what was just done is advised: %s", reason, way, next)
				}
			}
		}
	}
}

// justDone is what a next step may not be after a way.
var justDone = map[Way][]string{
	BySimpleBind: {"sign in with a password", "without --kerberos"},
	ByKerberos:   {"--kerberos"},
	ByKeytab:     {"--kerberos", "--keytab"},
	ByTicket:     {"--kerberos"},
	BySession:    {"--kerberos"},
}

// sameStep says that two reasons may share a next step after a way: a DC that takes no
// simple bind takes Kerberos, whatever its reason.
func sameStep(way Way, a, b Reason) bool {
	of := func(r Reason) bool { return r == SigningRequired || r == NoSuchWay }
	return way == BySimpleBind && of(a) && of(b)
}

// couldHappen says that a reason can come of a way at all.
func couldHappen(way Way, reason Reason) bool {
	return way == ByTicket || reason != NoTicket
}

// A wrong password is one that may be typed again; what is not known never is.
func TestNothingUnknownIsTriedAgain(t *testing.T) {
	for _, way := range ways {
		for n := range 0x900 {
			data := fmt.Sprintf("%x", n)
			e := NewSignInError("", "", way, ldap.LDAPResultInvalidCredentials, accepted(data), nil)
			known := meanings[e.Reason].data == data || e.Reason == TicketRefused && data == "52e"
			if !known && (e.Reason != Refused || e.Mends() != MendsNothing) {
				t.Fatalf("%s: %s, mends %d", data, e.Reason, e.Mends())
			}
		}
	}
	if (&SignInError{Reason: OtherReason}).Mends() != MendsNothing || (&SignInError{Reason: "of a later version"}).Mends() != MendsNothing {
		t.Error("a reason without a meaning is tried again")
	}
}
