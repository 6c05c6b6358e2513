package secdesc

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// aceField is what stands between two semicolons of an ACE, and where.
type aceField struct {
	text string
	at   int
}

func (f aceField) wrong(format string, args ...any) error {
	return &Error{"SDDL", f.at, fmt.Sprintf(format, args...)}
}

// blame moves an error into its place in the SDDL.
func (f aceField) blame(err error) error {
	var e *Error
	if errors.As(err, &e) {
		return within(e, "SDDL", f.at)
	}
	return f.wrong("%v", err)
}

// ace takes (type;flags;rights;object;inherited object;trustee[;data]).
func (p *sddlParser) ace() (ACE, error) {
	end, err := p.closing()
	if err != nil {
		return ACE{}, err
	}
	fields := splitFields(p.text[p.at+1:end], p.at+1)
	var a ACE
	switch {
	case len(fields) == 3 && strings.HasPrefix(fields[2].text, "#"):
		a, err = rawACE(fields)
	case len(fields) < 6:
		err = p.wrong("an ACE has six fields or seven, not %d", len(fields))
	default:
		a, err = p.names.ace(fields)
	}
	if err != nil {
		return ACE{}, err
	}
	if a.Size() > 0xffff {
		return ACE{}, p.wrong("the ACE has %d bytes, 65,535 are allowed", a.Size())
	}
	p.at = end + 1
	return a, nil
}

// splitFields cuts an ACE that starts at the place at. The seventh field may
// have semicolons of its own.
func splitFields(s string, at int) []aceField {
	var fields []aceField
	for _, text := range strings.SplitN(s, ";", 7) {
		trimmed := strings.TrimLeft(text, " \t\r\n")
		fields = append(fields, aceField{strings.TrimSpace(trimmed), at + len(text) - len(trimmed)})
		at += len(text) + 1
	}
	return fields
}

// closing finds the parenthesis that ends the ACE at p.at. Conditions have
// parentheses and quoted texts of their own.
func (p *sddlParser) closing() (int, error) {
	depth, quoted := 0, false
	for i := p.at; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i, nil
			}
		}
	}
	return 0, p.wrong("the ACE has no closing parenthesis")
}

// ace reads six fields or seven.
func (n DomainSIDs) ace(fields []aceField) (a ACE, err error) {
	var ok bool
	if a.Type, ok = aceTypeOf[strings.ToUpper(fields[0].text)]; !ok {
		return a, fields[0].wrong("%.20q is not a type of ACE", fields[0].text)
	}
	if a.Flags, err = parseFlags(fields[1].text); err != nil {
		return a, fields[1].blame(err)
	}
	if a.Mask, err = parseRights(fields[2].text); err != nil {
		return a, fields[2].blame(err)
	}
	if err = a.setObjects(fields[3], fields[4]); err != nil {
		return a, err
	}
	p := sddlParser{text: fields[5].text, names: n}
	if a.Trustee, err = p.sid(); err != nil {
		return a, fields[5].blame(err)
	}
	if p.at != len(fields[5].text) {
		return a, fields[5].wrong("%.100q is more than a SID", fields[5].text)
	}
	err = n.setData(&a, fields[5:])
	return a, err
}

// setObjects reads the fourth and the fifth field.
func (a *ACE) setObjects(objectType, inheritedObjectType aceField) (err error) {
	for _, g := range []struct {
		field aceField
		bit   ObjectFlags
		to    *GUID
	}{
		{objectType, ObjectTypePresent, &a.ObjectType},
		{inheritedObjectType, InheritedObjectTypePresent, &a.InheritedObjectType},
	} {
		if g.field.text == "" {
			continue
		}
		if !a.Type.HasObject() {
			return g.field.wrong("an ACE of type %s has no object", aceTokens[a.Type])
		}
		a.ObjectFlags |= g.bit
		if *g.to, err = ParseGUID(g.field.text); err != nil {
			return g.field.blame(err)
		}
	}
	return nil
}

