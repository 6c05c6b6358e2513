package directory

import (
	"fmt"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory/bind"
	"writeback/internal/shell"
)

// ResultError is an LDAP result code other than success (RFC 4511 appendix A)
// for which there is no type of its own.
type ResultError struct {
	DC         string // "ldaps://host:port"
	Op         string // as Operation.Kind
	Target     string // DN
	Code       uint16
	Diagnostic string // the DC's own words; raw
	Err        error
}

func (e *ResultError) Error() string {
	text := sentences[e.Code]
	if text == "" {
		text = "the DC refused: " + ldap.LDAPResultCodeMap[e.Code]
	}
	return fmt.Sprintf("%s %s: %s (%s)", doing(e.Op), targetName(e.Target), text, inItsWords(e.DC, e.Code, e.Diagnostic))
}

func (e *ResultError) Unwrap() error { return e.Err }

// sentences say what a code means here and what to do next.
var sentences = map[uint16]string{
	ldap.LDAPResultOperationsError:              "the DC could not do this in its present state: if it asks for a bind, the sign-in has ended: run the command again",
	ldap.LDAPResultProtocolError:                "the DC did not understand the request: is it an Active Directory DC, and not a proxy?",
	ldap.LDAPResultTimeLimitExceeded:            "it took longer than the DC allows: try again at a quieter time, or on another DC (--dc)",
	ldap.LDAPResultSizeLimitExceeded:            "more objects were found than the DC returns at once",
	ldap.LDAPResultAuthMethodNotSupported:       "the DC does not offer this way to sign in: try another one (--kerberos, or --ad-user with a password)",
	ldap.LDAPResultStrongAuthRequired:           "the DC demands a stronger sign-in",
	ldap.LDAPResultAdminLimitExceeded:           "the request is over one of the DC's limits (LDAP policies): try on another DC (--dc)",
	ldap.LDAPResultUnavailableCriticalExtension: "the DC does not know the security descriptor control: it is no Active Directory DC, or a very old one",
	ldap.LDAPResultConfidentialityRequired:      "the DC wants this over TLS only",
	ldap.LDAPResultNoSuchAttribute:              "the attribute or its value is not there",
	ldap.LDAPResultUndefinedAttributeType:       "the DC's schema does not know the attribute",
	ldap.LDAPResultConstraintViolation:          "the DC refuses the value: for a security descriptor, one of its SIDs may be unknown, or it is over the size limit",
	ldap.LDAPResultAttributeOrValueExists:       "it is there already",
	ldap.LDAPResultInvalidAttributeSyntax:       "the DC cannot read the value",
	ldap.LDAPResultInvalidDNSyntax:              "this is not a distinguished name: write it as OU=Sales,DC=corp,DC=example, with \\, before a comma inside a name",
	ldap.LDAPResultInappropriateAuthentication:  "this way to sign in does not fit the account",
	ldap.LDAPResultBusy:                         "the DC is too busy: try again in a moment",
	ldap.LDAPResultUnavailable:                  "the DC is not ready (starting, or stopping): try again in a moment, or another DC (--dc)",
	ldap.LDAPResultUnwillingToPerform:           "the DC will not do this",
	ldap.LDAPResultLoopDetect:                   "the DC found a loop",
	ldap.LDAPResultOther:                        "an error inside the DC: its Directory Service event log says more",
}

func doing(op string) string {
	return map[string]string{"modify": "writing", "bind": "signing in as"}[op] + map[string]string{
		"search": "reading", "rootdse": "reading", "extended": "asking about"}[op]
}

func inItsWords(dc string, code uint16, diagnostic string) string {
	said := bind.Readable(diagnostic)
	if said == "" {
		return fmt.Sprintf("%s answered LDAP %d", dc, code)
	}
	return fmt.Sprintf("%s answered LDAP %d: %s", dc, code, said)
}

