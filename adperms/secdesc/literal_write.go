package secdesc

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// quotedText prints UTF-16 as "…". It is not ok where text cannot say it: a
// quotation mark, a NUL, half a surrogate pair.
func quotedText(units []uint16) (text string, ok bool) {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(units); i++ {
		r, width := runeAt(units[i:])
		if r == utf8.RuneError && units[i] != utf8.RuneError || r == '"' || r == 0 {
			return "", false
		}
		i += width - 1
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String(), true
}

// nameText prints the name of an attribute. Characters outside lit-char of
// MS-DTYP 2.5.1.1 are escaped, but for letters of other scripts.
func nameText(units []uint16) string {
	var b strings.Builder
	for i := 0; i < len(units); i++ {
		r, width := runeAt(units[i:])
		switch {
		case r < 0x80 && (isNameByte(byte(r)) || strings.IndexByte("#$'*+-;?@[\\]^`{}~", byte(r)) >= 0),
			r >= 0x80 && r != utf8.RuneError && unicode.IsPrint(r):
			b.WriteRune(r)
			i += width - 1
		default:
			fmt.Fprintf(&b, "%%%04x", units[i])
		}
	}
	return b.String()
}

// runeAt decodes the first character and tells how many units it has. Half a
// surrogate pair gives utf8.RuneError.
func runeAt(units []uint16) (r rune, width int) {
	r = rune(units[0])
	if !utf16.IsSurrogate(r) {
		return r, 1
	}
	if len(units) > 1 {
		if r = utf16.DecodeRune(r, rune(units[1])); r != utf8.RuneError {
			return r, 2
		}
	}
	return utf8.RuneError, 1
}

// integerText prints a number as it was written. It is not ok where sign and
// value do not agree.
func integerText(n integer) (text string, ok bool) {
	sign, bits := "", n.bits
	switch n.sign {
	case signPlus:
		sign = "+"
	case signMinus:
		sign, bits = "-", -bits
	case signNone:
	default:
		return "", false
	}
	switch n.base {
	case octal:
		return fmt.Sprintf("%s0%o", sign, bits), true
	case decimal:
		return fmt.Sprintf("%s%d", sign, bits), true
	case hexadecimal:
		return fmt.Sprintf("%s0x%x", sign, bits), true
	}
	return "", false
}

func octetsText(b string) string { return "#" + hex.EncodeToString([]byte(b)) }

// unitsOf reads bytes as UTF-16, little endian; ok where their number is even.
func unitsOf(b string) (units []uint16, ok bool) {
	units = make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
	}
	return units, len(b)%2 == 0
}

func appendUnits(b []byte, units []uint16) []byte {
	for _, u := range units {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func leUint64(b string) uint64 { return uint64(leUint32(b)) | uint64(leUint32(b[4:]))<<32 }
