package secdesc

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// SID is a security identifier (MS-DTYP 2.4.2). It is comparable, cannot be
// built in an invalid form, and its zero value means "none".
//
// It holds the packet form: revision, count, six bytes of authority (big
// endian), then 0 to 15 sub-authorities of four bytes (little endian).
type SID struct{ raw string }

const (
	sidHeader  = 8  // bytes before the first sub-authority
	sidMaxSubs = 15 // MS-DTYP 2.4.2.2: SubAuthorityCount is at most 15
)

// SIDFromBytes reads a SID in packet form. b must be exactly one SID.
func SIDFromBytes(b []byte) (SID, error) {
	s, err := leadingSID(string(b))
	if err != nil {
		return SID{}, err
	}
	if s.Size() != len(b) {
		return SID{}, &Error{"SID", s.Size(), fmt.Sprintf("%d bytes behind its end", len(b)-s.Size())}
	}
	return s, nil
}

// leadingSID takes the SID at the start of b. It shares b's memory.
func leadingSID(b string) (SID, error) {
	switch {
	case len(b) < sidHeader:
		return SID{}, &Error{"SID", 0, fmt.Sprintf("%d bytes are too few", len(b))}
	case b[0] != 1:
		return SID{}, &Error{"SID", 0, fmt.Sprintf("revision %d is not 1", b[0])}
	case b[1] > sidMaxSubs:
		return SID{}, &Error{"SID", 1, fmt.Sprintf("%d sub-authorities, 15 are allowed", b[1])}
	}
	size := sidHeader + 4*int(b[1])
	if len(b) < size {
		return SID{}, &Error{"SID", len(b), fmt.Sprintf("ends early: %d of %d bytes", len(b), size)}
	}
	return SID{b[:size]}, nil
}

// ParseSID reads the text form S-1-authority-sub-sub… (MS-DTYP 2.4.2.1).
func ParseSID(s string) (SID, error) {
	fields := strings.Split(s, "-")
	if len(fields) < 3 || (fields[0] != "S" && fields[0] != "s") {
		return SID{}, fmt.Errorf("%.100q is not a SID: it must look like S-1-5-21-…", s)
	}
	if fields[1] != "1" {
		return SID{}, fmt.Errorf("%.100q is not a SID: revision %q is not 1", s, fields[1])
	}
	authority, err := sidNumber(fields[2], 48)
	if err != nil {
		return SID{}, fmt.Errorf("%.100q is not a SID: authority: %w", s, err)
	}
	if n := len(fields) - 3; n > sidMaxSubs {
		return SID{}, fmt.Errorf("%.100q is not a SID: %d sub-authorities, 15 are allowed", s, n)
	}
	subs := make([]uint32, 0, len(fields)-3)
	for _, f := range fields[3:] {
		n, err := sidNumber(f, 32)
		if err != nil {
			return SID{}, fmt.Errorf("%.100q is not a SID: sub-authority: %w", s, err)
		}
		subs = append(subs, uint32(n))
	}
	return newSID(authority, subs...), nil
}

// sidNumber takes decimal digits, or 0x and hexadecimal ones as Windows
// prints authorities of 2^32 and more.
func sidNumber(s string, bits int) (uint64, error) {
	base := 10
	if rest, hex := cutHexPrefix(s); hex {
		s, base = rest, 16
	}
	if s == "" || s[0] == '+' || s[0] == '-' {
		return 0, fmt.Errorf("%.100q is not a number", s)
	}
	n, err := strconv.ParseUint(s, base, bits)
	if err != nil {
		return 0, fmt.Errorf("%.100q is not a number of %d bits", s, bits)
	}
	return n, nil
}

func cutHexPrefix(s string) (rest string, found bool) {
	if len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
		return s[2:], true
	}
	return s, false
}

// newSID is for callers that know the parts to be in range.
func newSID(authority uint64, subs ...uint32) SID {
	b := make([]byte, 0, sidHeader+4*len(subs))
	var a [8]byte
	binary.BigEndian.PutUint64(a[:], authority)
	b = append(b, 1, byte(len(subs)))
	b = append(b, a[2:]...)
	for _, s := range subs {
		b = binary.LittleEndian.AppendUint32(b, s)
	}
	return SID{string(b)}
}

// MustSID is ParseSID for constants; it panics on a malformed text.
func MustSID(s string) SID {
	sid, err := ParseSID(s)
	if err != nil {
		panic(err)
	}
	return sid
}

// IsZero says that there is no SID.
func (s SID) IsZero() bool { return s.raw == "" }

// Size is the length of the packet form in bytes.
func (s SID) Size() int { return len(s.raw) }

// Bytes gives a copy of the packet form; nil for no SID.
func (s SID) Bytes() []byte {
	if s.IsZero() {
		return nil
	}
	return []byte(s.raw)
}

func (s SID) authority() uint64 {
	a := s.raw[2:8]
	return uint64(a[0])<<40 | uint64(a[1])<<32 | uint64(a[2])<<24 | uint64(a[3])<<16 | uint64(a[4])<<8 | uint64(a[5])
}

func (s SID) subs() int { return (len(s.raw) - sidHeader) / 4 }

func (s SID) sub(i int) uint32 {
	b := s.raw[sidHeader+4*i:]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// RID is the last sub-authority, 0 where there is none.
func (s SID) RID() uint32 {
	if s.IsZero() || s.subs() == 0 {
		return 0
	}
	return s.sub(s.subs() - 1)
}

// Domain is the SID without its last sub-authority: the domain of an account.
// It is none where there is no sub-authority to take away.
func (s SID) Domain() SID {
	if s.IsZero() || s.subs() == 0 {
		return SID{}
	}
	b := []byte(s.raw[:len(s.raw)-4])
	b[1]--
	return SID{string(b)}
}

// Child is the account rid in the domain s. It is none where s is none or has
// 15 sub-authorities already.
func (s SID) Child(rid uint32) SID {
	if s.IsZero() || s.subs() == sidMaxSubs {
		return SID{}
	}
	b := binary.LittleEndian.AppendUint32([]byte(s.raw), rid)
	b[1]++
	return SID{string(b)}
}

// IsAccountDomain says that s has the shape of a domain: S-1-5-21-x-y-z.
func (s SID) IsAccountDomain() bool {
	return !s.IsZero() && s.authority() == 5 && s.subs() == 4 && s.sub(0) == 21
}

// String prints S-1-…; the authority in hexadecimal from 2^32 on, as Windows
// does. No SID prints as the empty string.
func (s SID) String() string {
	if s.IsZero() {
		return ""
	}
	b := make([]byte, 0, 64)
	b = append(b, "S-1-"...)
	if a := s.authority(); a < 1<<32 {
		b = strconv.AppendUint(b, a, 10)
	} else {
		b = fmt.Appendf(b, "0x%012x", a)
	}
	for i := range s.subs() {
		b = append(b, '-')
		b = strconv.AppendUint(b, uint64(s.sub(i)), 10)
	}
	return string(b)
}

// MarshalText and UnmarshalText put the text form into JSON and YAML.
func (s SID) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote; the empty text is no SID.
func (s *SID) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*s = SID{}
		return nil
	}
	*s, err = ParseSID(string(b))
	return err
}
