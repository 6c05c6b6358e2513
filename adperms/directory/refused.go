package directory

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/go-ldap/ldap/v3"
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
	EmptyPassword   Reason = "empty-password"
	NoTLS           Reason = "no-tls"
	NoTicket        Reason = "no-ticket"
	NoSession       Reason = "no-session" // Windows: nobody who is known to a domain
	TicketExpired   Reason = "ticket-expired"
	ClockSkew       Reason = "clock-skew"
	NoService       Reason = "no-such-service"
	NoKDC           Reason = "kdc-unreachable"
	BadKeytab       Reason = "keytab"
	Restricted      Reason = "account-restriction" // Protected Users and the like
	TooManyGroups   Reason = "too-many-groups"
	NotGranted      Reason = "logon-type-not-granted"
	NoKerberosName  Reason = "no-kerberos-name"
	Refused         Reason = "refused" // for a reason that is not known here
	OtherReason     Reason = "other"
)

var reasonText = map[Reason]string{
	WrongPassword:   `user name or password is wrong (write the user as UPN or DOMAIN\name)`,
	NoSuchUser:      "the domain does not know this user",
	Locked:          "the account is locked out: unlock it, or wait until the lockout ends",
	Revoked:         "the account is disabled, locked out or expired",
	PasswordExpired: "the password has expired: change it, then try again",
	MustChange:      "the password must be changed before the first sign-in: change it, then try again",
	Disabled:        "the account is disabled",
	AccountExpired:  "the account has expired",
	NotNow:          "the account may not sign in at this hour",
	NotFromHere:     "the account may not sign in from this computer",
	ChannelBinding:  "the DC demands channel binding to its TLS certificate, and the binding did not fit: is there a proxy or load balancer with TLS of its own in between? name the DC itself with --dc",
	SigningRequired: "the DC demands signed LDAP even inside TLS (Samba: ldap server require strong auth = yes): name the DC with --dc and sign in with a password (--ad-user, without --kerberos), or set it to allow_sasl_over_tls",
	EmptyPassword:   "the password is empty, and a bind without password would be taken for an anonymous one (RFC 4513 section 5.1.2): nothing was sent",
	NoTLS:           "a password is sent over TLS only, and there is none on this connection: nothing was sent",
	NoTicket:        "there is no Kerberos ticket to use: get one with kinit, or give --ad-user or --keytab",
	NoSession:       `Windows has no Kerberos credentials in this session: sign in to Windows as a user of the domain, begin with runas /netonly /user:DOMAIN\name, or give --ad-user; in a PowerShell remoting session the credentials stayed behind (the "double hop"): give --ad-user there`,
	TicketExpired:   "the Kerberos ticket has expired: renew it with kinit",
	ClockSkew:       "the clocks of this computer and of the DC differ too much for Kerberos (5 minutes are allowed): set the clock",
	NoService:       "the domain does not know the DC's LDAP service by this name",
	NoKDC:           "no Kerberos KDC could be reached: is port 88 open, and does --krb5-conf name the KDC?",
	Restricted:      "the account may not sign in with name and password like this (members of Protected Users may not): use --kerberos",
	TooManyGroups:   "the account is in more groups than a sign-in can hold (some 1,000)",
	NotGranted:      "the account was not granted the right to sign in over the network on a domain controller",
	NoKerberosName:  "Kerberos knows accounts by name, not by DN: write the user as UPN or DOMAIN\\name",
	Refused:         "the domain refused the sign-in for a reason that is not known here; another try may count towards a lockout",
	BadKeytab:       "the keytab holds no usable key for this user",
}

// SignInError says that the DC, or its KDC, did not let us in, or that we would
// not send what we had.
type SignInError struct {
	DC         string // "ldaps://host:port"
	User       string // as sent, or as the ticket says; may be empty
	Reason     Reason
	Diagnostic string // the other side's words; raw; may be empty
	Err        error  // may be nil
}

func (e *SignInError) Error() string {
	user := "the signed-in user"
	if e.User != "" {
		user = Visible(e.User)
	}
	text := fmt.Sprintf("%s could not sign in to %s", user, e.DC)
	if t := reasonText[e.Reason]; t != "" {
		text += ": " + t
	}
	if said := readable(e.Diagnostic); said != "" {
		text += " (" + said + ")"
	}
	return text
}

func (e *SignInError) Unwrap() error { return e.Err }

// AD puts a Win32 or NTSTATUS-like code behind "data" in the diagnostic message
// of a refused bind (MS-ERREF 2.2; 80090346 is SEC_E_BAD_BINDINGS, 2.1.1).
var dataCode = regexp.MustCompile(`\bdata ([0-9a-fA-F]{1,8})\b`)

var reasonByData = map[string]Reason{
	"525": NoSuchUser, "52e": WrongPassword, "52f": Restricted, "530": NotNow, "531": NotFromHere, "532": PasswordExpired,
	"533": Disabled, "568": TooManyGroups, "569": NotGranted, "701": AccountExpired, "773": MustChange, "775": Locked, "80090346": ChannelBinding,
}

func newSignInError(dc, user string, code uint16, said string, err error) *SignInError {
	e := &SignInError{DC: dc, User: user, Reason: OtherReason, Diagnostic: said, Err: err}
	if m := dataCode.FindStringSubmatch(said); m != nil {
		if e.Reason = reasonByData[strings.ToLower(m[1])]; e.Reason == "" {
			e.Reason = Refused
		}
		return e
	}
	switch code {
	case ldap.LDAPResultInvalidCredentials:
		e.Reason = WrongPassword
	case ldap.LDAPResultStrongAuthRequired:
		e.Reason = SigningRequired
	}
	return e
}
