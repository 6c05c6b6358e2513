package secdesc

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// SDDL prints the text form (MS-DTYP 2.5.1.1), for people: reserved fields,
// unused bytes, ACL revisions and the order of the parts have no words in it,
// so keep the bytes as well where a backup is meant. What an ACE says is never
// left out: types without a word, and conditions or claims that cannot be put
// into words, are printed as (0xTYPE;flags;#body in hexadecimal).
func (d *Descriptor) SDDL() string {
	var b strings.Builder
	if !d.Owner.IsZero() {
		b.WriteString("O:" + sidText(d.Owner))
	}
	if !d.Group.IsZero() {
		b.WriteString("G:" + sidText(d.Group))
	}
	if d.Control&DACLPresent != 0 {
		b.WriteString("D:" + aclText(d.DACL, d.Control, DACLProtected, DACLAutoInheritReq, DACLAutoInherited))
	}
	if d.Control&SACLPresent != 0 {
		b.WriteString("S:" + aclText(d.SACL, d.Control, SACLProtected, SACLAutoInheritReq, SACLAutoInherited))
	}
	return b.String()
}

func sidText(s SID) string {
	if name, ok := wellKnownNames[s]; ok {
		return name
	}
	return s.String()
}

func aclText(l *ACL, control, protected, request, inherited Control) string {
	var b strings.Builder
	for _, f := range []struct {
		bit  Control
		text string
	}{{protected, "P"}, {request, "AR"}, {inherited, "AI"}} {
		if control&f.bit != 0 {
			b.WriteString(f.text)
		}
	}
	if l == nil {
		b.WriteString("NO_ACCESS_CONTROL")
		return b.String()
	}
	for _, a := range l.ACEs {
		b.WriteString(a.SDDL())
	}
	return b.String()
}

// SDDL prints one ACE in parentheses.
func (a ACE) SDDL() string {
	token, ok := aceTokens[a.Type]
	if !ok {
		return a.rawText()
	}
	fields := []string{token, flagsText(a.Flags), rightsText(a), "", "", sidText(a.Trustee)}
	if a.ObjectFlags&ObjectTypePresent != 0 {
		fields[3] = a.ObjectType.String()
	}
	if a.ObjectFlags&InheritedObjectTypePresent != 0 {
		fields[4] = a.InheritedObjectType.String()
	}
	switch {
	case a.Type == SystemResourceAttribute:
		text, ok := claimText(a.Data)
		if !ok {
			return a.rawText()
		}
		fields = append(fields, text)
	case a.Type.carriesText():
		text, ok := conditionText(a.Data)
		if !ok {
			return a.rawText()
		}
		fields = append(fields, text)
	}
	return "(" + strings.Join(fields, ";") + ")"
}

func (a ACE) rawText() string {
	whole := a.appendTo(nil)
	return fmt.Sprintf("(%#02x;%s;#%s)", byte(a.Type), flagsText(a.Flags), hex.EncodeToString(whole[aceHeader:]))
}

func flagsText(f ACEFlags) string {
	var b strings.Builder
	for _, t := range flagTokens {
		if f&t.flag != 0 {
			b.WriteString(t.token)
		}
	}
	return b.String()
}

// rightsText prints words where they say everything, else a number.
func rightsText(a ACE) string {
	table := rightTokens
	if a.Type == SystemMandatoryLabel {
		table = labelRights
	}
	var b strings.Builder
	rest := a.Mask
	for _, t := range table {
		if rest.Has(t.mask) {
			b.WriteString(t.token)
			rest &^= t.mask
		}
	}
	if rest != 0 {
		return fmt.Sprintf("%#x", uint32(a.Mask))
	}
	return b.String()
}
