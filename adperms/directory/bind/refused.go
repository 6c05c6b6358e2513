package bind

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/visible"
)

// Reason is why a sign-in was refused, as a stable code.
type Reason string

const (
	WrongPassword   Reason = "wrong-password" // or an unknown user: AD does not tell these apart
	NoSuchUser      Reason = "no-such-user"
	Locked          Reason = "locked"
	Revoked         Reason = "revoked" // Kerberos: disabled, locked out or expired
	PasswordExpired Reason = "password-expired"
	MustChange      Reason = "must-change-password"
	Disabled        Reason = "disabled"
	AccountExpired  Reason = "account-expired"
	NotNow          Reason = "not-at-this-hour"
	NotFromHere     Reason = "not-from-this-computer"
	ChannelBinding  Reason = "channel-binding"
	SigningRequired Reason = "signing-required"
	NoSuchWay       Reason = "way-not-offered" // the DC offers no sign-in of this kind
	EmptyPassword   Reason = "empty-password"
	NoTLS           Reason = "no-tls"
	NoTicket        Reason = "no-ticket"
	NoSession       Reason = "no-session" // Windows: nobody who is known to a domain
	TicketExpired   Reason = "ticket-expired"
	TicketRefused   Reason = "ticket-refused" // by the DC, after the KDC had given it
	ClockSkew       Reason = "clock-skew"
	NoService       Reason = "no-such-service"
	NoKDC           Reason = "kdc-unreachable"
	UnprovenKDC     Reason = "kdc-unproven" // its answer is not sealed with the password's key
	BadKeytab       Reason = "keytab"
	Restricted      Reason = "account-restriction" // Protected Users and the like
	NoEncryption    Reason = "no-common-encryption"
	TooManyGroups   Reason = "too-many-groups"
	NotGranted      Reason = "logon-type-not-granted"
	NoKerberosName  Reason = "no-kerberos-name"
	Refused         Reason = "refused" // for a reason that is not known here
	OtherReason     Reason = "other"
)

// SignInError says that the DC, or its KDC, did not let us in, or that we would
// not send what we had.
type SignInError struct {
	DC         string // "ldaps://host:port"
	User       string // as sent, or as the ticket says; may be empty
	Way        Way    // how it was tried
	Reason     Reason
	Diagnostic string // the other side's words; raw; may be empty
	Err        error  // may be nil
}

func (e *SignInError) Error() string {
	user := "the signed-in user"
	if e.User != "" {
		user = shown(e.User)
	}
	text := fmt.Sprintf("%s could not sign in to %s", user, e.DC)
	m := meanings[e.Reason]
	for _, part := range []string{m.says, e.next()} {
		if part != "" {
			text += ": " + part
		}
	}
	if said := Readable(e.Diagnostic); said != "" {
		text += " (" + said + ")"
	}
	return text
}

// next is the next step after what was tried.
func (e *SignInError) next() string {
	m := meanings[e.Reason]
	if e.Reason == Refused {
		return unknownCode(e.Diagnostic) + m.next
	}
	if next, is := m.after[e.Way]; is {
		return next
	}
	return m.next
}

func (e *SignInError) Unwrap() error { return e.Err }

// Mends says what another answer of the same person could mend.
func (e *SignInError) Mends() Mends { return meanings[e.Reason].mends }

// AD puts a Win32 or NTSTATUS-like code behind "data" in the diagnostic message
// of a refused bind (MS-ERREF 2.2; 80090346 is SEC_E_BAD_BINDINGS, 2.1.1).
var dataCode = regexp.MustCompile(`\bdata (?:0x)?0*([0-9a-fA-F]{1,8})\b`)

// unknownCode says how to look up a code that is not known here: a Win32 error
// has four hex digits at most.
func unknownCode(said string) string {
	m := dataCode.FindStringSubmatch(said)
	if m == nil {
		return ""
	}
	if n, err := strconv.ParseUint(m[1], 16, 16); err == nil {
		return fmt.Sprintf("on Windows, net helpmsg %d tells what code %s means; ", n, strings.ToLower(m[1]))
	}
	return ""
}

// NewSignInError reads the answer to a bind. After Kerberos it says nothing about
// the password, which the KDC has already taken: then it is the ticket that the DC
// refuses.
func NewSignInError(dc, user string, way Way, code uint16, said string, err error) *SignInError {
	e := &SignInError{DC: dc, User: user, Way: way, Reason: OtherReason, Diagnostic: said, Err: err}
	if m := dataCode.FindStringSubmatch(said); m != nil {
		e.Reason = reasonOf(m[1])
	} else {
		switch code {
		case ldap.LDAPResultInvalidCredentials: // AD says why: what does not may mean anything
			e.Reason = Refused
			if way != BySimpleBind {
				e.Reason = TicketRefused
			}
		case ldap.LDAPResultStrongAuthRequired:
			e.Reason = SigningRequired
		case ldap.LDAPResultAuthMethodNotSupported, ldap.LDAPResultInappropriateAuthentication:
			e.Reason = NoSuchWay
		}
	}
	if e.Reason == WrongPassword && way != BySimpleBind {
		e.Reason = TicketRefused
	}
	return e
}

// maxSaid is how much of a DC's own words is shown, in characters.
const maxSaid = 400

// Readable are a DC's words for an error.
func Readable(said string) string {
	if len(said) > 4*maxSaid {
		said = said[:4*maxSaid]
	}
	text := []rune(strings.TrimSpace(shown(said)))
	if len(text) > maxSaid {
		text = append(text[:maxSaid], '…')
	}
	return string(text)
}

// shown is said with everything escaped that could deceive. Trailing NULs are dropped:
// AD ends its diagnostic messages with one.
func shown(said string) string { return visible.Line(strings.TrimRight(said, "\x00")) }