// NotFoundError says that an object is not there, or that we may not see it: AD
// answers the same to both.
type NotFoundError struct {
	DN      string
	Matched string // the nearest object above it that is there; raw; may be empty
}

// NotFound says that nothing of the name is to be seen.
func (e *NotFoundError) NotFound() bool { return true }

func (e *NotFoundError) Error() string {
	text := fmt.Sprintf("there is no %s, or you may not see it", Visible(e.DN))
	if e.Matched == "" {
		return text + ": check the spelling of the DN"
	}
	return text + ": what is there is " + Visible(e.Matched)
}

// AccessDeniedError says that the DC holds our rights on an object to be too
// small (insufficientAccessRights, 50).
type AccessDeniedError struct {
	DC         string
	Op         string // as Operation.Kind
	Target     string // DN
	Diagnostic string // raw
	Err        error
}

func (e *AccessDeniedError) Error() string {
	need := "sign in with an account that has the right"
	if e.Op == "modify" {
		need = "changing a DACL needs Modify permissions (WRITE_DAC) on this object: sign in with an account that has it, as Domain Admins do"
	}
	return fmt.Sprintf("%s %s: access denied: %s (%s)", doing(e.Op), targetName(e.Target), need,
		inItsWords(e.DC, ldap.LDAPResultInsufficientAccessRights, e.Diagnostic))
}

func (e *AccessDeniedError) Unwrap() error { return e.Err }

// ReferralError says that another server holds the object, or is the one to
// write to. It is not followed: one run speaks to one DC.
type ReferralError struct {
	DC string
	Op string // as Operation.Kind
	DN string
	To string // LDAP URL; raw; may be empty
}

func (e *ReferralError) Error() string {
	to := "another server"
	if e.To != "" {
		to = shell.Name(e.To)
	}
	if e.Op == "modify" { // MS-ADTS 3.1.1.5.1.8: an RODC refers writes
		return fmt.Sprintf("%s does not make the change to %s itself and points to %s: it may be read-only: run against a writable DC (--dc)",
			e.DC, shell.Name(e.DN), to)
	}
	return fmt.Sprintf("%s is not in the domain of %s, which points to %s: run against a DC of that domain (--domain, --dc)", shell.Name(e.DN), e.DC, to)
}

// refusal makes the typed error for a result code.
func (c *Conn) refusal(op *Operation, result *ldap.Error) error {
	said := ""
	if result.Err != nil {
		said = result.Err.Error()
	}
	dc := c.at.String()
	if op.Kind == "bind" && result.ResultCode != ldap.LDAPResultBusy && result.ResultCode != ldap.LDAPResultUnavailable {
		return bind.NewSignInError(dc, op.Target, c.way, result.ResultCode, said, result)
	}
	switch result.ResultCode {
	case ldap.LDAPResultNoSuchObject:
		return &NotFoundError{DN: op.Target, Matched: result.MatchedDN}
	case ldap.LDAPResultInsufficientAccessRights:
		return &AccessDeniedError{DC: dc, Op: op.Kind, Target: op.Target, Diagnostic: said, Err: result}
	case ldap.LDAPResultReferral:
		return &ReferralError{DC: dc, Op: op.Kind, DN: op.Target, To: referralIn(result.Packet)}
	}
	return &ResultError{DC: dc, Op: op.Kind, Target: op.Target, Code: result.ResultCode, Diagnostic: said, Err: result}
}

// referralIn digs the first URL out of an LDAPResult: referral [3] SEQUENCE OF
// uri (RFC 4511 section 4.1.10).
func referralIn(p *ber.Packet) string {
	if p == nil || len(p.Children) < 2 {
		return ""
	}
	for _, child := range p.Children[1].Children {
		if child.ClassType == ber.ClassContext && child.Tag == 3 && len(child.Children) > 0 {
			uri, _ := child.Children[0].Value.(string)
			if uri == "" && child.Children[0].Data != nil {
				uri = child.Children[0].Data.String()
			}
			return uri
		}
	}
	return ""
}
