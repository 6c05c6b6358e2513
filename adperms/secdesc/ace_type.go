package secdesc

// ACEType is the first byte of an ACE (MS-DTYP 2.4.4.1).
type ACEType uint8

// The ACE types of MS-DTYP 2.4.4.1. Types 4 and 0x0e to 0x10 are reserved there.
const (
	AccessAllowed               ACEType = 0x00
	AccessDenied                ACEType = 0x01
	SystemAudit                 ACEType = 0x02
	SystemAlarm                 ACEType = 0x03
	AccessAllowedCompound       ACEType = 0x04
	AccessAllowedObject         ACEType = 0x05
	AccessDeniedObject          ACEType = 0x06
	SystemAuditObject           ACEType = 0x07
	SystemAlarmObject           ACEType = 0x08
	AccessAllowedCallback       ACEType = 0x09
	AccessDeniedCallback        ACEType = 0x0a
	AccessAllowedCallbackObject ACEType = 0x0b
	AccessDeniedCallbackObject  ACEType = 0x0c
	SystemAuditCallback         ACEType = 0x0d
	SystemAlarmCallback         ACEType = 0x0e
	SystemAuditCallbackObject   ACEType = 0x0f
	SystemAlarmCallbackObject   ACEType = 0x10
	SystemMandatoryLabel        ACEType = 0x11
	SystemResourceAttribute     ACEType = 0x12
	SystemScopedPolicyID        ACEType = 0x13
	SystemProcessTrustLabel     ACEType = 0x14
	SystemAccessFilter          ACEType = 0x15
)

// shape is how the body behind the ACE header is laid out.
type shape uint8

const (
	opaque   shape = iota // not understood: the body is kept as it is
	plain                 // mask, SID, data
	object                // mask, flags, up to two GUIDs, SID, data
	compound              // mask, type, the server's SID, data: kept as it is, too
)

var shapes = [...]shape{
	AccessAllowed: plain, AccessDenied: plain, SystemAudit: plain, SystemAlarm: plain,
	AccessAllowedCompound: compound,
	AccessAllowedObject:   object, AccessDeniedObject: object, SystemAuditObject: object, SystemAlarmObject: object,
	AccessAllowedCallback: plain, AccessDeniedCallback: plain,
	AccessAllowedCallbackObject: object, AccessDeniedCallbackObject: object,
	SystemAuditCallback: plain, SystemAlarmCallback: plain,
	SystemAuditCallbackObject: object, SystemAlarmCallbackObject: object,
	SystemMandatoryLabel: plain, SystemResourceAttribute: plain, SystemScopedPolicyID: plain,
	SystemProcessTrustLabel: plain, SystemAccessFilter: plain,
}

func (t ACEType) shape() shape {
	if int(t) < len(shapes) {
		return shapes[t]
	}
	return opaque
}

// Understood says that the ACE's mask and trustee were read. The other types
// are kept as bytes: their Mask and Trustee are empty.
func (t ACEType) Understood() bool { return t.shape() == plain || t.shape() == object }

// HasObject says that ACEs of this type can name an ObjectType and an
// InheritedObjectType.
func (t ACEType) HasObject() bool { return t.shape() == object }

// Allows, Denies: what an ACE of this type does in a DACL. Callback types
// count too; their condition is for the caller to mind.
func (t ACEType) Allows() bool {
	return t == AccessAllowed || t == AccessAllowedObject || t == AccessAllowedCallback || t == AccessAllowedCallbackObject
}

// Denies says that an ACE of this type takes rights away.
func (t ACEType) Denies() bool {
	return t == AccessDenied || t == AccessDeniedObject || t == AccessDeniedCallback || t == AccessDeniedCallbackObject
}

// Audits says that the type is for a SACL: an audit or an alarm.
func (t ACEType) Audits() bool {
	switch t {
	case SystemAudit, SystemAlarm, SystemAuditObject, SystemAlarmObject,
		SystemAuditCallback, SystemAlarmCallback, SystemAuditCallbackObject, SystemAlarmCallbackObject:
		return true
	}
	return false
}

// Conditional says that the ACE counts only where the expression in its Data
// is true (MS-DTYP 2.4.4.17).
func (t ACEType) Conditional() bool {
	return t >= AccessAllowedCallback && t <= SystemAlarmCallbackObject
}
