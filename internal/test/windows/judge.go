package windows

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

// A Judge decides from the documents alone, in the simplest way that is right, who may
// write back whose password: it shares no code with what it judges. It reads the bytes of
// descriptors (MS-DTYP 2.4), walks the ACEs of one object after the other (MS-ADTS 5.1.3.3),
// and goes through memberships.
type Judge struct {
	entries map[string]Entry // by DN in lower case
	groups  map[string][]string
	sids    map[string]string // DN in lower case, by SID
	domain  string            // SID of the domain
}

// GUIDs of what writeback takes, as they stand in an ACE.
var (
	resetPassword       = guid("00299570246d11d0a76800aa006e0529")
	lockoutTime         = guid("28630ebf41d511d1a9c10000f80367c1")
	pwdLastSet          = guid("bf967a0a0de611d0a28500aa003049e2")
	accountRestrictions = guid("4c16420020c011d0a76800aa006e0529") // the property set of pwdLastSet
)

// guid is the form in ACEs (MS-DTYP 2.3.4.2) of 32 digits.
func guid(digits string) string {
	var raw []byte
	for i := 0; i < len(digits); i += 2 {
		raw = append(raw, unhex(digits[i])<<4|unhex(digits[i+1]))
	}
	slices.Reverse(raw[0:4])
	slices.Reverse(raw[4:6])
	slices.Reverse(raw[6:8])
	return string(raw)
}

func unhex(c byte) byte { return byte(strings.IndexByte("0123456789abcdef", c)) }

// NewJudge is one for all objects of a domain.
func NewJudge(all []Entry) *Judge {
	j := &Judge{entries: map[string]Entry{}, groups: map[string][]string{}, sids: map[string]string{}}
	for _, e := range all {
		j.entries[strings.ToLower(e.DN)] = e
		if sid := e.One("objectSid"); sid != "" {
			j.sids[sid] = strings.ToLower(e.DN)
		}
		if slices.Contains(e.Attributes["objectClass"], "domainDNS") {
			j.domain = e.One("objectSid")
		}
		for _, member := range e.Attributes["member"] {
			j.groups[strings.ToLower(member)] = append(j.groups[strings.ToLower(member)], strings.ToLower(e.DN))
		}
	}
	return j
}

// token are the SIDs of an account and of all groups that it is in.
func (j *Judge) token(e Entry) map[string]bool {
	out := map[string]bool{e.One("objectSid"): true}
	var up func(dn string)
	up = func(dn string) {
		for _, group := range j.groups[dn] {
			if sid := j.entries[group].One("objectSid"); !out[sid] {
				out[sid] = true
				up(group)
			}
		}
	}
	up(strings.ToLower(e.DN))
	if primary := e.One("primaryGroupID"); primary != "" {
		sid := child(j.domain, primary)
		out[sid] = true
		up(j.sids[sid])
	}
	for _, sid := range []string{everyone, authenticated} {
		out[sid] = true
		for dn, e := range j.entries { // they are members by foreignSecurityPrincipals
			if e.One("objectSid") == sid {
				up(dn)
			}
		}
	}
	return out
}

// child is the SID with one more sub-authority.
func child(sid, rid string) string {
	n, _ := strconv.ParseUint(rid, 10, 32)
	out := binary.LittleEndian.AppendUint32([]byte(sid), uint32(n))
	out[1]++
	return string(out)
}

// Well-known SIDs (MS-DTYP 2.4.2.4), in bytes.
const (
	everyone      = "\x01\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00"
	self          = "\x01\x01\x00\x00\x00\x00\x00\x05\x0a\x00\x00\x00"
	authenticated = "\x01\x01\x00\x00\x00\x00\x00\x05\x0b\x00\x00\x00"
)

// Bits of an access mask (MS-ADTS 5.1.3.2), and of the ACE's flags.
const (
	controlAccess = 0x100
	writeProperty = 0x20
	genericAll    = 0x10000000
	inheritOnly   = 0x08
)

// MayWriteBack says that the connector account has the three rights on the user: Reset
// Password, Write lockoutTime and Write pwdLastSet. Who is protected is another question.
func (j *Judge) MayWriteBack(connector, user Entry) bool {
	token := j.token(connector)
	if user.One("objectSid") == connector.One("objectSid") {
		token[self] = true
	}
	sd := []byte(user.One("nTSecurityDescriptor"))
	return allowed(sd, token, controlAccess, resetPassword) &&
		allowed(sd, token, writeProperty, lockoutTime) &&
		allowed(sd, token, writeProperty, pwdLastSet, accountRestrictions)
}

// allowed walks the DACL: the first ACE that speaks of the right decides.
func allowed(sd []byte, token map[string]bool, bit uint32, types ...string) bool {
	at := binary.LittleEndian.Uint32(sd[16:])
	if binary.LittleEndian.Uint16(sd[2:])&0x4 == 0 || at == 0 {
		return true // no DACL
	}
	acl := sd[at:]
	for n, rest := binary.LittleEndian.Uint16(acl[4:]), acl[8:]; n > 0; n-- {
		kind, flags, size := rest[0], rest[1], binary.LittleEndian.Uint16(rest[2:])
		ace := rest[4:size]
		rest = rest[size:]
		if flags&inheritOnly != 0 || !slices.Contains([]byte{0, 1, 5, 6}, kind) {
			continue
		}
		mask, sid := binary.LittleEndian.Uint32(ace), ace[4:]
		if kind >= 5 {
			present := binary.LittleEndian.Uint32(sid)
			sid = sid[4:]
			if present&1 != 0 {
				if of := string(sid[:16]); !slices.Contains(types, of) {
					continue
				}
				sid = sid[16:]
			}
			if present&2 != 0 {
				sid = sid[16:]
			}
		}
		sid = sid[:8+4*int(sid[1])]
		if token[string(bytes.Clone(sid))] && mask&(bit|genericAll) != 0 {
			return kind == 0 || kind == 5
		}
	}
	return false
}

// protecting are the RIDs of groups whose members AdminSDHolder's task protects (as
// measured on seven domains of Windows Server 2012 to 2025): the domain's own, and those of BUILTIN.
var protecting = map[string][]string{
	"domain":  {"512", "518", "519", "526", "527"},
	"builtin": {"544", "548", "549", "550", "551", "552"},
}

// Protected says that the account is in a protected group, or is krbtgt or Administrator.
func (j *Judge) Protected(user Entry) bool {
	token := j.token(user)
	for _, of := range protecting["domain"] {
		if token[child(j.domain, of)] {
			return true
		}
	}
	const builtin = "\x01\x01\x00\x00\x00\x00\x00\x05\x20\x00\x00\x00"
	for _, of := range protecting["builtin"] {
		if token[child(builtin, of)] {
			return true
		}
	}
	sid := user.One("objectSid")
	return sid == child(j.domain, "500") || sid == child(j.domain, "502")
}
