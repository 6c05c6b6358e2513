package adperms

import (
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Two DNs name the same object where they are the same after what RFC 4514 lets
// differ is taken away: the case of types and values, how a character is escaped,
// and blanks around the parts. Nothing else is: AD itself also takes é for e, but
// whoever is asked about one name and answers with another is not believed.

// SameDN says that two DNs name the same object. What is no DN of the form that
// AD uses (one attribute in each part, no quotes) is the same as itself alone.
func SameDN(a, b string) bool {
	if a == b {
		return a != ""
	}
	x, ok := partsOf(a)
	y, also := partsOf(b)
	return ok && also && len(x) == len(y) && endsIn(x, y)
}

// IsDN says that a text is a DN of the form that AD uses.
func IsDN(s string) bool {
	_, ok := partsOf(s)
	return ok
}

// DNWithin says that dn names base or an object below it.
func DNWithin(dn, base string) bool {
	if dn == base {
		return dn != ""
	}
	x, ok := partsOf(dn)
	y, also := partsOf(base)
	return ok && also && endsIn(x, y)
}

// ParentDN is the DN of the object above, as dn has it; "" for what is no DN, and
// above the uppermost part.
func ParentDN(dn string) string {
	if _, ok := partsOf(dn); !ok {
		return ""
	}
	for i := 0; i < len(dn); i++ {
		switch dn[i] {
		case '\\':
			i++ // of a pair of digits, neither is a comma
		case ',':
			return dn[i+1:]
		}
	}
	return ""
}

// dnPart is one type and value, as they are compared.
type dnPart struct{ kind, value string }

// named is the part that is written kind=value.
func named(kind, value string) dnPart { return dnPart{strings.ToLower(kind), fold(value)} }

func endsIn(x, y []dnPart) bool {
	if len(y) == 0 || len(x) < len(y) {
		return false
	}
	for i, p := range x[len(x)-len(y):] {
		if p != y[i] {
			return false
		}
	}
	return true
}

func partsOf(dn string) (out []dnPart, ok bool) {
	for rest, more := dn, true; more; {
		var p dnPart
		if p, rest, more, ok = nextPart(rest); !ok {
			return nil, false
		}
		out = append(out, p)
	}
	return out, true
}

// nextPart reads up to the next comma that is not escaped (RFC 4514 section 3).
func nextPart(s string) (p dnPart, rest string, more, ok bool) {
	kind, s, found := strings.Cut(s, "=")
	if p.kind = strings.ToLower(strings.Trim(kind, " ")); !found || !isType(p.kind) {
		return p, "", false, false
	}
	s = strings.TrimLeft(s, " ")
	var value []byte
	end := 0 // of the value, without the blanks behind it
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ',':
			p.value = fold(string(value[:end]))
			return p, s[i+1:], true, end > 0
		case c == '\\':
			b, n := unescape(s[i+1:])
			if n == 0 {
				return p, "", false, false
			}
			value, i = append(value, b), i+n
			end = len(value)
		case strings.IndexByte("+\"<>;\x00", c) >= 0:
			return p, "", false, false
		default:
			if value = append(value, c); c != ' ' {
				end = len(value)
			}
		}
	}
	p.value = fold(string(value[:end]))
	return p, "", false, end > 0
}

// unescape reads what follows a backslash, and how many bytes that took; 0: it
// follows nothing that may.
func unescape(s string) (b byte, n int) {
	if len(s) > 1 {
		if raw, err := hex.DecodeString(s[:2]); err == nil {
			return raw[0], 2
		}
	}
	if s != "" && strings.IndexByte(" \"#+,;<=>\\", s[0]) >= 0 {
		return s[0], 1
	}
	return 0, 0
}

// isType says that s, in lower case, is an attribute type (RFC 4512 section 1.4).
func isType(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-.") == ""
}

// fold makes texts equal that differ in case alone. Bytes that are no text are
// left as they are.
func fold(s string) string {
	if !utf8.ValidString(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return least
	}, s)
}