// setData reads the seventh field, the second one of those given.
func (n DomainSIDs) setData(a *ACE, fields []aceField) (err error) {
	wants := a.Type.carriesText()
	switch {
	case len(fields) == 1 && wants:
		return fields[0].wrong("an ACE of type %s has seven fields", aceTokens[a.Type])
	case len(fields) == 1:
		return nil
	case !wants:
		return fields[1].wrong("an ACE of type %s has six fields", aceTokens[a.Type])
	case a.Type == SystemResourceAttribute:
		a.Data, err = n.parseClaim(fields[1].text)
	default:
		a.Data, err = n.parseCondition(fields[1].text)
	}
	if err != nil {
		return fields[1].blame(err)
	}
	return nil
}

// carriesText says that SDDL has a seventh field for the type: a condition or
// a claim.
func (t ACEType) carriesText() bool {
	return t.Conditional() || t == SystemResourceAttribute || t == SystemAccessFilter
}

// rawACE reads (0xTYPE;flags;#body).
func rawACE(fields []aceField) (a ACE, err error) {
	digits, isHex := cutHexPrefix(fields[0].text)
	t, err := strconv.ParseUint(digits, 16, 8)
	if err != nil || !isHex {
		return a, fields[0].wrong("%.20q is not a type of ACE in hexadecimal", fields[0].text)
	}
	flags, err := parseFlags(fields[1].text)
	if err != nil {
		return a, fields[1].blame(err)
	}
	body, err := hex.DecodeString(fields[2].text[1:])
	if err != nil {
		return a, fields[2].wrong("the body is not hexadecimal: %v", err)
	}
	size := aceHeader + len(body)
	if size > 0xffff {
		return a, fields[2].wrong("the ACE has %d bytes, 65,535 are allowed", size)
	}
	whole := append([]byte{byte(t), byte(flags), byte(size), byte(size >> 8)}, body...)
	if _, err = parseACE(string(whole), &a); err != nil {
		return a, fields[2].wrong("%v", err)
	}
	return a, nil
}

// parseFlags takes two-letter words in a row, or a number with 0x.
func parseFlags(s string) (f ACEFlags, err error) {
	if rest, hex := cutHexPrefix(s); hex {
		n, err := strconv.ParseUint(rest, 16, 8)
		if err != nil {
			return 0, fmt.Errorf("%.20q are not the flags of an ACE", s)
		}
		return ACEFlags(n), nil
	}
	for rest := strings.ToUpper(s); rest != ""; rest = rest[2:] {
		bit, ok := flag(rest)
		if !ok {
			return 0, fmt.Errorf("%.20q are not the flags of an ACE", s)
		}
		f |= bit
	}
	return f, nil
}

// flag finds the word at the start of s.
func flag(s string) (ACEFlags, bool) {
	for _, t := range flagTokens {
		if strings.HasPrefix(s, t.token) {
			return t.flag, true
		}
	}
	return filterFlag.flag, strings.HasPrefix(s, filterFlag.token)
}

// parseRights takes two-letter words, maybe with spaces between them, or one
// number.
func parseRights(s string) (m AccessMask, err error) {
	if digits := strings.TrimPrefix(s, "-"); digits != "" && digits[0] >= '0' && digits[0] <= '9' {
		return maskNumber(digits, digits != s)
	}
	for rest := strings.ToUpper(s); rest != ""; rest = strings.TrimLeft(rest[2:], " ") {
		bits, ok := right(rest)
		if !ok {
			return 0, fmt.Errorf("%.20q are not rights", s)
		}
		m |= bits
	}
	return m, nil
}

// maskNumber reads a number in decimal, in octal behind 0, or in hexadecimal
// behind 0x, and takes it as Windows does: one that is too large for 32 bits is
// all of them, a negative one counts down from zero.
func maskNumber(s string, negative bool) (AccessMask, error) {
	n, _, err := unsigned(s, 32)
	if errors.Is(err, strconv.ErrRange) {
		n, err = math.MaxUint32, nil
	}
	if err != nil {
		return 0, fmt.Errorf("%.20q is not an access mask", s)
	}
	if negative {
		n = -n
	}
	return AccessMask(uint32(n)), nil
}

// right finds the word at the start of s.
func right(s string) (AccessMask, bool) {
	for _, table := range [][]rightToken{rightTokens, compoundRights, labelRights} {
		for _, t := range table {
			if strings.HasPrefix(s, t.token) {
				return t.mask, true
			}
		}
	}
	return 0, false
}
