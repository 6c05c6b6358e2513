package windows

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

// A Judge decides from the documents alone, in the simplest way that is right, who may
// write back whose password: it shares no code with what it judges. It reads the bytes of
// descriptors (MS-DTYP 2.4), walks the ACEs of one object after the other (MS-ADTS 5.1.3.3),
// decides itself what is inherited (MS-ADTS 6.1.3), and goes through memberships.
type Judge struct {
	entries map[string]Entry // by DN in lower case
	groups  map[string][]string
	sids    map[string]string // DN in lower case, by SID
	classes map[string]string // schemaIDGUID, by lDAPDisplayName
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
	j := &Judge{entries: map[string]Entry{}, groups: map[string][]string{}, sids: map[string]string{}, classes: map[string]string{}}
	for _, e := range all {
		j.entries[strings.ToLower(e.DN)] = e
		if sid := e.One("objectSid"); sid != "" {
			j.sids[sid] = strings.ToLower(e.DN)
		}
		if slices.Contains(e.Attributes["objectClass"], "domainDNS") {
			j.domain = e.One("objectSid")
		}
		if name := e.One("lDAPDisplayName"); slices.Contains(e.Attributes["objectClass"], "classSchema") {
			j.classes[name] = e.One("schemaIDGUID")
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
	creatorOwner  = "\x01\x01\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00"
	self          = "\x01\x01\x00\x00\x00\x00\x00\x05\x0a\x00\x00\x00"
	authenticated = "\x01\x01\x00\x00\x00\x00\x00\x05\x0b\x00\x00\x00"
)

// Bits of an access mask (MS-ADTS 5.1.3.2), and of the ACE's flags (MS-DTYP 2.4.4.1).
const (
	controlAccess = 0x100
	writeProperty = 0x20
	genericAll    = 0x10000000

	containerInherit = 0x02
	noPropagate      = 0x04
	inheritOnly      = 0x08
	inherited        = 0x10

	protected = 0x1000 // of a descriptor's control: its DACL takes nothing from above
)

// MayWriteBack says that the connector account has the three rights on the user: Reset
// Password, Write lockoutTime and Write pwdLastSet. Who is protected is another question.
func (j *Judge) MayWriteBack(connector, user Entry) bool {
	token := j.token(connector)
	if user.One("objectSid") == connector.One("objectSid") {
		token[self] = true
	}
	return j.allowed(user, token, controlAccess, resetPassword) &&
		j.allowed(user, token, writeProperty, lockoutTime) &&
		j.allowed(user, token, writeProperty, pwdLastSet, accountRestrictions)
}

// allowed walks the ACEs that were set on the user and on what is above it, the nearest
// first: the first one that speaks of the right decides. What a DC computed of inheritance
// is not looked at.
func (j *Judge) allowed(user Entry, token map[string]bool, bit uint32, types ...string) bool {
	class := j.classes[user.Attributes["objectClass"][len(user.Attributes["objectClass"])-1]]
	owner := ownerOf([]byte(user.One("nTSecurityDescriptor")))
	for at, distance := user, 0; ; distance++ {
		sd := []byte(at.One("nTSecurityDescriptor"))
		for _, a := range explicit(sd) {
			switch {
			case distance == 0 && a.flags&inheritOnly != 0:
				continue
			case distance > 0 && (a.flags&containerInherit == 0 || distance > 1 && a.flags&noPropagate != 0 || a.inherited != "" && a.inherited != class):
				continue
			case a.object != "" && !slices.Contains(types, a.object), a.mask&(bit|genericAll) == 0:
				continue
			}
			if distance > 0 && a.trustee == creatorOwner {
				a.trustee = owner
			}
			if token[a.trustee] {
				return !a.denies
			}
		}
		above, there := j.entries[strings.ToLower(at.Parent())]
		if !there || binary.LittleEndian.Uint16(sd[2:])&protected != 0 || slices.Contains(at.Attributes["objectClass"], "domainDNS") {
			return false
		}
		at = above
	}
}

// ace is what decides of one (MS-DTYP 2.4.4).
type ace struct {
	denies            bool
	flags             byte
	mask              uint32
	object, inherited string // GUIDs, "": none
	trustee           string
}

// explicit are the ACEs of a descriptor's DACL that were set there, of the four plain types.
func explicit(sd []byte) (out []ace) {
	at := binary.LittleEndian.Uint32(sd[16:])
	if at == 0 {
		return nil
	}
	acl := sd[at:]
	for n, rest := binary.LittleEndian.Uint16(acl[4:]), acl[8:]; n > 0; n-- {
		kind, size := rest[0], binary.LittleEndian.Uint16(rest[2:])
		a := ace{denies: kind == 1 || kind == 6, flags: rest[1]}
		body := rest[4:size]
		rest = rest[size:]
		if a.flags&inherited != 0 || !slices.Contains([]byte{0, 1, 5, 6}, kind) {
			continue
		}
		a.mask = binary.LittleEndian.Uint32(body)
		body = body[4:]
		if kind >= 5 {
			present := binary.LittleEndian.Uint32(body)
			body = body[4:]
			if present&1 != 0 {
				a.object, body = string(body[:16]), body[16:]
			}
			if present&2 != 0 {
				a.inherited, body = string(body[:16]), body[16:]
			}
		}
		a.trustee = string(body[:8+4*int(body[1])])
		out = append(out, a)
	}
	return out
}

func ownerOf(sd []byte) string {
	at := binary.LittleEndian.Uint32(sd[4:])
	if at == 0 {
		return ""
	}
	return string(sd[at : int(at)+8+4*int(sd[at+1])])
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
