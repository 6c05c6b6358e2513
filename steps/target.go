package steps

import "strings"

// Target is what a plan, and a run, is about.
type Target struct {
	Forest string `json:"forest"` // DNS name of the forest root
	Domain string `json:"domain"` // DNS name of the domain
	DC     string `json:"dc"`     // the one DC that is read and written
	Tenant string `json:"tenant"` // "" when no tenant is involved
}

// Same tells whether t and u are the same place. The DC is not part of it: a
// run can be continued on another DC of its domain.
func (t Target) Same(u Target) bool {
	return strings.EqualFold(t.Forest, u.Forest) && strings.EqualFold(t.Domain, u.Domain) && strings.EqualFold(t.Tenant, u.Tenant)
}

// String names the place, for errors.
func (t Target) String() string {
	parts := []string{}
	for _, p := range []struct{ what, name string }{{"domain", t.Domain}, {"forest", t.Forest}, {"tenant", t.Tenant}} {
		if p.name != "" {
			parts = append(parts, p.what+" "+p.name)
		}
	}
	if len(parts) == 0 {
		return "no domain and no tenant"
	}
	return strings.Join(parts, ", ")
}

// Name is the domain, or where the run is about none, the tenant, if one is signed in to.
func (t Target) Name() string {
	switch {
	case t.Domain != "":
		return t.Domain
	case t.Tenant != "":
		return "tenant " + t.Tenant
	}
	return "the cloud side"
}
