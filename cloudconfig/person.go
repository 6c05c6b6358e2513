package cloudconfig

import (
	"slices"
	"strings"
	"time"
)

// TenantPerson is what a tenant tells about the user that belongs to an account of AD.
// What could not be read is nil or empty, and named in Unread: it is not known,
// which is not the same as no.
type TenantPerson struct {
	// AskedSID and AskedUPN are the account that was looked for; "": not by that.
	AskedSID, AskedUPN string

	Found  bool // a user of the tenant has the SID, or else the UPN
	Others int  // how many further users have it, too

	ID          string // of the user in the tenant
	UPN         string
	DisplayName string
	Enabled     *bool     // accountEnabled; nil: not shown
	Guest       bool      // userType is Guest; false also where it was not shown
	Sync        SyncState // onPremisesSyncEnabled
	SID         string    // onPremisesSecurityIdentifier: of the account that it is synchronised from
	Domain      string    // onPremisesDomainName
	// CloudManaged is isCloudManaged of onPremisesSyncBehavior: the source of authority
	// was moved to the cloud. It is read of a user who is not synchronised and has a SID
	// alone; nil: not read.
	CloudManaged *bool
	LastSync     time.Time // onPremisesLastSyncDateTime; zero: never, or not shown
	Plans        []Plan    // assigned to the user; nil: not read; empty: none

	Registration *Registration // nil: not read
	// Roles are the active directory roles, also those held through groups; those
	// that are merely eligible are not among them. One without a name is held, and
	// Graph does not say which it is. nil: not read; empty: none.
	Roles []Role
	// AdminSSPR is the tenant's allowedToUseSSPR, read of administrators alone; nil:
	// not read.
	AdminSSPR *bool
	// Events are the entries of the audit log about the user's password since
	// EventsSince, newest first; nil: not read; empty: none.
	Events      []Audit
	EventsSince time.Time

	Unread []Unread
}

// SyncState is whether a user is synchronised from AD.
type SyncState string

// The states.
const (
	SyncUnknown SyncState = ""       // not shown
	Synced      SyncState = "synced" // from AD
	SyncedOnce  SyncState = "once"   // it was, and is not any more
	NeverSynced SyncState = "never"  // made in the cloud
	// Moved is a user whose source of authority seems to have been moved to the
	// cloud: not synchronised, and the SID of the account is still there.
	Moved SyncState = "moved"
)

// Registration is a user's entry in the report userRegistrationDetails. The report
// lags behind. A nil field was not in the answer.
type Registration struct {
	Admin      *bool     // isAdmin: the user has an administrator role
	Enabled    *bool     // isSsprEnabled: the policy lets the user reset
	Registered *bool     // isSsprRegistered: the user has as many methods as a reset takes
	Capable    *bool     // isSsprCapable: both
	At         time.Time // lastUpdatedDateTime; zero: not said
}

// The activities of the audit log that matter for one user, besides those for the
// tenant: AuditSelfReset, AuditAdminReset, AuditUnlock.
const (
	AuditChange  = "Change password (self-service)"
	AuditBlocked = "Blocked from self-service password reset"
)

// AuditService is the service that logs what is done to passwords.
const AuditService = "Self-service Password Management"

// PersonActivities are the activities that are evidence about one user.
func PersonActivities() []string {
	return []string{AuditSelfReset, AuditAdminReset, AuditChange, AuditUnlock, AuditBlocked}
}

// Same says that the user found is the one that is synchronised from the account
// that was asked for. known is false where the answer does not tell.
func (p TenantPerson) Same() (same, known bool) {
	if p.AskedSID == "" || p.SID == "" {
		return false, false
	}
	return strings.EqualFold(p.AskedSID, p.SID), true
}

// Licensed names the plan of the user that includes writeback; "" where there is
// none.
func (p TenantPerson) Licensed() string { return Tenant{Plans: p.Plans}.Licensed() }

// writesBack says that the plan would include writeback, usable or not.
func (p Plan) writesBack() bool {
	return strings.EqualFold(p.ID, PlanP1) || strings.EqualFold(p.ID, PlanP2)
}

// PlanName is what people call a plan that includes writeback; "" for any other. A
// user's plans come without names.
func PlanName(id string) string {
	switch {
	case strings.EqualFold(id, PlanP1):
		return "Microsoft Entra ID P1"
	case strings.EqualFold(id, PlanP2):
		return "Microsoft Entra ID P2"
	}
	return ""
}

// Administrator says that the user holds a role for which the password rules of
// administrators hold. known is false where neither the roles nor the report say.
func (p TenantPerson) Administrator() (is, known bool) {
	nameless := slices.ContainsFunc(p.Roles, func(r Role) bool { return r.Name == "" })
	switch {
	case slices.ContainsFunc(p.Roles, Role.administers):
		return true, true
	case p.Roles != nil && !nameless:
		return false, true
	case p.Registration != nil && p.Registration.Admin != nil:
		return *p.Registration.Admin, true
	}
	return false, false
}

// administers says that the rules of administrators hold for the role: Microsoft's
// page of the SSPR policies lists the roles, and these are their names.
func (r Role) administers() bool {
	return strings.HasSuffix(r.Name, "Administrator") || strings.HasSuffix(r.Name, "Administrators") || slices.Contains(alsoAdministers, r.Name)
}

var alsoAdministers = []string{
	"Customer LockBox Access Approver", "Directory Synchronization Accounts", "Directory Writers",
	"Email Verified User Creator", "Partner Tier1 Support", "Partner Tier2 Support",
}

// lastPassword is the newest event about the password itself; false: none is known.
func (p TenantPerson) lastPassword() (Audit, bool) {
	return p.newest(func(a Audit) bool { return a.Activity != AuditBlocked && a.Activity != AuditUnlock })
}

// newest is the newest event that is wanted.
func (p TenantPerson) newest(wanted func(Audit) bool) (Audit, bool) {
	i := slices.IndexFunc(p.Events, wanted)
	if i < 0 {
		return Audit{}, false
	}
	return p.Events[i], true
}
