package stages

import (
	"context"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// Directory is what the stages need of a domain controller.
type Directory interface {
	// Object reads one object; dn may be the form <GUID=…>.
	Object(ctx context.Context, dn string) (adperms.Object, error)
	// WriteDACL replaces the DACL of dn by that of the descriptor sd, and
	// nothing else of the object's descriptor (SD flags 4). An error that
	// proves that nothing was written wraps steps.ErrNotMade.
	WriteDACL(ctx context.Context, dn string, sd []byte) error
	// Deleted tells whether the DC knows that the object was deleted. An object
	// that it does not show, or not yet, is not known to be.
	Deleted(ctx context.Context, guid secdesc.GUID) (bool, error)
	// Schema reads what the directory itself says about the names of
	// adperms.Schema.
	Schema(ctx context.Context) ([]adperms.SchemaName, error)
	// Trustee is the account dn, with the SIDs that it signs in with. Its password's
	// policy is not read.
	Trustee(ctx context.Context, dn string) (adperms.Account, error)
	// Guarded finds the accounts at and below the scopes that AdminSDHolder's task
	// looks after, and that something set above them could reach nevertheless.
	// domain is the domain's SID.
	Guarded(ctx context.Context, domain secdesc.SID, scopes []string) (coverage.Guards, error)
	// Originator is the name of the DC whose database has an invocation ID; "": no DC that
	// is known has it.
	Originator(ctx context.Context, invocation secdesc.GUID) (string, error)
	// Names gives DOMAIN\name for SIDs, as far as they are known.
	Names(ctx context.Context, sids []secdesc.SID) (map[secdesc.SID]string, error)
}

// Place is the domain and the DC that a stage works on, as found when the
// connection was made.
type Place struct {
	Domain   string // DNS name
	DomainDN string // the domain's naming context: its root object
	NetBIOS  string // what stands before the backslash
	DC       string // DNS host name
	ReadOnly bool   // the DC is an RODC (MS-ADTS 3.1.1.3.4.3.8)
	Synced   bool   // rootDSE isSynchronized
	Operator string // who is signed in
}
