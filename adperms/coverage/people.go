package coverage

// A domain has users whose passwords nobody resets by self-service. How many are
// reached is a share of the people.

// People are the users in scope: people, and who is none by what AD tells of each.
type People struct {
	InScope  int `json:"inScope"`  // who may want a password back: enabled, and no service's
	Reached  int `json:"reached"`  // of InScope: those whose password can be written back, after the edits
	Disabled int `json:"disabled"` // disabled accounts, which are not of InScope
	Services int `json:"services"` // enabled accounts with a servicePrincipalName, which are not of InScope
}

// count adds a user in scope, and says whether it is a person.
func (p *People) count(u *User, reached bool) bool {
	switch {
	case u.Disabled:
		p.Disabled++
		return false
	case u.Service:
		p.Services++
		return false
	}
	if p.InScope++; reached {
		p.Reached++
	}
	return true
}

func (p People) plus(q People) People {
	return People{p.InScope + q.InScope, p.Reached + q.Reached, p.Disabled + q.Disabled, p.Services + q.Services}
}
