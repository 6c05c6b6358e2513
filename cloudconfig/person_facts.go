package cloudconfig

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Fact is one thing about a user of the tenant in words, also where all is well.
type Fact struct {
	What  string // "synchronised"
	Says  string // "yes, from corp.example, last at …"; "not known" where it was not read
	Known bool
}

// Facts tells what is known of the user, in the order in which people ask: is it
// there, synchronised, licensed, may and can it reset, does it hold a role, and when
// was its password last written back. Of a user that was not found there is one
// fact. They hold names from the tenant as they are there.
func (p TenantPerson) Facts() []Fact {
	if !p.Found {
		return []Fact{{What: "in the tenant", Says: "no", Known: true}}
	}
	return []Fact{
		{What: "in the tenant", Says: "yes, as " + p.UPN, Known: true},
		p.syncFact(), p.licenceFact(),
		p.registrationFact("may reset a forgotten password", func(r Registration) *bool { return r.Enabled }),
		p.registrationFact("registered for it", func(r Registration) *bool { return r.Registered }),
		p.roleFact(), p.lastFact(),
	}
}

// fact is one that is known where says is not empty.
func fact(what, says string) Fact {
	if says == "" {
		return Fact{What: what, Says: "not known"}
	}
	return Fact{what, says, true}
}

func (p TenantPerson) syncFact() Fact {
	const what = "synchronised"
	if p.CloudManaged != nil && *p.CloudManaged {
		return fact(what, "no: its source of authority is the cloud")
	}
	switch p.Sync {
	case NeverSynced:
		return fact(what, "no, made in the cloud")
	case Moved:
		if p.CloudManaged != nil {
			return fact(what, "not any more")
		}
		return fact(what, "no: its source of authority seems to be the cloud")
	case SyncedOnce:
		return fact(what, "not any more")
	case SyncUnknown:
		return fact(what, "")
	}
	says := "yes"
	if p.Domain != "" {
		says += ", from " + p.Domain
	}
	if !p.LastSync.IsZero() {
		says += ", last at " + p.LastSync.Format(time.RFC3339)
	}
	return fact(what, says)
}

func (p TenantPerson) licenceFact() Fact {
	const what = "licensed"
	switch name := p.Licensed(); {
	case p.Plans == nil:
		return fact(what, "")
	case name == "":
		return fact(what, "no")
	default:
		return fact(what, "yes, by "+name)
	}
}

func (p TenantPerson) registrationFact(what string, field func(Registration) *bool) Fact {
	if p.Registration == nil || field(*p.Registration) == nil {
		return fact(what, "")
	}
	says := "no"
	if *field(*p.Registration) {
		says = "yes"
	}
	return fact(what, says+p.asOf())
}

func (p TenantPerson) roleFact() Fact {
	const what = "directory roles"
	if p.Roles == nil {
		is, known := p.Administrator()
		switch {
		case !known:
			return fact(what, "")
		case is:
			return fact(what, "yes, of an administrator")
		}
		return fact(what, "none of an administrator")
	}
	if len(p.Roles) == 0 {
		return fact(what, "none")
	}
	var names []string
	for _, r := range p.Roles {
		if r.Name == "" {
			r.Name = "(name not shown)"
		}
		if !slices.Contains(names, r.Name) {
			names = append(names, r.Name)
		}
	}
	return fact(what, strings.Join(names, ", "))
}

// lastFact is about the newest password that was set, as far as the log goes back.
func (p TenantPerson) lastFact() Fact {
	const what = "last password set through the tenant"
	if p.Events == nil {
		return fact(what, "")
	}
	a, is := p.lastPassword()
	if !is {
		return fact(what, "none in the audit log since "+p.EventsSince.Format(time.RFC3339))
	}
	how := "not said whether it reached Active Directory"
	switch {
	case !a.Success:
		how = "failed"
	case a.OnPremises():
		how = "written back by " + a.Agent
	case strings.EqualFold(a.Agent, "None"):
		how = "in the cloud alone"
	}
	return fact(what, fmt.Sprintf("%s at %s: %s", a.Activity, a.At.Format(time.RFC3339), how))
}
