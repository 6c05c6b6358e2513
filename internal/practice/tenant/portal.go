package tenant

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"time"

	"writeback/cloudconfig"
)

// The portal's service is not documented. What is refused here for want of a sighting, and may be taken there: clients other than Azure CLI and
// Azure PowerShell, bodies with other names than the two that were seen sent, and reading by others than the three roles.

const (
	portalPath     = "/api/PasswordReset/OnPremisesPasswordResetPolicies"
	enablementPath = "/api/PasswordReset/PasswordResetPolicies" // reading alone is here
)

var (
	portalClients = []string{AzureCLI, AzurePowerShell}
	portalReaders = []cloudconfig.Role{GlobalAdministrator, AuthPolicyAdministrator, GlobalReader}
	portalWriters = []cloudconfig.Role{GlobalAdministrator, AuthPolicyAdministrator}
	anyGUID       = regexp.MustCompile(`^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$`)
)

// portal answers a request to the portal's service.
func (t *Tenant) portal(c *call) answer {
	properties := c.URL.Path == enablementPath
	if c.URL.Path != portalPath && !properties || c.options.Broken == Gone {
		return c.problem(http.StatusNotFound, "NotFound", "No HTTP resource was found that matches the request URI.")
	}
	if c.Method != http.MethodGet && (c.Method != http.MethodPut || properties) {
		return c.wrongVerb("GET, PUT")
	}
	if a := t.authenticate(c, forPortal); a != nil {
		return *a
	}
	if c.claims.application() || !slices.Contains(portalClients, c.claims.Client) {
		return *t.unauthorized(c, "The client is not allowed to call this service.", "")
	}
	if !anyGUID.MatchString(c.Header.Get("x-ms-client-request-id")) {
		return c.bad("BadRequest", "The header x-ms-client-request-id is missing or is not a GUID.")
	}
	if c.URL.RawQuery != "" {
		return c.bad("BadRequest", "The query is not known.")
	}
	roles, do := portalReaders, t.readPolicy
	if c.Method == http.MethodPut {
		roles, do = portalWriters, t.writePolicy
	}
	if !c.claims.directoryRole(roles) {
		return c.problem(http.StatusForbidden, "Forbidden", "The signed-in user has no role that allows this.")
	}
	if properties {
		return c.properties()
	}
	return do(c)
}

// properties are those of Password reset > Properties, as far as a sample of them is
// known.
func (c *call) properties() answer {
	kind, groups := 2, []string{}
	switch c.options.Enablement {
	case cloudconfig.ForNobody:
		kind = 0
	case cloudconfig.ForGroup:
		kind, groups = 1, []string{guid("group", "sspr")}
	}
	return document(http.StatusOK, object{"objectId": "default", "enablementType": kind, "numberOfAuthenticationMethodsRequired": 1,
		"passwordResetEnabledGroupIds": groups, "registrationRequiredOnSignIn": true})
}

func (t *Tenant) readPolicy(c *call) answer {
	t.mu.Lock()
	p := t.policy.read(c.now, c.options.PolicyDelay, c.options.PolicyReads)
	t.mu.Unlock()
	return document(http.StatusOK, shape(policyDocument(p), c.options.Broken))
}

func policyDocument(p cloudconfig.Policy) object {
	var id any
	if p.ObjectID != "" {
		id = p.ObjectID
	}
	return object{
		"objectId": id, "passwordWritebackSupported": p.PasswordWritebackSupported, "accountUnlockSupported": p.AccountUnlockSupported,
		"accountUnlockEnabled": p.AccountUnlockEnabled, "enablementForTenant": p.EnablementForTenant,
		"cloudProvisioningEnablementForTenant": p.CloudProvisioningEnabled,
	}
}

func shape(doc object, s PortalShape) any {
	switch s {
	case Missing:
		delete(doc, "enablementForTenant")
	case Renamed:
		doc["isAccountUnlockEnabled"] = doc["accountUnlockEnabled"]
		delete(doc, "accountUnlockEnabled")
	case Retyped:
		for name, v := range doc {
			if on, is := v.(bool); is {
				doc[name] = map[bool]string{true: "true", false: "false"}[on]
			}
		}
	case Enriched:
		doc["passwordWritebackAgents"] = []object{{"id": guid("agent", "1"), "active": true}}
	case Listed:
		return []object{doc}
	}
	return doc
}

// The names that were seen sent. passwordWriteBackSupported has a capital B there, and none in the answers.
const (
	sentWriteback = "passwordWriteBackSupported"
	sentUnlock    = "accountUnlockEnabled"
)

// writePolicy takes a partial body. With the two settings in one body, that of unlocking is not picked up: so it was seen.
func (t *Tenant) writePolicy(c *call) answer {
	fields, err := readObject(c.body, "")
	if err != nil || len(fields) == 0 {
		return c.bad("BadRequest", "The request body is not a JSON object with a setting.")
	}
	values := map[string]bool{}
	for name, raw := range fields {
		var on *bool
		if name != sentWriteback && name != sentUnlock || json.Unmarshal(raw, &on) != nil || on == nil {
			return c.bad("BadRequest", "The setting "+name+" is not known, or is not a Boolean.")
		}
		values[name] = *on
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.policy.is
	if on, ok := values[sentWriteback]; ok {
		if c.options.Switch != SetsEnablement {
			p.PasswordWritebackSupported = on
		}
		if c.options.Switch != SetsSupported {
			p.EnablementForTenant = on
		}
	} else {
		p.AccountUnlockEnabled = values[sentUnlock]
	}
	t.policy.change(p, c.now)
	return answer{status: http.StatusOK}
}

// delayedPolicy is a setting that is shown later than it is made.
type delayedPolicy struct {
	is, shown cloudconfig.Policy
	at        time.Time // of the last change
	reads     int       // since then
	open      bool      // what is differs from what is shown
}

func newDelayedPolicy(p cloudconfig.Policy) delayedPolicy { return delayedPolicy{is: p, shown: p} }

func (s *delayedPolicy) change(p cloudconfig.Policy, at time.Time) {
	s.is, s.at, s.reads, s.open = p, at, 0, true
}

// read gives what is shown now: what is, once delay has passed and reads were made since the last change.
func (s *delayedPolicy) read(now time.Time, delay time.Duration, reads int) cloudconfig.Policy {
	if s.open && !now.Before(s.at.Add(delay)) && s.reads >= reads {
		s.shown, s.open = s.is, false
	}
	s.reads++
	return s.shown
}
