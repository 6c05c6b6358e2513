package secdesc

// AccessMask is the set of rights an ACE grants, denies or audits
// (MS-DTYP 2.4.3; the directory's own rights: MS-ADTS 5.1.3.2).
type AccessMask uint32

// The rights of directory objects (MS-ADTS 5.1.3.2), the standard rights and
// the generic ones (MS-DTYP 2.4.3).
const (
	CreateChild   AccessMask = 0x00000001 // RIGHT_DS_CREATE_CHILD
	DeleteChild   AccessMask = 0x00000002 // RIGHT_DS_DELETE_CHILD
	ListChildren  AccessMask = 0x00000004 // RIGHT_DS_LIST_CONTENTS
	SelfWrite     AccessMask = 0x00000008 // RIGHT_DS_WRITE_PROPERTY_EXTENDED: a validated write
	ReadProperty  AccessMask = 0x00000010 // RIGHT_DS_READ_PROPERTY
	WriteProperty AccessMask = 0x00000020 // RIGHT_DS_WRITE_PROPERTY
	DeleteTree    AccessMask = 0x00000040 // RIGHT_DS_DELETE_TREE
	ListObject    AccessMask = 0x00000080 // RIGHT_DS_LIST_OBJECT
	ControlAccess AccessMask = 0x00000100 // RIGHT_DS_CONTROL_ACCESS: an extended right

	Delete      AccessMask = 0x00010000
	ReadControl AccessMask = 0x00020000
	WriteDACL   AccessMask = 0x00040000
	WriteOwner  AccessMask = 0x00080000

	GenericAll     AccessMask = 0x10000000
	GenericExecute AccessMask = 0x20000000
	GenericWrite   AccessMask = 0x40000000
	GenericRead    AccessMask = 0x80000000
)

// What the generic rights stand for on a directory object (MS-ADTS 5.1.3.2).
const (
	dsGenericRead    = ReadControl | ListChildren | ReadProperty | ListObject
	dsGenericWrite   = ReadControl | SelfWrite | WriteProperty
	dsGenericExecute = ReadControl | ListChildren
	dsGenericAll     = Delete | ReadControl | WriteDACL | WriteOwner | 0x1ff
)

// MapGeneric replaces the generic rights by those that they stand for on a
// directory object (MS-ADTS 5.1.3.2).
func (m AccessMask) MapGeneric() AccessMask {
	const generic = GenericAll | GenericExecute | GenericWrite | GenericRead
	out := m &^ generic
	if m&GenericRead != 0 {
		out |= dsGenericRead
	}
	if m&GenericWrite != 0 {
		out |= dsGenericWrite
	}
	if m&GenericExecute != 0 {
		out |= dsGenericExecute
	}
	if m&GenericAll != 0 {
		out |= dsGenericAll
	}
	return out
}

// Has says that all rights of want are in m.
func (m AccessMask) Has(want AccessMask) bool { return m&want == want }
