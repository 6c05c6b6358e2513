package adperms

import (
	"time"

	"writeback/adperms/secdesc"
)

// Object is one directory object as it was read from a DC: what a plan needs
// to know before it speaks of a DACL.
type Object struct {
	DN         string
	GUID       secdesc.GUID   // objectGUID: stays when the object is moved or renamed
	SID        secdesc.SID    // objectSid, none where the object has none
	Classes    []string       // objectClass, most general first
	AdminCount int            // 1: is, or was, in a protected group
	Control    AccountControl // userAccountControl; 0: no account, or not shown
	Descriptor []byte         // nTSecurityDescriptor as the DC sent it, without the SACL
	// RightsEffective is sDRightsEffective: the parts of the descriptor that
	// whoever asks may write, as SD flags (owner 1, group 2, DACL 4, SACL 8).
	RightsEffective uint32
	// Version counts the writes to nTSecurityDescriptor (replPropertyMetaData,
	// MS-DRSR 5.167); 0 where it could not be read.
	Version    uint32
	Changed    time.Time    // of the last of these writes; UTC, whole seconds
	ChangedBy  secdesc.GUID // invocation ID of the DC that made it
	ChangedUSN uint64       // that DC's USN of it
}

// MayWriteDACL says that whoever read the object may change its DACL.
func (o Object) MayWriteDACL() bool { return o.RightsEffective&4 != 0 }

// Principal is an account or group that an ACE can be about. Its texts are as
// the directory holds them: who shows them makes them harmless first.
type Principal struct {
	DN          string
	SID         secdesc.SID
	SAM         string // sAMAccountName
	UPN         string // userPrincipalName
	Class       string // most specific objectClass
	DisplayName string
	Description string
	Disabled    bool
	Control     AccountControl // userAccountControl; 0: a group, or not shown
	Created     time.Time      // UTC; zero: not shown
}

// Product is the sync product that an account belongs to.
type Product string

// The sync products that write passwords back, and any other product that needs
// the same rights.
const (
	EntraConnect Product = "connect"
	CloudSync    Product = "cloud"
	OtherProduct Product = "none"
)

// Connector is an account that a sync product uses in AD, as far as its name
// and description tell. Installation, Host and Tenant come from the description,
// are empty where it does not say or says something that cannot be one, and are
// a hint: whoever may write the account's description may write anything there.
type Connector struct {
	Principal
	Product      Product
	Installation string // installation identifier, hexadecimal
	Host         string // the sync server
	Tenant       string // its domain name
}
