package tenant

import (
	"net/http"
	"slices"
	"strings"
)

// verb is what an address does for one verb.
type verb struct {
	access access
	do     func(t *Tenant, c *call, id string) answer
}

// place is an address of Graph below /v1.0. An asterisk is an id.
type place struct {
	path  string
	verbs map[string]verb
}

// places are all that the tenant has: what is not here is answered as an unknown segment is.
var places = []place{
	{"organization", get(readOrganization, (*Tenant).organizations)},
	{"organization/*", get(readOrganization, (*Tenant).organization)},
	{"directory/onPremisesSynchronization", get(readSync, (*Tenant).synchronizations)},
	{"directory/onPremisesSynchronization/*", map[string]verb{
		http.MethodGet:   {readSync, (*Tenant).synchronization},
		http.MethodPatch: {writeSync, (*Tenant).patchSynchronization},
	}},
	{"subscribedSkus", get(readSKUs, (*Tenant).subscribedSKUs)},
	{"reports/authenticationMethods/userRegistrationDetails", get(readLogs, (*Tenant).registrations)},
	{"reports/authenticationMethods/userRegistrationDetails/*", get(readLogs, (*Tenant).registration)},
	{"users", get(readUsers, (*Tenant).users)},
	{"users/*/transitiveMemberOf/microsoft.graph.directoryRole", get(readUsers, (*Tenant).userRoles)},
	{"users/*/onPremisesSyncBehavior", get(readBehavior, (*Tenant).syncBehavior)},
	{"auditLogs/directoryAudits", get(readLogs, (*Tenant).directoryAudits)},
	{"policies/authorizationPolicy", get(readPolicy, (*Tenant).authorizationPolicy)},
	{"me", get(readMe, (*Tenant).me)},
	{"me/transitiveMemberOf/microsoft.graph.directoryRole", get(readMe, (*Tenant).myRoles)},
}

func get(a access, do func(*Tenant, *call, string) answer) map[string]verb {
	return map[string]verb{http.MethodGet: {a, do}}
}

// graph answers a request to Graph.
func (t *Tenant) graph(c *call) answer {
	version, path, _ := strings.Cut(strings.TrimPrefix(c.URL.Path, "/"), "/")
	if version != "v1.0" {
		return c.bad("BadRequest", "Invalid version: "+version)
	}
	if a := t.authenticate(c, forGraph); a != nil {
		return *a
	}
	for _, p := range places {
		id, ok := p.match(path)
		if !ok {
			continue
		}
		v, ok := p.verbs[c.Method]
		if !ok {
			return c.wrongVerb(p.allow())
		}
		if c.claims.application() && strings.HasPrefix(p.path, "me") {
			return c.bad("BadRequest", "/me request is only valid with delegated authentication flow.")
		}
		if a := c.authorize(v.access); a != nil {
			return *a
		}
		return v.do(t, c, id)
	}
	return c.bad("BadRequest", "Resource not found for the segment '"+path+"'.")
}

// match compares a path with the place's, and gives the id in it.
func (p place) match(path string) (id string, ok bool) {
	want, have := strings.Split(p.path, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return "", false
	}
	for i := range want {
		switch {
		case want[i] == "*" && have[i] != "":
			id = have[i]
		case want[i] != have[i]:
			return "", false
		}
	}
	return id, true
}

func (p place) allow() string {
	var out []string
	for m := range p.verbs {
		out = append(out, m)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// collection answers with a few entities that are all there at once.
func (c *call) collection(e *entity, path string, allowed []string, all []map[string]any) answer {
	o, err := c.queryOptions(e, allowed)
	if err != nil {
		return c.bad("BadRequest", err.Error())
	}
	rows := func(yield func(int, row) bool) {
		for i := o.from; i < len(all); i++ {
			if !yield(i, func(name string) any { return all[i][name] }) {
				return
			}
		}
	}
	return c.page(o, path, rows, func() int { return len(all) })
}

// entity answers with one.
func (c *call) entity(e *entity, path string, doc map[string]any) answer {
	o, err := c.queryOptions(e, one)
	if err != nil {
		return c.bad("BadRequest", err.Error())
	}
	return c.single(o, path, func(name string) any { return doc[name] })
}

func (c *call) notFound(id string) answer {
	return c.problem(http.StatusNotFound, "Request_ResourceNotFound",
		"Resource '"+id+"' does not exist or one of its queried reference-property objects are not present.")
}
