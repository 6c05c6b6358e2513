package steps

import (
	"cmp"
	"strings"
)

// Target is what a plan, and a run, is about.
type Target struct {
	Forest string `json:"forest"` // DNS name of the forest root
	Domain string `json:"domain"` // DNS name of the domain
	DC     string `json:"dc"`     // the one DC that is read and written
	Tenant string `json:"tenant"` // "" when no tenant is involved
}

// Same tells whether t and u are the same place: what both know of it is equal, and they
// know something of it in common, or both of them nothing. So a tenant that somebody signs
// in to later makes no other place of a domain. The DC is not part of it: a run can be
// continued on another DC of its domain.
func (t Target) Same(u Target) bool {
	equal, common := t.compare(u)
	return equal && (common || t.nothing() && u.nothing())
}

// compare says whether all that both know is equal, and whether that is anything.
func (t Target) compare(u Target) (equal, common bool) {
	for _, p := range [][2]string{{t.Forest, u.Forest}, {t.Domain, u.Domain}, {t.Tenant, u.Tenant}} {
		switch {
		case p[0] == "" || p[1] == "":
		case !strings.EqualFold(p[0], p[1]):
			return false, false
		default:
			common = true
		}
	}
	return true, common
}

func (t Target) nothing() bool { return t.Forest+t.Domain+t.Tenant == "" }

// With is t on the DC of u, with what only u knows.
func (t Target) With(u Target) Target {
	return Target{Forest: cmp.Or(t.Forest, u.Forest), Domain: cmp.Or(t.Domain, u.Domain), DC: cmp.Or(u.DC, t.DC), Tenant: cmp.Or(t.Tenant, u.Tenant)}
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
