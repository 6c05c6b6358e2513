package session

import (
	"context"
	"time"

	"writeback/adperms/directory"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/steps/checks"
)

// explainInTenantAlone tells of one user what the tenant knows, where no domain takes part:
// the half of the answer that is Active Directory's is not known then.
func (s *Session) explainInTenantAlone(ctx context.Context, name string) (steps.Explanation, error) {
	if s.Tenant == nil {
		return steps.Explanation{}, settings.Usagef("explain asks the domain, the tenant, or both: name the domain with --domain, or sign in to the tenant with --auth")
	}
	sid, upn := "", ""
	switch form, _ := directory.FormOf(name); form {
	case directory.SIDName:
		sid = name
	case directory.UPNName:
		upn = name
	default:
		return steps.Explanation{}, settings.Usagef("without a domain the user is looked for in the tenant alone: give the UPN or the SID, or name the domain with --domain")
	}
	p, err := s.Tenant.client.Person(ctx, sid, upn)
	if err != nil {
		return steps.Explanation{}, told(err)
	}
	x := checks.OfTenant(name)
	x.InTenant(p, time.Now())
	if err := s.explainSide(ctx, x); err != nil {
		return steps.Explanation{}, err
	}
	return x.Answer(), nil
}
