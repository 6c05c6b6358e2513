package tenant

import (
	"encoding/binary"
	"fmt"
	"time"

	"writeback/cloudconfig"
)

// Population are the users of a tenant. They are made up on the way, from their number: a tenant of 200,000 holds none of them in memory.
type Population struct {
	Users int
	// Of a hundred users, how many are synchronised from AD, are allowed to reset by the policy, and have registered methods. The three are
	// independent of each other. Who is allowed and registered is capable.
	Synced, Enabled, Registered int
}

// The things that a user may be, each with its share.
const (
	synced = iota
	enabled
	registered
)

// Registrations is what a right count of the synchronised users comes to.
func (p Population) Registrations() (r cloudconfig.Registrations) {
	for i := range p.Users {
		if !p.is(i, synced) {
			continue
		}
		r.Users++
		if p.is(i, enabled) {
			r.Enabled++
		}
		if p.is(i, registered) {
			r.Registered++
		}
		if p.is(i, enabled) && p.is(i, registered) {
			r.Capable++
		}
	}
	return r
}

// is says that user i is in the share.
func (p Population) is(i, what int) bool {
	share := [...]int{synced: p.Synced, enabled: p.Enabled, registered: p.Registered}[what]
	return int(mix(uint64(i)*3+uint64(what))%100) < share
}

// userID is the object id of user i. Ids look random: those of neighbours have nothing in common.
func userID(i int) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], mix(uint64(i)))
	binary.BigEndian.PutUint64(b[8:], mix(uint64(i)+1<<40))
	return guidOf(b)
}

// mix is the finalizer of SplitMix64, a bijection: no two users share an id.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (o Options) upn(i int) string { return fmt.Sprintf("user%06d@%s", i, o.Domains[0]) }

// user is a property of user i, as /users has it.
func (o Options) user(i int, name string) any {
	if p, is := o.person(i); is {
		return p.property(o, name)
	}
	isSynced := o.People.is(i, synced)
	switch name {
	case "id":
		return userID(i)
	case "userPrincipalName", "mail":
		return o.upn(i)
	case "displayName":
		return fmt.Sprintf("User %06d", i)
	case "businessPhones":
		return []string{}
	case "accountEnabled":
		return true
	case "userType":
		return "Member"
	case "assignedPlans":
		return o.assignedPlans()
	}
	if !isSynced {
		return nil // what comes from AD is null in a cloud user, onPremisesSyncEnabled too
	}
	switch name {
	case "onPremisesSyncEnabled":
		return true
	case "onPremisesLastSyncDateTime":
		return o.lastSync()
	case "onPremisesDomainName":
		return o.Domains[0]
	case "onPremisesSamAccountName":
		return fmt.Sprintf("user%06d", i)
	case "onPremisesSecurityIdentifier":
		return fmt.Sprintf("S-1-5-21-1004336348-1177238915-682003330-%d", 1100+i)
	case "onPremisesImmutableId":
		return fmt.Sprintf("%022x==", i)
	}
	return nil
}

// registration is a property of user i, as the report has it. The report is in the order of the users backwards: it need not be in theirs.
func (o Options) registration(i int, name string) any {
	if p, is := o.person(i); is {
		return p.registration(o, name)
	}
	methods := []string{}
	isRegistered := o.People.is(i, registered)
	if isRegistered {
		methods = []string{"mobilePhone", "microsoftAuthenticatorPush"}
	}
	switch name {
	case "id":
		return userID(i)
	case "isAdmin":
		return false
	case "isMfaCapable", "isMfaRegistered", "isSsprRegistered":
		return isRegistered
	case "isSsprEnabled":
		return o.People.is(i, enabled)
	case "isSsprCapable":
		return isRegistered && o.People.is(i, enabled)
	case "methodsRegistered":
		return methods
	case "userDisplayName":
		return fmt.Sprintf("User %06d", i)
	case "userPrincipalName":
		return o.upn(i)
	}
	return o.registered(name)
}

// registered is a property that is the same in all entries of the report.
func (o Options) registered(name string) any {
	switch name {
	case "isPasswordlessCapable", "isSystemPreferredAuthenticationMethodEnabled":
		return false
	case "lastUpdatedDateTime":
		return stamp(o.Clock().Truncate(24 * time.Hour))
	case "systemPreferredAuthenticationMethods":
		return []string{}
	case "userPreferredMethodForSecondaryAuthentication":
		return "none"
	case "userType":
		return "member"
	}
	return nil
}

func (t *Tenant) users(c *call, _ string) answer {
	return c.people(userEntity, "users", []string{"$select", "$filter", "$top", "$count", "$skiptoken"}, c.options.user, func(i int) int { return i })
}

func (t *Tenant) registrations(c *call, _ string) answer {
	if refusal := c.unlicensedReport(); refusal != nil {
		return *refusal
	}
	last := c.options.persons() - 1
	return c.people(registrationEntity, "reports/authenticationMethods/userRegistrationDetails",
		[]string{"$select", "$filter", "$top", "$skiptoken"}, c.options.registration, func(i int) int { return last - i })
}

// unlicensedReport is the refusal of a tenant without P1 or P2, where it was asked for; nil: none.
func (c *call) unlicensedReport() *answer {
	if !c.options.LicensedReports || c.options.licensed() {
		return nil
	}
	out := c.problem(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license")
	return &out
}

// people pages through the population: place says which user is at a place.
func (c *call) people(e *entity, path string, allowed []string, value func(i int, name string) any, user func(place int) int) answer {
	o, err := c.queryOptions(e, allowed)
	if err != nil {
		return c.bad("BadRequest", err.Error())
	}
	at := func(place int) row {
		i := user(place)
		return func(name string) any { return value(i, name) }
	}
	rows := func(yield func(int, row) bool) {
		for place := o.from; place < c.options.persons(); place++ {
			if p, is := c.options.person(user(place)); is && p.Unreported && e == registrationEntity {
				continue
			}
			if !yield(place, at(place)) {
				return
			}
		}
	}
	return c.page(o, path, rows, func() (n int) {
		for place := range c.options.persons() {
			if o.takes(at(place)) {
				n++
			}
		}
		return n
	})
}
