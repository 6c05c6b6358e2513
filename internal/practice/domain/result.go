package domain

import (
	"fmt"

	"writeback/internal/ber"
)

// Result codes (RFC 4511 appendix A) that a DC answers with here.
const (
	success             = 0
	operationsError     = 1
	protocolError       = 2
	sizeLimitExceeded   = 4
	compareFalse        = 5
	compareTrue         = 6
	authNotSupported    = 7
	strongerAuth        = 8
	referralResult      = 10
	unavailableCritical = 12
	noSuchAttribute     = 16
	inappropriateMatch  = 18
	constraintViolation = 19
	valueExists         = 20
	invalidSyntax       = 21
	noSuchObject        = 32
	invalidDNSyntax     = 34
	invalidCredentials  = 49
	insufficientAccess  = 50
	unwilling           = 53
	namingViolation     = 64
	objectClassWrong    = 65
	notOnNonLeaf        = 66
	notOnRDN            = 67
	entryExists         = 68
)

// failure is a request that ends with another result code than success. The
// texts are in the form of a Windows DC's, which begins with a Win32 code
// (MS-ADTS 3.1.1.3.1.9; the codes: MS-ERREF 2.2). Where in its source a DC says
// so, "DSID-", is left at zero: that is nobody's to know.
type failure struct {
	code     int
	text     string
	matched  string // DN
	referral string // LDAP URL
}

func (f *failure) Error() string { return f.text }

const build = "v4f7c"

func fail(code int, win32 uint32, format string, args ...any) *failure {
	return &failure{code: code, text: fmt.Sprintf("%08X: ", win32) + fmt.Sprintf(format, args...)}
}

// ldapErr is the form of what is wrong with a request itself.
func ldapErr(code int, win32 uint32, comment string) *failure {
	return fail(code, win32, "LdapErr: DSID-00000000, comment: %s, data 0, %s", comment, build)
}

func denied() *failure {
	return fail(insufficientAccess, 0x5, "SecErr: DSID-00000000, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0")
}

func unwillingTo(win32 uint32) *failure {
	return fail(unwilling, win32, "SvcErr: DSID-00000000, problem 5003 (WILL_NOT_PERFORM), data 0")
}

func constraint(win32 uint32, a string) *failure {
	return fail(constraintViolation, win32, "AtrErr: DSID-00000000, #1:\n\t0: %08X: DSID-00000000, problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att (%s)", win32, a)
}

func badValue(a string) *failure {
	return fail(invalidSyntax, 0x57, "AtrErr: DSID-00000000, #1:\n\t0: 00000057: DSID-00000000, problem 1002 (INVALID_SYNTAX), data 0, Att (%s)", a)
}

func missing(matched string) *failure {
	f := fail(noSuchObject, 0x208d, "NameErr: DSID-00000000, problem 2001 (NO_OBJECT), data 0, best match of:\n\t'%s'\n", matched)
	f.matched = matched
	return f
}

func notDN() *failure {
	return fail(invalidDNSyntax, 0x208f, "NameErr: DSID-00000000, problem 2006 (BAD_NAME), data 8349, best match of:\n\t''\n")
}

// Operations, by the tags of requests and responses (RFC 4511 section 4.2 to 4.13).
const (
	opBind         = 0x60
	opUnbind       = 0x42
	opSearch       = 0x63
	opModify       = 0x66
	opAdd          = 0x68
	opDelete       = 0x4a
	opModifyDN     = 0x6c
	opCompare      = 0x6e
	opAbandon      = 0x50
	opExtended     = 0x77
	opSearchEntry  = 0x64
	opSearchDone   = 0x65
	opSearchRefers = 0x73
	opExtendedDone = 0x78
)

// answerTo is the tag of the response that ends a request.
var answerTo = map[byte]byte{
	opBind: 0x61, opSearch: opSearchDone, opModify: 0x67, opAdd: 0x69, opDelete: 0x6b, opModifyDN: 0x6d, opCompare: 0x6f, opExtended: opExtendedDone,
}

// message wraps an operation. controls may be nil.
func message(id int64, op []byte, controls ...[]byte) []byte {
	if len(controls) == 0 {
		return tlv(ber.Sequence, integer(ber.Integer, id), op)
	}
	return tlv(ber.Sequence, integer(ber.Integer, id), op, tlv(contextTag(0, true), controls...))
}

// result builds the response that ends a request; f nil is success. more is
// what follows the LDAPResult.
func result(op byte, f *failure, more ...[]byte) []byte {
	if f == nil {
		f = &failure{}
	}
	parts := [][]byte{integer(ber.Enumerated, int64(f.code)), octets(f.matched), octets(f.text)}
	if f.referral != "" {
		parts = append(parts, tlv(contextTag(3, true), octets(f.referral)))
	}
	return tlv(answerTo[op], append(parts, more...)...)
}
