package coverage

import (
	"encoding/binary"
	"errors"

	"writeback/adperms/secdesc"
)

// A tenant knows most users of a domain by their SIDs. Which they are is kept as bits
// by RID: a domain numbers its accounts as they come, each DC from a pool of some
// hundred, so that they are close together, and 200,000 of them take some 60 KiB.

// InTenant is how a tenant has a user of the domain.
type InTenant uint8

// What a tenant may say of a user.
const (
	NotSaid   InTenant = iota // nothing: it was not asked, or has nobody of the domain
	NotSynced                 // it has none that is synchronized with this account
	Synced                    // and the user may sign in
	SyncedOff                 // the user is synchronized, and may not sign in there
	Guest                     // the user is synchronized as a guest, who resets no password
)

// Code is for documents: "" where the tenant says nothing.
func (t InTenant) Code() string {
	return [...]string{NotSaid: "", NotSynced: "not-synchronized", Synced: "synchronized", SyncedOff: "disabled", Guest: "guest"}[t]
}

const (
	ridsAPage = 1 << 12
	// maxPages bounds what a tenant can make us hold: 16 MiB, which are the RIDs up to
	// 67 million where they stand close together, and 16,384 accounts where each is far
	// from all others.
	maxPages = 1 << 14
)

// SyncedUsers are the accounts of AD that a tenant's synchronized users belong to. Its
// zero value is empty.
type SyncedUsers struct {
	domains map[string]uint32 // by the authority and sub-authorities of a domain's SID: its number
	pages   map[pageOf]*ridPage
}

// pageOf names a page of a domain.
type pageOf struct{ domain, number uint32 }

// ridPage has two bits for each of its RIDs: synced or not, off or not. A guest is off
// and not synced.
type ridPage struct{ synced, off [ridsAPage / 64]uint64 }

// ErrTooSpread says that SIDs are of more domains, or further from each other, than
// those of the users of a tenant.
var ErrTooSpread = errors.New("the SIDs of the tenant's users are too far apart to be kept")

// Add takes a synchronized user. A SID that is no account's of a domain is left out: no
// user of a domain has it. Of a SID that comes twice, one user that may sign in is
// enough.
func (s *SyncedUsers) Add(sid secdesc.SID, enabled bool) error {
	p, word, bit, err := s.place(sid)
	switch {
	case p == nil:
		return err
	case enabled:
		p.off[word] &^= bit
	case p.synced[word]&bit == 0:
		p.off[word] |= bit
	}
	p.synced[word] |= bit
	return nil
}

// AddGuest takes a synchronized user who is a guest in the tenant. Of a SID that comes
// twice, one user that is none is enough.
func (s *SyncedUsers) AddGuest(sid secdesc.SID) error {
	p, word, bit, err := s.place(sid)
	if p != nil && p.synced[word]&bit == 0 {
		p.off[word] |= bit
	}
	return err
}

// place is where an account's bits stand; nil for what is no account of a domain.
func (s *SyncedUsers) place(sid secdesc.SID) (p *ridPage, word uint32, bit uint64, err error) {
	if !sid.Domain().IsAccountDomain() {
		return nil, 0, 0, nil
	}
	domain, rid := split(sid.Bytes())
	word, bit = placeOf(rid)
	p, err = s.page(domain, rid/ridsAPage)
	return p, word, bit, err
}

// page is a page of a domain, which is made where it is not there yet.
func (s *SyncedUsers) page(domain []byte, number uint32) (*ridPage, error) {
	n, known := s.domains[string(domain)]
	if !known {
		n = uint32(len(s.domains))
	}
	at := pageOf{n, number}
	if p := s.pages[at]; p != nil {
		return p, nil
	}
	if len(s.pages) >= maxPages {
		return nil, ErrTooSpread
	}
	if s.pages == nil {
		s.domains, s.pages = map[string]uint32{}, map[pageOf]*ridPage{}
	}
	s.domains[string(domain)], s.pages[at] = n, &ridPage{}
	return s.pages[at], nil
}

// of says how the tenant has the account with the objectSid. A tenant that has nobody of
// the domain is another domain's, or has not synchronized it yet: it says nothing of who
// is a person there. nil says nothing, either.
func (s *SyncedUsers) of(sid []byte) InTenant {
	if s == nil || len(sid) != accountSID || sid[0] != 1 || sid[1] != 5 {
		return NotSaid
	}
	domain, rid := split(sid)
	n, known := s.domains[string(domain)]
	if !known {
		return NotSaid
	}
	p := s.pages[pageOf{n, rid / ridsAPage}]
	word, bit := placeOf(rid)
	switch {
	case p != nil && p.synced[word]&bit == 0 && p.off[word]&bit != 0:
		return Guest
	case p == nil || p.synced[word]&bit == 0:
		return NotSynced
	case p.off[word]&bit != 0:
		return SyncedOff
	}
	return Synced
}

// accountSID is the length of S-1-5-21-x-y-z-rid in packet form (MS-DTYP 2.4.2.2).
const accountSID = 8 + 4*5

// split takes the SID of a domain's account apart.
func split(sid []byte) (domain []byte, rid uint32) {
	return sid[2 : accountSID-4], binary.LittleEndian.Uint32(sid[accountSID-4:])
}

// placeOf is where a RID stands in its page.
func placeOf(rid uint32) (word uint32, bit uint64) {
	return rid % ridsAPage / 64, 1 << (rid % 64)
}
