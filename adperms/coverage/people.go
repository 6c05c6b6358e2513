package coverage

import "strings"

// A domain has users whose passwords nobody resets by self-service. How many are
// reached is a share of the people.

// People are the users in scope: people, and who is none by what AD tells of each, and
// the tenant, where it was asked.
type People struct {
	InScope  int // who may want a password back: enabled, and no service's
	Reached  int // of InScope: those whose password can be written back, after the edits
	Disabled int // disabled accounts, in AD or in the tenant, which are not of InScope
	Services int // enabled accounts with a servicePrincipalName, which are not of InScope
	Guests   int // those that the tenant has as guests, which are not of InScope
	// NotSynced are all others that the tenant does not have from AD, which are not of
	// InScope. nil: it is not known.
	NotSynced *int
	// WithoutTenant is why they are not known although there is a tenant; "": they are,
	// or there is none.
	WithoutTenant string
}

// person counts a user in scope, and says whether it is a person.
func (t *tally) person(u *User, v Verdict) bool {
	p := &t.people
	switch {
	case u.Disabled:
		p.Disabled++
		return false
	case u.Service:
		p.Services++
		return false
	case v.Tenant == SyncedOff:
		p.Disabled++
		return false
	case v.Tenant == Guest:
		p.Guests++
		return false
	case v.Tenant == NotSynced:
		t.notSynced++
		return false
	}
	if p.InScope++; v.After.Writable() {
		p.Reached++
	}
	return true
}

// notSynced is that number as far as it is known, or why not.
func (s *Survey) notSynced() (n *int, why string) {
	switch {
	case s.q.Synced == nil || s.tally.users == 0:
		return nil, ""
	case !s.tally.inTenant:
		return nil, "it shows no synchronized user of this domain"
	}
	now := s.tally.notSynced
	return &now, ""
}

// plus leaves WithoutTenant to the reports: see withoutTenant.
func (p People) plus(q People) People {
	return People{InScope: p.InScope + q.InScope, Reached: p.Reached + q.Reached, Disabled: p.Disabled + q.Disabled, Services: p.Services + q.Services, Guests: p.Guests + q.Guests,
		NotSynced: plus(p.NotSynced, q.NotSynced)}
}

// withoutTenant is what several reports say together, each for its domain where they
// differ.
func withoutTenant(all []Report) string {
	var out []string
	same := true
	for _, r := range all {
		why := r.People.WithoutTenant
		if same = same && why == all[0].People.WithoutTenant; why != "" {
			out = append(out, r.Domain+": "+why)
		}
	}
	if same && len(all) > 0 {
		return all[0].People.WithoutTenant
	}
	return strings.Join(out, "; ")
}
