package coverage

import (
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// Rights are what it takes to write a password back, in the order in which
// outcomes count them.
var Rights = [...]adperms.Right{adperms.ResetPassword, adperms.WriteLockoutTime, adperms.WritePwdLastSet}

const allRights = 1<<len(Rights) - 1

// Question is what is asked of every user.
type Question struct {
	Connector secdesc.SID
	Token     adperms.Token  // the connector account's, on the DC that is asked
	Scopes    []string       // DNs of the objects below which the rights are wanted
	Classes   []secdesc.GUID // schemaIDGUIDs of the classes that they are wanted for
	Edits     []adperms.Edit // what is planned; none: after is as before
	// Unfit is what keeps the connector account from reaching anybody, whatever rights
	// it has: see [adperms.CannotReach]. The zero value: nothing.
	Unfit adperms.Reason
	// Protected says whether AdminSDHolder's task looks after an account, by real
	// membership. Its error is returned by User, which has not counted the user
	// then. nil: it is not known, and adminCount is all there is.
	Protected func(secdesc.SID) (bool, error)
	// Fresh are the accounts of the whole domain that AdminSDHolder's task looks after
	// and has not been at yet, by the octets of their SIDs: their DACLs still take from
	// above. They are few, and found the other way round, from the protected groups
	// down, whatever they have in adminCount and wherever they are.
	Fresh map[string]bool
	// Holder gives AdminSDHolder's descriptor, nil where it is not shown. It is
	// asked once, where a protected account has all rights. nil: it is not known.
	Holder func() ([]byte, error)
	// ListObject says whether the forest is in list object mode. It is asked where a
	// user's parent does not let the connector account list it. nil: it is not.
	ListObject func() (bool, error)
	// Synced are the users that the tenant has from AD. It says who is a person to be
	// reached, and nothing of who is. nil: it is not known.
	Synced *SyncedUsers
}

// Object is an object as the DC shows it.
type Object struct {
	DN         string
	Class      secdesc.GUID // schemaIDGUID of its most specific class; zero: not known
	Descriptor []byte       // nil: not shown
}

// User is a user as the DC shows it. The slices are read, and not kept.
type User struct {
	DN         []byte
	SID        []byte       // objectSid
	Class      secdesc.GUID // schemaIDGUID of its most specific class
	Descriptor []byte       // nil: not shown
	AdminCount bool         // adminCount is greater than 0
	Disabled   bool
	// ControlHidden says that userAccountControl, which every account has, is not shown.
	ControlHidden bool
	Service       bool // it has a servicePrincipalName: Kerberos tickets are issued for it
}

// fold makes one key of all spellings of a DN. Attribute types and the values of
// naming attributes are compared without case (MS-ADTS 3.1.1.3.1.1.2).
func fold(dn string) string { return strings.ToLower(dn) }

// parent is the DN one level up, "" for none. A comma that is escaped is part of
// a value (RFC 4514 section 2.4).
func parent[S ~string | ~[]byte](dn S) (up S) {
	for i := 0; i < len(dn); i++ {
		switch dn[i] {
		case '\\':
			i++
		case ',':
			return dn[i+1:]
		}
	}
	return up
}
