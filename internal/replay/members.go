package replay

import (
	"bytes"
	"encoding/binary"
)

// The groups that administrators are in, as far as a reader asks for them, and the
// domain's own place in its forest.

const (
	administratorsDN = "CN=Administrators,CN=Builtin," + BaseDN
	domainAdminsDN   = "CN=Domain Admins,CN=Users," + BaseDN
)

// appendGroups writes the groups that the filter names by their SIDs.
func (s *session) appendGroups(r request) {
	for dn, sid := range map[string][]byte{administratorsDN: administrators.Bytes(), domainAdminsDN: domainAdmins.Bytes()} {
		if bytes.Contains(r.filter, sid) {
			s.out = appendValues(s.out, r.id, dn, [][2]string{{"objectSid", string(sid)}})
		}
	}
}

// members answers who is in the groups: the users that are named by their SIDs, or all
// of them, page by page, or the group in the other one.
func (s *session) members(r request) error {
	want := chosen(ofUser, r.names)
	rids := r.users()
	switch {
	case len(rids) > 0:
		for _, rid := range rids {
			if i := int(rid) - firstRID; i < s.users && s.rank(i) == admin {
				s.out = s.appendEntry(s.out, r.id, thing{ofUser, i}, want)
			}
		}
		s.out = s.appendEnd(s.out, r, s.users)
		return nil
	case !r.about("user"):
		s.out = appendValues(s.out, r.id, domainAdminsDN, [][2]string{{"objectSid", adminGroup}})
		s.out = s.appendEnd(s.out, r, s.users)
		return nil
	}
	at := s.every / 2
	if len(r.cookie) == cookieSize {
		at = int(binary.BigEndian.Uint64(r.cookie[8:]))
	}
	for n := int64(0); at < s.users && (!r.paged || n < min(r.size, maxPage)); n++ {
		s.out = s.appendEntry(s.out, r.id, thing{ofUser, at}, want)
		at += s.every
		if len(s.out) >= burst {
			if err := s.flush(); err != nil {
				return err
			}
		}
	}
	s.out = s.appendEnd(s.out, r, at)
	return nil
}

// users are the RIDs of users whose SIDs are in the filter.
func (r *request) users() (rids []uint32) {
	prefix := Domain.Child(0).Bytes()
	prefix = prefix[:len(prefix)-4]
	for rest := r.filter; ; {
		at := bytes.Index(rest, prefix)
		if at < 0 || len(rest)-at < len(prefix)+4 {
			return rids
		}
		rest = rest[at+len(prefix):]
		if rid := binary.LittleEndian.Uint32(rest); rid >= firstRID {
			rids = append(rids, rid)
		}
	}
}
