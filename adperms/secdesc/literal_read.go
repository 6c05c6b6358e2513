package secdesc

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The words of which conditions and claims are made (MS-DTYP 2.5.1.1).

// literalReader walks over the seventh field of an ACE in SDDL.
type literalReader struct {
	what  string // for errors: "condition", "claim"
	text  string
	at    int
	names DomainSIDs
}

func (r *literalReader) wrong(format string, args ...any) error {
	return &Error{r.what, r.at, fmt.Sprintf(format, args...)}
}

// space skips what MS-DTYP calls wspace.
func (r *literalReader) space() {
	for r.at < len(r.text) && isSpace(r.text[r.at]) {
		r.at++
	}
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// next is the character ahead, 0 at the end.
func (r *literalReader) next() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

// take skips s where it stands ahead, in any case of letters.
func (r *literalReader) take(s string) bool {
	if len(r.text)-r.at < len(s) || !strings.EqualFold(r.text[r.at:r.at+len(s)], s) {
		return false
	}
	r.at += len(s)
	return true
}

// want is take where nothing else may stand.
func (r *literalReader) want(s string) error {
	if !r.take(s) {
		return r.wrong("%q is expected", s)
	}
	return nil
}

// word looks at the letters ahead that can be in a local name or an operator;
// "@" can be in a name, but not start it.
func (r *literalReader) word() string {
	end := r.at
	for end < len(r.text) && (isNameByte(r.text[end]) || r.text[end] == '@' && end > r.at) {
		end++
	}
	return r.text[r.at:end]
}

// isNameByte is attr-char1 of MS-DTYP 2.5.1.1.
func isNameByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte(":./_", c) >= 0
}

// quoted reads "…". There is no way to write a quotation mark in it.
func (r *literalReader) quoted() (string, error) {
	if err := r.want(`"`); err != nil {
		return "", err
	}
	length := strings.IndexByte(r.text[r.at:], '"')
	if length < 0 {
		return "", r.wrong("the string has no closing quotation mark")
	}
	s := r.text[r.at : r.at+length]
	switch {
	case length > dataLimit:
		return "", r.wrong("the string has %d bytes, an ACE holds 65,535", length)
	case !utf8.ValidString(s):
		return "", r.wrong("the string is not UTF-8")
	case strings.IndexByte(s, 0) >= 0:
		return "", r.wrong("the string has a NUL")
	}
	r.at += length + 1
	return s, nil
}

// name reads an attribute name as UTF-16: characters up to one that must be
// escaped, and escapes %XXXX, each one unit. A space ends it outside quotes.
func (r *literalReader) name(inQuotes bool) ([]uint16, error) {
	var units []uint16
	for r.at < len(r.text) {
		c, size := utf8.DecodeRuneInString(r.text[r.at:])
		switch {
		case c == utf8.RuneError && size == 1:
			return nil, r.wrong("the name is not UTF-8")
		case len(units) > dataLimit/2:
			return nil, r.wrong("the name is longer than an ACE can be")
		case c == '%':
			unit, err := r.escape()
			if err != nil {
				return nil, err
			}
			units = append(units, unit)
			continue
		case c == '"', !inQuotes && c < 0x80 && endsName(byte(c)):
			return nonEmpty(r, units)
		}
		units = utf16.AppendRune(units, c)
		r.at += size
	}
	return nonEmpty(r, units)
}

func nonEmpty(r *literalReader, units []uint16) ([]uint16, error) {
	if len(units) == 0 {
		return nil, r.wrong("the name of an attribute is expected")
	}
	return units, nil
}

// endsName names the characters that must be escaped in a name.
func endsName(c byte) bool { return isSpace(c) || strings.IndexByte(`!&()<>=|"`, c) >= 0 }

// escape reads %XXXX.
func (r *literalReader) escape() (uint16, error) {
	if len(r.text)-r.at < 5 {
		return 0, r.wrong("four hexadecimal digits are expected behind %%")
	}
	b, err := hex.DecodeString(r.text[r.at+1 : r.at+5])
	if err != nil {
		return 0, r.wrong("four hexadecimal digits are expected behind %%")
	}
	r.at += 5
	return uint16(b[0])<<8 | uint16(b[1]), nil
}

// octets reads hexadecimal digits. "#" among them means 0, and an odd count
// has a 0 before it, as on Windows.
func (r *literalReader) octets() ([]byte, error) {
	end := r.at
	for end < len(r.text) && (isHex(r.text[end]) || r.text[end] == '#') {
		end++
	}
	digits := r.text[r.at:end]
	if len(digits) > 2*dataLimit {
		return nil, r.wrong("the octets are more than an ACE can hold")
	}
	digits = strings.ReplaceAll(digits, "#", "0")
	if len(digits)%2 != 0 {
		digits = "0" + digits
	}
	r.at = end
	return hex.DecodeString(digits)
}

// integer is a number with how it was written, which conditions keep.
type integer struct {
	bits uint64 // two's complement
	sign byte   // MS-DTYP 2.4.4.17.5: 1 is +, 2 is -, 3 is none
	base byte   // 1 is octal, 2 is decimal, 3 is hexadecimal
}

// The codes of integer.sign and integer.base.
const (
	signPlus, signMinus, signNone = 1, 2, 3
	octal, decimal, hexadecimal   = 1, 2, 3
)

// integer reads a number. Without a sign it may use all 64 bits: Windows takes
// 0xffffffffffffffff for -1.
func (r *literalReader) integer() (integer, error) {
	n := integer{sign: signNone}
	start := r.at
	limit := uint64(1<<64 - 1)
	switch {
	case r.take("-"):
		n.sign, limit = signMinus, 1<<63
	case r.take("+"):
		n.sign, limit = signPlus, 1<<63-1
	}
	word := r.word()
	bits, base, err := unsigned(word, 64)
	if err != nil || bits > limit {
		r.at = start
		return integer{}, r.wrong("an integer of 64 bits is expected")
	}
	r.at += len(word)
	n.bits, n.base = bits, base
	if n.sign == signMinus {
		n.bits = -bits
	}
	return n, nil
}

// unsigned takes decimal digits, octal ones behind 0, hexadecimal ones behind
// 0x; not what else Go would take.
func unsigned(s string, size int) (n uint64, base byte, err error) {
	base, radix := byte(decimal), 10
	if rest, found := cutHexPrefix(s); found {
		s, base, radix = rest, hexadecimal, 16
	} else if len(s) > 1 && s[0] == '0' {
		s, base, radix = s[1:], octal, 8
	}
	if s == "" || s[0] == '+' || s[0] == '-' {
		return 0, 0, errors.New("a number is expected")
	}
	n, err = strconv.ParseUint(s, radix, size)
	return n, base, err
}

// sid reads S-1-… or a two-letter name.
func (r *literalReader) sid() (SID, error) {
	p := sddlParser{text: r.text, at: r.at, names: r.names}
	sid, err := p.sid()
	var e *Error
	if errors.As(err, &e) {
		return SID{}, &Error{r.what, e.Offset, e.Text}
	}
	r.at = p.at
	return sid, nil
}
