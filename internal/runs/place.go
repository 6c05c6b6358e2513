package runs

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"writeback/adperms/secdesc"
	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/steps"
)

// PlaceOf is the place of a plan file, and its change: a person's word needs no connection.
func PlaceOf(in *settings.Settings, p steps.Plan, file string) (steps.Target, string, error) {
	if p.ChangeID == "" {
		return steps.Target{}, "", settings.Usagef("plan file %s belongs to no change: save it anew with writeback plan --out FILE", shell.Name(file))
	}
	t := p.Target
	t.DC = "" // nobody was asked there
	tenant, err := tenantByID(in)
	if err != nil {
		return t, "", err
	}
	here := steps.Target{Domain: in.Domain(), Tenant: tenant}
	if here.Domain != "" && !strings.EqualFold(here.Domain, t.Domain) || here.Tenant != "" && t.Tenant != "" && !strings.EqualFold(here.Tenant, t.Tenant) {
		return t, "", settings.Usagef("plan file %s is for %s, and the flags name another place", shell.Name(file), shell.Name(t.String()))
	}
	return t.With(here), p.ChangeID, nil
}

// tenantByID is the tenant that the settings name, by its ID; "": none.
func tenantByID(in *settings.Settings) (string, error) {
	tenant := settings.Tenant.Of(in)
	if _, err := secdesc.ParseGUID(tenant); tenant != "" && err != nil {
		return "", settings.Usagef("--tenant %s: give the tenant's ID here, a GUID: nobody is asked which tenant has that name", shell.Name(tenant))
	}
	return strings.ToLower(tenant), nil
}

// Place is the domain that is named, or the tenant, or that of the latest run. Where no
// domain is named, it is the given one; "" is for none.
func Place(in *settings.Settings, store *steps.Store, domain string) (steps.Target, error) {
	domain = cmp.Or(in.Domain(), domain)
	tenant, err := tenantByID(in)
	if err != nil {
		return steps.Target{}, err
	}
	if domain == "" && tenant == "" {
		if err := onePlace(store); err != nil {
			return steps.Target{}, err
		}
	}
	run, err := store.History().Latest(func(r steps.Run) bool {
		return (domain == "" || strings.EqualFold(r.Target.Domain, domain)) && (tenant == "" || strings.EqualFold(r.Target.Tenant, tenant))
	})
	switch {
	case err == nil && run.Target.Domain+run.Target.Tenant != "":
		return run.Target, nil
	case err == nil:
		return steps.Target{}, settings.Usagef("run %s names neither a domain nor a tenant: name the tenant with --tenant ID, or the domain with --domain", run.ID)
	case !errors.Is(err, steps.ErrNoRun):
		return steps.Target{}, err
	case domain == "" && tenant == "":
		return steps.Target{}, settings.Usagef("where was it done? name the domain with --domain, or the tenant with --tenant ID")
	}
	return steps.Target{Domain: strings.ToLower(domain), Tenant: strings.ToLower(tenant)}, nil
}

// onePlace refuses to guess which of several domains or tenants is meant.
func onePlace(store *steps.Store) error {
	places, err := store.History().Places()
	var names []string
	for _, r := range places {
		if name := r.Target.Name(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > 1 {
		return settings.Usagef("several domains or tenants have runs here: name one with --domain, or with --tenant ID: %s", strings.Join(names, ", "))
	}
	return err
}
