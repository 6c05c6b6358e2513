package domain

import (
	"strings"
	"time"

	"writeback/adperms/secdesc"
	"writeback/internal/ber"
	"writeback/internal/practice/door"
)

// A bind is a simple one: the practice has no Kerberos. Why it is refused stands
// in the diagnostic message behind "data", as a Win32 code (MS-ERREF 2.2).

const (
	dataWrong      = "52e" // ERROR_LOGON_FAILURE: also for a name that nobody has
	dataDisabled   = "533" // ERROR_ACCOUNT_DISABLED
	dataExpired    = "532" // ERROR_PASSWORD_EXPIRED
	dataAccount    = "701" // ERROR_ACCOUNT_EXPIRED
	dataMustChange = "773" // ERROR_PASSWORD_MUST_CHANGE
	dataLocked     = "775" // ERROR_ACCOUNT_LOCKED_OUT
)

func notIn(data string) *failure {
	return fail(invalidCredentials, 0x80090308, "LdapErr: DSID-00000000, comment: AcceptSecurityContext error, data %s, %s", data, build)
}

func (s *session) bind(r *request) *failure {
	version := r.body.number(ber.Integer)
	name := r.body.text()
	choice := r.body.next()
	switch {
	case r.body.err != nil || version < 2 || version > 3:
		return ldapErr(protocolError, 0x57, "Error decoding bind request")
	case choice.tag != contextTag(0, false):
		return ldapErr(authNotSupported, 0x57, "The practice domain has no SASL; bind with a password over TLS (ldapsearch -x)")
	}
	s.who, s.pages = nil, nil
	password := string(choice.body)
	if password == "" { // anonymous (RFC 4513 section 5.1.1), or unauthenticated (5.1.2)
		return nil
	}
	if !s.encrypted {
		return ldapErr(strongerAuth, 0x2028, `The server requires binds to turn on integrity checking if SSL\TLS are not already active on the connection`)
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	w := s.d.world
	home, e := w.whose(name)
	if e == nil {
		return notIn(dataWrong)
	}
	if data := home.signIn(e, password); data != "" {
		return notIn(data)
	}
	if s.who = w.callerFor(e); home != w.tree {
		s.who = w.visitor(home, e)
	}
	door.Known(s.raw)
	return nil
}

// account finds who signs in, by the forms of name that a simple bind takes
// (MS-ADTS 5.1.1.1.1): DN, UPN, name@domain, DOMAIN\name, SID; and
// sAMAccountName alone, which is easily typed.
func (t *tree) account(name string) *entry {
	if e := t.find(name); e != nil && strings.Contains(name, "=") {
		return e
	}
	if sid, err := secdesc.ParseSID(name); err == nil {
		return t.bySID[sid]
	}
	if netbios, sam, ok := strings.Cut(name, `\`); ok {
		if !strings.EqualFold(netbios, t.netbios) && !strings.EqualFold(netbios, t.domain) {
			return nil
		}
		return t.bySAM(sam)
	}
	local, suffix, ok := cutLast(name, "@")
	if !ok {
		return t.bySAM(name)
	}
	for _, e := range t.byGUID {
		if !e.deleted && strings.EqualFold(e.one("userPrincipalName"), name) {
			return e
		}
	}
	if strings.EqualFold(suffix, t.domain) || strings.EqualFold(suffix, t.netbios) {
		return t.bySAM(local)
	}
	return nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func (t *tree) bySAM(sam string) *entry {
	for _, e := range t.byGUID {
		if !e.deleted && sam != "" && strings.EqualFold(e.one("sAMAccountName"), sam) {
			return e
		}
	}
	return nil
}

// signIn checks the password and the state of the account; "" lets it in. As
// on a DC only who knows the password hears of the account's state, except that
// it is locked out.
func (t *tree) signIn(e *entry, password string) (data string) {
	p := t.policyFor(e)
	now := t.now()
	switch {
	case e.deleted || !e.class.is("user"):
		return dataWrong
	case t.lockedOut(e, p, now):
		return dataLocked
	case !e.secret.fits(password):
		t.countWrong(e, p, now)
		return dataWrong
	case e.number("userAccountControl")&uacDisabled != 0:
		return dataDisabled
	case ended(e, now):
		return dataAccount
	case e.number("pwdLastSet") == 0 && e.number("userAccountControl")&uacNeverExpires == 0:
		return dataMustChange
	case t.passwordExpired(e, p, now):
		return dataExpired
	}
	e.put("badPwdCount", "0")
	if e.number("lockoutTime") != 0 {
		e.put("lockoutTime", "0")
	}
	return ""
}

// ended says that accountExpires has passed; 0 and the largest number are never.
func ended(e *entry, now time.Time) bool {
	at := e.number("accountExpires")
	return at != 0 && at != never && !fromFileTime(at).After(now)
}

// countWrong counts a wrong password, and locks the account at the policy's
// threshold. Such counts do not replicate: no
// version counts them.
func (t *tree) countWrong(e *entry, p policy, now time.Time) {
	count := e.number("badPwdCount")
	if last := e.number("badPasswordTime"); last != 0 && now.Sub(fromFileTime(last)) > p.window {
		count = 0
	}
	e.put("badPwdCount", numberText(count+1))
	e.put("badPasswordTime", numberText(fileTime(now)))
	if p.threshold > 0 && count+1 >= p.threshold {
		e.put("lockoutTime", numberText(fileTime(now)))
	}
}
