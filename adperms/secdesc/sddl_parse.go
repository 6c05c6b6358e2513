package secdesc

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Names gives SDDL's relative names their meaning: DA is a group of the
// domain, EA one of the forest's root domain. An empty Names is fine for SDDL
// that uses neither.
type Names struct {
	Domain SID
	Forest SID // the root domain; Domain where none
}

// ParseSDDL reads a security descriptor's text form (MS-DTYP 2.5.1.1):
// O:owner G:group D:flags(ACE)… S:flags(ACE)…, in any order, each at most once.
// The ACLs get the lowest revision that fits, as Windows has it.
//
// Besides the standard it reads what SDDL prints for ACEs without a word in
// the standard: (0xTYPE;flags;#body in hexadecimal).
func ParseSDDL(s string, names Names) (*Descriptor, error) {
	p := &sddlParser{text: s, names: names}
	d := &Descriptor{Revision: descriptorRevision, Control: SelfRelative}
	seen := map[byte]bool{}
	for p.space(); p.at < len(s); p.space() {
		if p.at+1 >= len(s) || s[p.at+1] != ':' || !strings.ContainsRune("OGDS", rune(s[p.at])) {
			return nil, p.wrong("one of O:, G:, D:, S: is expected")
		}
		which := s[p.at]
		if seen[which] {
			return nil, p.wrong("%c: stands there twice", which)
		}
		seen[which] = true
		p.at += 2
		if err := p.component(d, which); err != nil {
			return nil, err
		}
	}
	return d, nil
}

type sddlParser struct {
	text  string
	at    int
	names Names
}

func (p *sddlParser) wrong(format string, args ...any) error {
	return &Error{"SDDL", p.at, fmt.Sprintf(format, args...)}
}

