package cloudconfig

import (
	"slices"
	"strings"
	"time"
)

// Tenant is what Graph tells about a tenant.
type Tenant struct {
	ID          string
	DisplayName string
	Domains     []string  // verified domain names
	SyncEnabled bool      // onPremisesSyncEnabled; false also where it never was
	LastSync    time.Time // onPremisesLastSyncDateTime; zero: never
	SyncUnread  bool      // the two above could not be read
	Plans       []Plan    // nil: not read; empty: none
	GraphFlag   *bool     // features.passwordWritebackEnabled; nil: not read. It counts for nothing: see Judge
	HashSync    *bool     // features.passwordSyncEnabled; nil: not read
	// AdminSSPR is authorizationPolicy.allowedToUseSSPR: administrators' own
	// reset, not that of users. nil: not read.
	AdminSSPR *bool
	// Skew is how far the clock of the computer that asked is ahead of the
	// service's; 0 where that is not known.
	Skew time.Duration
	// Unread are the parts that could not be read. What they would fill is empty.
	Unread []Unread
}

// Unread is a part of a tenant that could not be read.
type Unread struct {
	What string // "the licences"
	Why  string // a sentence about what is missing
	Idle bool   // nothing is decided by it
}

// Plan is one service plan of a subscription.
type Plan struct {
	ID     string // servicePlanId
	Name   string
	Usable bool // provisioned, in a subscription that is enabled or in its warning phase
}

// The service plans that include password writeback: Microsoft Entra ID P1 and
// P2. Bundles contain them, so that plans are looked for and not products.
const (
	PlanP1 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d" // AAD_PREMIUM
	PlanP2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998" // AAD_PREMIUM_P2
)

// Licensed names the plan that includes writeback; "" where there is none.
func (t Tenant) Licensed() string {
	for _, p := range t.Plans {
		if p.Usable && (strings.EqualFold(p.ID, PlanP1) || strings.EqualFold(p.ID, PlanP2)) {
			return p.Name
		}
	}
	return ""
}

// Is says that name is the tenant's id or one of its verified domains.
func (t Tenant) Is(name string) bool {
	return strings.EqualFold(t.ID, name) ||
		slices.ContainsFunc(t.Domains, func(d string) bool { return strings.EqualFold(d, name) })
}

// Registrations counts the synchronised users of userRegistrationDetails.
type Registrations struct {
	Users      int // synchronised from AD
	Enabled    int // isSsprEnabled: the policy allows them to reset
	Registered int // isSsprRegistered: they have the methods
	Capable    int // isSsprCapable: both
}

// Role is a directory role of the signed-in user.
type Role struct {
	TemplateID string
	Name       string
}

// MaySetPolicy says that one of the roles may change the page Password reset >
// On-premises integration, by what the tutorials name. Reports from the field have
// one or the other refused all the same: the page itself has the last word.
func MaySetPolicy(roles []Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool {
		return slices.ContainsFunc(policyRoles, func(p Role) bool { return strings.EqualFold(r.TemplateID, p.TemplateID) })
	})
}

// policyRoles are the roles for the page: in the tutorials of SSPR and of Cloud
// Sync, in the newer ones of writeback, and the one that may do everything.
var policyRoles = []Role{
	{"0526716b-113d-4c15-b2c8-68e3c22b9f80", "Authentication Policy Administrator"},
	{"8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2", "Hybrid Identity Administrator"},
	{"62e90394-69f5-4237-9190-012177145e10", "Global Administrator"},
}

// PolicyRoles names the roles that may set the page, for a sentence.
func PolicyRoles() string {
	return policyRoles[0].Name + ", " + policyRoles[1].Name + " or " + policyRoles[2].Name
}

// Audit is one entry of the directory audit log.
type Audit struct {
	At       time.Time
	Activity string // activityDisplayName
	Success  bool   // result
	Reason   string // resultReason
	By       string // who or what initiated it
	Agent    string // additionalDetails OnPremisesAgent: "None", "Microsoft Entra Connect", "CloudSync"; "" where not said
}

// The activities of the audit log that matter here.
const (
	AuditEnable     = "Enable password writeback for directory"
	AuditDisable    = "Disable password writeback for directory"
	AuditSelfReset  = "Reset password (self-service)"
	AuditAdminReset = "Reset password (by admin)"
	AuditUnlock     = "Unlock user account (self-service)"
)

// OnPremises says that the entry was carried out by a sync product's agent: a
// password, or an unlock, really was written back.
func (a Audit) OnPremises() bool {
	return a.Success && a.Agent != "" && !strings.EqualFold(a.Agent, "None")
}
