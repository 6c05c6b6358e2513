package bundle

import "writeback/adperms/secdesc"

// descriptor is a security descriptor with every SID and every GUID of a company replaced.
// What holds strings does not pass: the condition of an ACE, which then is one that cannot
// be evaluated, claims, the SACL, and bytes between the parts. ACEs of a type that nobody
// understands are left out, and counted. nil: it makes no sense.
func (m *Maker) descriptor(raw []byte) []byte {
	d, err := secdesc.Parse(raw)
	if err != nil {
		return nil
	}
	control := d.Control &^ (secdesc.SACLPresent | secdesc.SACLDefaulted | secdesc.SACLAutoInheritReq | secdesc.SACLAutoInherited | secdesc.SACLProtected | secdesc.RMControlValid)
	out := &secdesc.Descriptor{Control: control, Owner: m.names.SID(d.Owner), Group: m.names.SID(d.Group)}
	if d.DACL != nil {
		out.DACL = &secdesc.ACL{Revision: d.DACL.Revision}
		for _, a := range d.DACL.ACEs {
			if passed, ok := m.ace(a); ok {
				out.DACL.ACEs = append(out.DACL.ACEs, passed)
			} else {
				m.leave(leftACEs)
			}
		}
	}
	raw, err = out.Marshal()
	if err != nil { // SIDs of services grow: only an ACL at its limit does not hold them
		return nil
	}
	return raw
}

// ace is one ACE as it passes.
func (m *Maker) ace(a secdesc.ACE) (secdesc.ACE, bool) {
	if !a.Type.Understood() || a.Type == secdesc.SystemResourceAttribute {
		return a, false
	}
	a.Trustee, a.Data = m.names.SID(a.Trustee), ""
	a.ObjectFlags &= secdesc.ObjectTypePresent | secdesc.InheritedObjectTypePresent
	a.ObjectType, a.InheritedObjectType = m.names.GUID(a.ObjectType), m.names.GUID(a.InheritedObjectType)
	return a, true
}

// sddlACE is an ACE in SDDL; "": it is none.
func (m *Maker) sddlACE(text string) string {
	a, err := secdesc.ParseACE(text, secdesc.DomainSIDs{})
	if err != nil {
		return ""
	}
	if a, ok := m.ace(a); ok {
		return a.SDDL()
	}
	return ""
}
