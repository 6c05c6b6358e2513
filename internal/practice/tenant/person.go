package tenant

import (
	"strings"

	"writeback/cloudconfig"
)

// Person is a user of the tenant of whom more is said than of those of a Population. The zero value, but for a UPN, is a user made in the cloud, who
// may sign in, has each plan of the tenant's subscriptions, may not reset a password and has no methods for it.
type Person struct {
	UPN, Name  string
	SID        string // onPremisesSecurityIdentifier; "": made in the cloud
	Domain     string // onPremisesDomainName of one who is synchronised; "": the tenant's first domain
	Guest      bool   // userType is Guest
	Moved      bool   // its source of authority is the cloud: onPremisesSyncEnabled is null, and the SID is there
	Left       bool   // was synchronised once: onPremisesSyncEnabled is false
	Disabled   bool   // accountEnabled is false
	Plans      []Plan // assignedPlans, with a capabilityStatus for Status ("": Enabled); nil: those of the subscriptions; empty: none
	Enabled    bool   // isSsprEnabled
	Registered bool   // isSsprRegistered
	Unreported bool   // is not in the registration report
	Roles      []cloudconfig.Role
	Veiled     bool // only names are shown of the user; all else is null
}

// ID is the object id of the person: made from UPN and SID, so that it is the same each time.
func (p Person) ID() string { return guid("person", strings.ToLower(p.UPN)+" "+p.SID) }

// persons is how many users there are: those of the population, and the persons after them.
func (o Options) persons() int { return o.People.Users + len(o.Persons) }

// person is user i, where that is a person.
func (o Options) person(i int) (Person, bool) {
	if i < o.People.Users {
		return Person{}, false
	}
	return o.Persons[i-o.People.Users], true
}

// personByID finds any user by the object id.
func (o Options) personByID(id string) (i int, found bool) {
	for i := range o.persons() {
		if strings.EqualFold(o.user(i, "id").(string), id) {
			return i, true
		}
	}
	return 0, false
}

// property is one of a person, as /users has it.
func (p Person) property(o Options, name string) any {
	switch name {
	case "id":
		return p.ID()
	case "userPrincipalName", "mail":
		return p.UPN
	case "displayName":
		return p.Name
	case "businessPhones":
		return []string{}
	}
	if p.Veiled {
		if name == "assignedPlans" {
			return []object{}
		}
		return nil
	}
	switch name {
	case "accountEnabled":
		return !p.Disabled
	case "userType":
		if p.Guest {
			return "Guest"
		}
		return "Member"
	case "assignedPlans":
		return p.plans(o)
	}
	return p.synced(o, name)
}

// synced is a property that comes from AD: null in a user made in the cloud.
func (p Person) synced(o Options, name string) any {
	if p.SID == "" {
		return nil
	}
	switch name {
	case "onPremisesSyncEnabled":
		if p.Moved {
			return nil
		}
		return !p.Left
	case "onPremisesSecurityIdentifier":
		return p.SID
	case "onPremisesLastSyncDateTime":
		return o.lastSync()
	case "onPremisesSamAccountName":
		account, _, _ := strings.Cut(p.UPN, "@")
		return account
	case "onPremisesDomainName":
		if p.Domain != "" {
			return p.Domain
		}
		return o.Domains[0]
	}
	return nil
}

func (p Person) plans(o Options) []object {
	if p.Plans == nil {
		return o.assignedPlans()
	}
	out := []object{}
	for _, plan := range p.Plans {
		set(&plan.Status, "Enabled")
		out = append(out, object{"assignedDateTime": "2024-01-02T03:04:05Z", "capabilityStatus": plan.Status, "service": "AADPremiumService", "servicePlanId": plan.ID})
	}
	return out
}

// registration is a property of a person, as the report has it.
func (p Person) registration(o Options, name string) any {
	switch name {
	case "id":
		return p.ID()
	case "userDisplayName":
		return p.Name
	case "userPrincipalName":
		return p.UPN
	case "isAdmin":
		return len(p.Roles) > 0
	case "isMfaCapable", "isMfaRegistered", "isSsprRegistered":
		return p.Registered
	case "isSsprEnabled":
		return p.Enabled
	case "isSsprCapable":
		return p.Enabled && p.Registered
	case "methodsRegistered":
		if p.Registered {
			return []string{"mobilePhone", "microsoftAuthenticatorPush"}
		}
		return []string{}
	}
	return o.registered(name)
}

// registration is one user's entry in the report. Its page says that it hears no query option.
func (t *Tenant) registration(c *call, id string) answer {
	if refusal := c.unlicensedReport(); refusal != nil {
		return *refusal
	}
	i, found := c.options.personByID(id)
	if p, is := c.options.person(i); !found || is && p.Unreported {
		return c.notFound(id)
	}
	o, err := c.queryOptions(registrationEntity, nil)
	if err != nil {
		return c.bad("BadRequest", err.Error())
	}
	return c.single(o, "reports/authenticationMethods/userRegistrationDetails", func(name string) any { return c.options.registration(i, name) })
}

// syncBehavior is where a user's source of authority is. Its page says that it hears no query option.
func (t *Tenant) syncBehavior(c *call, id string) answer {
	i, found := c.options.personByID(id)
	if !found {
		return c.notFound(id)
	}
	o, err := c.queryOptions(behaviorEntity, nil)
	if err != nil {
		return c.bad("BadRequest", err.Error())
	}
	p, _ := c.options.person(i)
	return c.single(o, "users('"+id+"')/onPremisesSyncBehavior/$entity", func(name string) any {
		if name == "id" {
			return id
		}
		return p.Moved
	})
}

// userRoles are the directory roles of a user, by a cast, which its page offers with the header ConsistencyLevel and $count alone. Without a permission
// that reads roles they are bare: see myRoles.
func (t *Tenant) userRoles(c *call, id string) answer {
	q, err := c.query()
	if err != nil || q.Get("$count") != "true" || c.Header.Get("ConsistencyLevel") != "eventual" {
		return c.bad("Request_UnsupportedQuery", "An OData cast takes $count=true and the header ConsistencyLevel: eventual.")
	}
	i, found := c.options.personByID(id)
	if !found {
		return c.notFound(id)
	}
	p, _ := c.options.person(i)
	full := c.claims.scope(readRoles) || c.claims.appRole(readRoles)
	all := []object{}
	for _, r := range p.Roles {
		all = append(all, c.options.roleDocument(r, full))
	}
	return c.collection(roleEntity, "directoryRoles", []string{"$select", "$top", "$count", "$skiptoken"}, all)
}

// AddAuditOf is AddAudit for what was done to the user with the UPN. By and target of an entry are the user where a.By is empty.
func (t *Tenant) AddAuditOf(upn string, a cloudconfig.Audit) {
	o := t.opts()
	target := ""
	for i := range o.persons() {
		if strings.EqualFold(o.user(i, "userPrincipalName").(string), upn) {
			target = o.user(i, "id").(string)
		}
	}
	set(&a.By, upn)
	t.addAudit(a, target, upn)
}
