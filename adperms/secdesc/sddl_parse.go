package secdesc

import (
	"fmt"
	"strings"
)

// DomainSIDs gives SDDL's relative names their meaning: DA is a group of the
// domain, EA one of the forest's root domain. An empty DomainSIDs is fine for SDDL
// that uses neither.
type DomainSIDs struct {
	Domain SID
	Forest SID // the root domain; Domain where none
}

// ParseSDDL reads a security descriptor's text form (MS-DTYP 2.5.1.1):
// O:owner G:group D:flags(ACE)… S:flags(ACE)…, in any order, each at most once.
// The ACLs get the lowest revision that fits, as Windows has it.
//
// Besides the standard it reads what SDDL prints for ACEs without a word in
// the standard: (0xTYPE;flags;#body in hexadecimal).
func ParseSDDL(s string, names DomainSIDs) (*Descriptor, error) {
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

// ParseACE reads one ACE's text form, and nothing beside it: what [ACE.SDDL] prints.
func ParseACE(s string, names DomainSIDs) (ACE, error) {
	p := &sddlParser{text: s, names: names}
	if p.space(); p.at == len(s) || s[p.at] != '(' {
		return ACE{}, p.wrong("expected an ACE: (type;flags;rights;…)")
	}
	a, err := p.ace()
	if err != nil {
		return ACE{}, err
	}
	if p.space(); p.at < len(s) {
		return ACE{}, p.wrong("there is text after the ACE")
	}
	return a, nil
}

type sddlParser struct {
	text  string
	at    int
	names DomainSIDs
}

func (p *sddlParser) wrong(format string, args ...any) error {
	return &Error{"SDDL", p.at, fmt.Sprintf(format, args...)}
}

func (p *sddlParser) space() {
	for p.at < len(p.text) && isSpace(p.text[p.at]) {
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

// acl takes the flags and the ACEs behind D: or S:.
func (p *sddlParser) acl(control *Control, protected, request, inherited Control) (*ACL, error) {
	null := false
	for p.at < len(p.text) && p.text[p.at] != '(' {
		rest := p.text[p.at:]
		switch {
		case p.take("NO_ACCESS_CONTROL"):
			null = true
		case p.take("AR"):
			*control |= request
		case p.take("AI"):
			*control |= inherited
		case p.take("P"):
			*control |= protected
		case len(rest) > 1 && rest[1] == ':':
			return endACL(null, nil), nil
		case isSpace(rest[0]):
			p.at++
		default:
			return nil, p.wrong("%.1q is not a flag of an ACL", rest)
		}
	}
	var aces []ACE
	size := aclHeader
	for p.space(); p.at < len(p.text) && p.text[p.at] == '('; p.space() {
		a, err := p.ace()
		if err != nil {
			return nil, err
		}
		if size += a.Size(); size > MaxACLSize {
			return nil, p.wrong("the ACL has more than 65,535 bytes")
		}
		aces = append(aces, a)
	}
	if null && aces != nil {
		return nil, p.wrong("NO_ACCESS_CONTROL and ACEs exclude each other")
	}
	return endACL(null, aces), nil
}

// take skips s where it stands ahead, in any case of letters.
func (p *sddlParser) take(s string) bool {
	if len(p.text)-p.at < len(s) || !strings.EqualFold(p.text[p.at:p.at+len(s)], s) {
		return false
	}
	p.at += len(s)
	return true
}

func endACL(null bool, aces []ACE) *ACL {
	if null {
		return nil
	}
	return NewACL(aces...)
}
