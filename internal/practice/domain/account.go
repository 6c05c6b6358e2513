package domain

import (
	"strconv"
	"strings"
	"time"

	"writeback/adperms/secdesc"
)

// What the account database wants of values, beside the rights to write them
// (MS-SAMR 3.1.1.8).

// checked holds values against their syntax, and against what the account
// database wants of some attributes. It may put others in their place.
func (d *draft) checked(a *attribute, values []string) ([]string, *failure) {
	for _, v := range values {
		if !wellFormed(a.syntax, v) {
			return nil, badValue(a.name)
		}
	}
	first := ""
	if len(values) > 0 {
		first = values[0]
	}
	switch a.name {
	case "lockoutTime": // MS-SAMR 3.1.1.8.6: it is only ever taken away
		if first != "" && first != "0" {
			return nil, unwillingTo(0x57)
		}
		d.values["badpwdcount"] = []string{"0"}
	case "pwdLastSet":
		return d.lastSet(values)
	case "userAccountControl":
		return values, d.control(parseNumber(first))
	case "sAMAccountName":
		if first == "" || len([]rune(first)) > 256 || strings.ContainsAny(first, `"/\[]:;|=,+*?<>`) {
			return nil, unwillingTo(0x523) // ERROR_INVALID_ACCOUNT_NAME
		}
		if d.w.taken(first, d.e) {
			return nil, fail(entryExists, 0x524, "UpdErr: DSID-00000000, problem 6005 (ENTRY_EXISTS), data 0")
		}
	case "userPrincipalName":
		if d.w.takenUPN(first, d.e) {
			return nil, constraint(0x21c8, a.name) // ERROR_DS_UPN_VALUE_NOT_UNIQUE_IN_FOREST
		}
	}
	return values, nil
}

// lastSet takes the two values that pwdLastSet can be given: 0, the password
// must be changed; -1, it was set now, for which the DC wants Unexpire Password
// on the domain where it had expired.
func (d *draft) lastSet(values []string) ([]string, *failure) {
	switch {
	case len(values) == 1 && values[0] == "0":
		return values, nil
	case len(values) == 1 && values[0] == "-1":
		if d.e.number("pwdLastSet") == 0 && !d.onDomain("Unexpire-Password") {
			return nil, denied()
		}
		return []string{numberText(fileTime(d.w.now()))}, nil
	}
	return nil, unwillingTo(0x57)
}

// control checks the bits of userAccountControl that want a right on the
// domain (MS-SAMR 3.1.1.8.10).
func (d *draft) control(bits int64) *failure {
	set := bits &^ d.e.number("userAccountControl")
	for bit, right := range map[int64]string{
		uacNeverExpires: "Unexpire-Password", uacNotRequired: "Update-Password-Not-Required-Bit",
	} {
		if set&bit != 0 && !d.onDomain(right) {
			return denied()
		}
	}
	if bits&(uacNormal|uacWorkstation|uacServer) == 0 {
		return unwillingTo(0x57)
	}
	return nil
}

func wellFormed(s syntax, v string) bool {
	switch s {
	case intSyntax:
		_, err := strconv.ParseInt(v, 10, 32)
		return err == nil
	case int64Syntax:
		_, err := strconv.ParseInt(v, 10, 64)
		return err == nil
	case boolSyntax:
		return v == "TRUE" || v == "FALSE"
	case timeSyntax:
		_, err := time.Parse("20060102150405.0Z", v)
		return err == nil
	case sidSyntax:
		_, err := secdesc.SIDFromBytes([]byte(v))
		return err == nil
	}
	return v != ""
}
