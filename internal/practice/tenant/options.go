package tenant

import (
	"net/http"
	"slices"
	"time"

	"writeback/cloudconfig"
)

// Options say what a tenant is and how it misbehaves. The zero value is a tenant with Microsoft Entra ID P2, synchronised ten minutes ago,
// with writeback off, a Global Administrator, and no misbehaviour.
type Options struct {
	Clock func() time.Time // nil: time.Now
	// Changed is called after each change and before it is answered; an error is what the client is
	// told in place of success. nil: nobody.
	Changed func() error
	Skew    time.Duration // how far the Date header is ahead of Clock

	ID      string   // a GUID; "": DefaultID
	Name    string   // "": Contoso
	Domains []string // verified domains, the default one first; nil: contoso.com, contoso.onmicrosoft.com
	Sync    Sync
	// LastSync is onPremisesLastSyncDateTime; zero: ten minutes before now, always.
	LastSync  time.Time
	SKUs      []SKU // nil: one bundle with P2; empty: none
	GraphFlag bool  // passwordWritebackEnabled at the start
	AdminSSPR *bool // allowedToUseSSPR; nil: true
	// Policy is the portal's settings at the start; nil: everything off that can be switched.
	Policy *cloudconfig.Policy
	// Enablement is whom the page Password reset > Properties lets reset; "": everybody.
	Enablement cloudconfig.Enablement

	People  Population
	Persons []Person // further users, after those of People
	// State is what a tenant before this one left, in place of GraphFlag and Policy; nil: none.
	State *State

	Identities []Identity // nil: DefaultIdentities
	Apps       []App      // nil: DefaultApps
	// SignIn is the UPN of who signs in to a browser or device code; "": the first identity. The word "nobody" never does, "declines" refuses.
	SignIn string
	locked bool // see Tenant.Lock

	TokenLifetime time.Duration // zero: an hour
	PageSize      int           // the largest page that Graph gives, whatever $top asks for; 0: as the service has it
	AuditDelay    time.Duration // from an activity to its entry being found
	PolicyDelay   time.Duration // from a PUT to its being shown by a GET
	PolicyReads   int           // how many GETs do not show a PUT yet, besides PolicyDelay
	// Switch is what the portal's writeback switch really sets: not documented, and read in two ways by others.
	Switch PortalSwitch
	// LicensedReports refuses registration reports in a tenant without P1 or P2. Whether the service does is not known.
	LicensedReports bool

	Throttle Throttle
	Cut      int     // every how-many-th answer of Graph and the portal breaks off in the middle; 0: none
	Proxy    Service // the service that answers each request with a proxy's login page: HTML with status 200; "": none
	Broken   PortalShape
	// Before may answer a request instead of the tenant, by writing to w and returning true. It may be called from several goroutines. nil: never.
	Before func(service Service, w http.ResponseWriter, r *http.Request) bool
}

// Sync is onPremisesSyncEnabled.
type Sync int

// What a tenant says of its synchronisation.
const (
	SyncOn    Sync = iota // true
	SyncOff               // false: it was once
	SyncNever             // null
)

// SKU is a subscription.
type SKU struct {
	PartNumber string
	ID         string // skuId
	Status     string // capabilityStatus; "": Enabled
	Units      int    // prepaid; 0: as many as there are users
	Plans      []Plan
}

// Plan is a service plan of a subscription.
type Plan struct {
	ID     string // servicePlanId
	Name   string // servicePlanName
	Status string // provisioningStatus; "": Success
}

// Throttle refuses requests to Graph and the portal.
type Throttle struct {
	Every  int           // every how-many-th request is refused; 1: all; 0: none
	Status int           // 429 or 503; 0: 429
	After  time.Duration // Retry-After, in whole seconds
	Date   bool          // Retry-After is a date
	Silent bool          // there is no Retry-After
}

// PortalSwitch is which fields of the portal's answer a PUT of passwordWriteBackSupported changes.
type PortalSwitch int

// The readings.
const (
	SetsBoth       PortalSwitch = iota // passwordWritebackSupported and enablementForTenant
	SetsSupported                      // passwordWritebackSupported alone
	SetsEnablement                     // enablementForTenant alone
)

// PortalShape is a way in which the portal's answer is not what it was.
type PortalShape int

// The shapes.
const (
	AsSeen   PortalShape = iota // as it was seen
	Gone                        // 404 for all verbs
	Missing                     // enablementForTenant is not there
	Renamed                     // accountUnlockEnabled is called isAccountUnlockEnabled
	Retyped                     // the booleans are strings
	Enriched                    // there is a field more
	Listed                      // the object is inside an array
)

// DefaultID is the id of a tenant that was given none.
const DefaultID = "7a4c2f0e-93b1-4d5c-8e6f-0b1d2c3a4e5f"

// E5 is a subscription that includes Microsoft Entra ID P1 and P2.
func E5() SKU {
	return SKU{PartNumber: "ENTERPRISEPREMIUM", ID: "c7df2760-2c81-4ef7-b578-5b5392b571df", Plans: []Plan{
		{ID: "efb87545-963c-4e0d-99df-69c6916d9eb0", Name: "EXCHANGE_S_ENTERPRISE"},
		{ID: cloudconfig.PlanP1, Name: "AAD_PREMIUM"},
		{ID: cloudconfig.PlanP2, Name: "AAD_PREMIUM_P2"},
	}}
}

// complete fills in what was left out.
func (o Options) complete() Options {
	set(&o.ID, DefaultID)
	set(&o.Name, "Contoso")
	set(&o.TokenLifetime, time.Hour)
	set(&o.Throttle.Status, http.StatusTooManyRequests)
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Domains == nil {
		o.Domains = []string{"contoso.com", "contoso.onmicrosoft.com"}
	}
	if o.SKUs == nil {
		o.SKUs = []SKU{E5()}
	}
	if o.AdminSSPR == nil {
		yes := true
		o.AdminSSPR = &yes
	}
	if o.Policy == nil {
		o.Policy = &cloudconfig.Policy{AccountUnlockSupported: true}
	}
	if o.People == (Population{}) {
		o.People = Population{Users: 120, Synced: 80, Enabled: 60, Registered: 50}
	}
	if o.Identities == nil {
		o.Identities = DefaultIdentities(o.Domains[0])
	}
	if o.Apps == nil {
		o.Apps = DefaultApps()
	}
	return o
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (o Options) clone() Options {
	o.Domains = slices.Clone(o.Domains)
	o.SKUs = slices.Clone(o.SKUs)
	o.Identities = slices.Clone(o.Identities)
	o.Apps = slices.Clone(o.Apps)
	o.Persons = slices.Clone(o.Persons)
	return o
}

// lastSync is onPremisesLastSyncDateTime; nil: never.
func (o Options) lastSync() any {
	switch {
	case o.Sync == SyncNever:
		return nil
	case o.LastSync.IsZero():
		return stamp(o.Clock().Add(-10 * time.Minute))
	}
	return stamp(o.LastSync)
}

// stamp writes a time as Graph writes it.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }
