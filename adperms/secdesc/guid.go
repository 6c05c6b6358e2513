package secdesc

import (
	"encoding/hex"
	"fmt"
)

// GUID is a globally unique identifier in the order of the wire: the first
// three fields little endian, the rest as written (MS-DTYP 2.3.4.2). The zero
// value means "none" in an ACE's ObjectType.
type GUID [16]byte

// guidOrder[i] is the byte of the wire form that the i-th pair of digits shows.
var guidOrder = [16]int{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15}

// ParseGUID reads xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx, with or without braces.
func ParseGUID(s string) (GUID, error) {
	text := s
	if len(text) == 38 && text[0] == '{' && text[37] == '}' {
		text = text[1:37]
	}
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return GUID{}, fmt.Errorf("%.100q is not a GUID", s)
	}
	digits := text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:]
	var b [16]byte
	if _, err := hex.Decode(b[:], []byte(digits)); err != nil {
		return GUID{}, fmt.Errorf("%.100q is not a GUID: %w", s, err)
	}
	var g GUID
	for i, at := range guidOrder {
		g[at] = b[i]
	}
	return g, nil
}

// MustGUID is ParseGUID for constants; it panics on a malformed text.
func MustGUID(s string) GUID {
	g, err := ParseGUID(s)
	if err != nil {
		panic(err)
	}
	return g
}

// GUIDFromBytes reads the 16 bytes of the wire form.
func GUIDFromBytes(b []byte) (GUID, error) {
	if len(b) != 16 {
		return GUID{}, fmt.Errorf("a GUID has 16 bytes, not %d", len(b))
	}
	return GUID(b), nil
}

// IsZero says that there is no GUID.
func (g GUID) IsZero() bool { return g == GUID{} }

// String prints the lower-case form with hyphens, without braces.
func (g GUID) String() string {
	var b [16]byte
	for i, at := range guidOrder {
		b[i] = g[at]
	}
	out := make([]byte, 36)
	hex.Encode(out[0:8], b[0:4])
	hex.Encode(out[9:13], b[4:6])
	hex.Encode(out[14:18], b[6:8])
	hex.Encode(out[19:23], b[8:10])
	hex.Encode(out[24:36], b[10:16])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return string(out)
}

// MarshalText and UnmarshalText put the text form into JSON and YAML.
func (g GUID) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (g *GUID) UnmarshalText(b []byte) (err error) {
	*g, err = ParseGUID(string(b))
	return err
}