func (p *sddlParser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

func (p *sddlParser) component(d *Descriptor, which byte) (err error) {
	p.space()
	switch which {
	case 'O':
		d.Owner, err = p.sid()
	case 'G':
		d.Group, err = p.sid()
	case 'D':
		d.Control |= DACLPresent
		d.DACL, err = p.acl(&d.Control, DACLProtected, DACLAutoInheritReq, DACLAutoInherited)
	case 'S':
		d.Control |= SACLPresent
		d.SACL, err = p.acl(&d.Control, SACLProtected, SACLAutoInheritReq, SACLAutoInherited)
	}
	return err
}

// sid takes a SID or one of the two-letter names.
func (p *sddlParser) sid() (SID, error) {
	rest := p.text[p.at:]
	if len(rest) > 1 && (rest[0] == 'S' || rest[0] == 's') && rest[1] == '-' {
		n := 2
		for n < len(rest) && (isHex(rest[n]) || strings.IndexByte("xX-", rest[n]) >= 0) && !nextComponent(rest[n:]) {
			n++
		}
		sid, err := ParseSID(rest[:n])
		if err != nil {
			return SID{}, p.wrong("%v", err)
		}
		p.at += n
		return sid, nil
	}
	if len(rest) < 2 {
		return SID{}, p.wrong("a SID is expected")
	}
	sid, err := p.names.sid(rest[:2])
	if err != nil {
		return SID{}, p.wrong("%v", err)
	}
	p.at += 2
	return sid, nil
}

// nextComponent says that s starts with D:, the one component whose letter
// could be taken for a hexadecimal digit of the SID before it.
func nextComponent(s string) bool { return len(s) > 1 && s[0] == 'D' && s[1] == ':' }

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func (n Names) sid(alias string) (SID, error) {
	alias = strings.ToUpper(alias)
	if sid, ok := wellKnown[alias]; ok {
		return sid, nil
	}
	domain := n.Domain
	rid, ok := domainRIDs[alias]
	if !ok {
		if rid, ok = forestRIDs[alias]; !ok {
			return SID{}, fmt.Errorf("%q is no SID and no name of one", alias)
		}
		if !n.Forest.IsZero() {
			domain = n.Forest
		}
	}
	if domain.IsZero() {
		return SID{}, fmt.Errorf("%q needs a domain to have a meaning", alias)
	}
	return domain.Child(rid), nil
}

// acl takes the flags and the ACEs behind D: or S:.
func (p *sddlParser) acl(control *Control, protected, request, inherited Control) (*ACL, error) {
	null := false
	for p.at < len(p.text) && p.text[p.at] != '(' {
		rest := p.text[p.at:]
		switch {
		case strings.HasPrefix(rest, "NO_ACCESS_CONTROL"):
			null = true
			p.at += len("NO_ACCESS_CONTROL")
		case strings.HasPrefix(rest, "AR"):
			*control |= request
			p.at += 2
		case strings.HasPrefix(rest, "AI"):
			*control |= inherited
			p.at += 2
		case rest[0] == 'P':
			*control |= protected
			p.at++
		case len(rest) > 1 && rest[1] == ':':
			return endACL(null, nil)
		case rest[0] == ' ':
			p.at++
		default:
			return nil, p.wrong("%q is not a flag of an ACL", rest[:1])
		}
	}
	var aces []ACE
	for p.space(); p.at < len(p.text) && p.text[p.at] == '('; p.space() {
		a, err := p.ace()
		if err != nil {
			return nil, err
		}
		aces = append(aces, a)
	}
	if null && aces != nil {
		return nil, p.wrong("NO_ACCESS_CONTROL and ACEs exclude each other")
	}
	return endACL(null, aces)
}

func endACL(null bool, aces []ACE) (*ACL, error) {
	if null {
		return nil, nil
	}
	acl := NewACL(aces...)
	return acl, acl.check("ACL")
}

// ace takes (type;flags;rights;object;inherited object;trustee[;data]).
func (p *sddlParser) ace() (ACE, error) {
	start := p.at
	end, err := p.closing()
	if err != nil {
		return ACE{}, err
	}
	fields := strings.SplitN(p.text[start+1:end], ";", 7)
	for i := range min(len(fields), 6) {
		fields[i] = strings.TrimSpace(fields[i])
	}
	a, err := p.names.ace(fields)
	if err != nil {
		return ACE{}, p.wrong("%v", err)
	}
	p.at = end + 1
	return a, nil
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

func (n Names) ace(fields []string) (a ACE, err error) {
	if len(fields) == 3 && strings.HasPrefix(fields[2], "#") {
		return rawACE(fields)
	}
	if len(fields) < 6 {
		return a, fmt.Errorf("an ACE has six fields or seven, not %d", len(fields))
	}
	var ok bool
	if a.Type, ok = aceTypeOf[strings.ToUpper(fields[0])]; !ok {
		return a, fmt.Errorf("%q is not a type of ACE", fields[0])
	}
	if a.Flags, err = parseFlags(fields[1]); err != nil {
		return a, err
	}
	if a.Mask, err = parseRights(fields[2]); err != nil {
		return a, err
	}
	if err = a.setObjects(fields[3], fields[4]); err != nil {
		return a, err
	}
	p := sddlParser{text: fields[5], names: n}
	if a.Trustee, err = p.sid(); err != nil {
		return a, err
	}
	if p.at != len(fields[5]) {
		return a, fmt.Errorf("%q is more than a SID", fields[5])
	}
	return n.setData(a, fields[6:])
}

func (a *ACE) setObjects(objectType, inheritedObjectType string) (err error) {
	if !a.Type.HasObject() {
		if objectType != "" || inheritedObjectType != "" {
			return fmt.Errorf("an ACE of type %s has no object", aceTokens[a.Type])
		}
		return nil
	}
	if objectType != "" {
		a.ObjectFlags |= ObjectTypePresent
		if a.ObjectType, err = ParseGUID(objectType); err != nil {
			return err
		}
	}
	if inheritedObjectType != "" {
		a.ObjectFlags |= InheritedObjectTypePresent
		a.InheritedObjectType, err = ParseGUID(inheritedObjectType)
	}
	return err
}

// setData reads the seventh field.
func (n Names) setData(a ACE, field []string) (ACE, error) {
	wants := a.Type.Conditional() || a.Type == SystemResourceAttribute || a.Type == SystemAccessFilter
	switch {
	case len(field) == 0 && !wants:
		return a, nil
	case len(field) == 0:
		return a, fmt.Errorf("an ACE of type %s has seven fields", aceTokens[a.Type])
	case !wants:
		return a, fmt.Errorf("an ACE of type %s has six fields", aceTokens[a.Type])
	}
	var err error
	if a.Type == SystemResourceAttribute {
		a.Data, err = n.parseClaim(field[0])
	} else {
		a.Data, err = n.parseCondition(field[0])
	}
	return a, err
}

// rawACE reads (0xTYPE;flags;#body).
func rawACE(fields []string) (a ACE, err error) {
	digits, isHex := cutHexPrefix(fields[0])
	t, err := strconv.ParseUint(digits, 16, 8)
	if err != nil || !isHex {
		return a, fmt.Errorf("%q is not a type of ACE in hexadecimal", fields[0])
	}
	flags, err := parseFlags(fields[1])
	if err != nil {
		return a, err
	}
	body, err := hex.DecodeString(fields[2][1:])
	if err != nil {
		return a, fmt.Errorf("%q is not a body in hexadecimal", fields[2])
	}
	size := aceHeader + len(body)
	if size > 0xffff {
		return a, fmt.Errorf("the ACE has %d bytes, 65,535 are allowed", size)
	}
	whole := append([]byte{byte(t), byte(flags), byte(size), byte(size >> 8)}, body...)
	_, err = parseACE(string(whole), &a)
	return a, err
}

func parseFlags(s string) (f ACEFlags, err error) {
	if rest, hex := cutHexPrefix(s); hex {
		n, err := strconv.ParseUint(rest, 16, 8)
		if err != nil {
			return 0, fmt.Errorf("%q are not the flags of an ACE", s)
		}
		return ACEFlags(n), nil
	}
	for rest := strings.ToUpper(s); rest != ""; {
		i := 0
		for i < len(flagTokens) && !strings.HasPrefix(rest, flagTokens[i].token) {
			i++
		}
		if i == len(flagTokens) {
			return 0, fmt.Errorf("%q are not the flags of an ACE", s)
		}
		f |= flagTokens[i].flag
		rest = rest[2:]
	}
	return f, nil
}

// parseRights takes two-letter words in a row, or one number: decimal, octal
// with a leading 0, hexadecimal with 0x.
func parseRights(s string) (m AccessMask, err error) {
	if s == "" {
		return 0, nil
	}
	if s[0] >= '0' && s[0] <= '9' {
		n, err := strconv.ParseUint(s, 0, 32)
		if err != nil || strings.Contains(s, "_") {
			return 0, fmt.Errorf("%q is not an access mask", s)
		}
		return AccessMask(n), nil
	}
	for rest := strings.ToUpper(s); rest != ""; rest = rest[2:] {
		bits, ok := AccessMask(0), false
		for _, table := range [][]rightToken{rightTokens, compoundRights, labelRights} {
			for _, t := range table {
				if strings.HasPrefix(rest, t.token) {
					bits, ok = t.mask, true
				}
			}
		}
		if !ok {
			return 0, fmt.Errorf("%q are not rights", s)
		}
		m |= bits
	}
	return m, nil
}
