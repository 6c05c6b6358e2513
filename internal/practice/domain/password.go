package domain

import (
	"encoding/binary"
	"time"
	"unicode/utf16"
)

// unicodePwd is written in one of two ways (MS-ADTS 3.1.1.3.1.5.1): one replace
// is a reset, and wants the right Reset Password; a delete of the old password
// with an add of the new one is a change, and wants Change Password. It is the
// password in quotes, in UTF-16LE.

func (d *draft) password(changes []change) *failure {
	var old, fresh []string
	var replaced bool
	for _, ch := range changes {
		if ch.attr.name != "unicodePwd" {
			continue
		}
		switch ch.kind {
		case changeDelete:
			old = append(old, ch.values...)
		case changeReplace:
			replaced = true
			fresh = append(fresh, ch.values...)
		default:
			fresh = append(fresh, ch.values...)
		}
	}
	switch {
	case len(old)+len(fresh) == 0 && !replaced:
		return nil
	case !d.e.class.is("user") || len(fresh) != 1 || replaced && len(old) > 0 || !replaced && len(old) != 1:
		return unwillingTo(0x20b1)
	}
	password, ok := unquote(fresh[0])
	if !ok {
		return unwillingTo(0x1f) // ERROR_GEN_FAILURE
	}
	if replaced {
		return d.reset(password)
	}
	before, ok := unquote(old[0])
	if !ok {
		return unwillingTo(0x1f)
	}
	return d.changePassword(before, password)
}

// reset sets a password without knowing the old one.
func (d *draft) reset(password string) *failure {
	if !d.allowed(d.w.types.extended("User-Force-Change-Password")) {
		return denied()
	}
	p := d.w.policyFor(d.e)
	if !p.allows(d.e, password) || d.ctl.historyHints && d.e.secret.used(password, p.history) {
		return againstPolicy()
	}
	d.setPassword(password)
	// MS-SAMR 3.1.1.8.7: without Unexpire Password on the domain the new
	// password has expired at once.
	if !d.onDomain("Unexpire-Password") {
		d.values["pwdlastset"] = []string{"0"}
	}
	return nil
}

// changePassword is what users do with their own: history and age count, too.
func (d *draft) changePassword(before, password string) *failure {
	if !d.allowed(d.w.types.extended("User-Change-Password")) {
		return denied()
	}
	p := d.w.policyFor(d.e)
	set := d.e.number("pwdLastSet")
	switch {
	case !d.e.secret.fits(before):
		d.w.countWrong(d.e, p, d.w.now())
		return constraint(0x56, "unicodePwd") // ERROR_INVALID_PASSWORD
	case !p.allows(d.e, password), d.e.secret.used(password, p.history),
		set != 0 && d.w.now().Sub(fromFileTime(set)).Truncate(time.Second) < p.minAge:
		return constraint(0x52d, "unicodePwd")
	}
	d.setPassword(password)
	return nil
}

func (d *draft) setPassword(password string) {
	d.secret = d.e.secret.next(password)
	d.values["pwdlastset"] = []string{numberText(fileTime(d.w.now()))}
	d.touch("unicodePwd")
	d.touch("pwdLastSet")
}

// againstPolicy is ERROR_PASSWORD_RESTRICTION.
func againstPolicy() *failure { return unwillingTo(0x52d) }

func unquote(value string) (string, bool) {
	if len(value)%2 != 0 || len(value) > 2*1024 {
		return "", false
	}
	var units []uint16
	for i := 0; i < len(value); i += 2 {
		units = append(units, binary.LittleEndian.Uint16([]byte(value[i:])))
	}
	text := utf16.Decode(units)
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return "", false
	}
	return string(text[1 : len(text)-1]), true
}
