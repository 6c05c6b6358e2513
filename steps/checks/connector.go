package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

const nameIt = "name the account that the sync product uses in Active Directory: --connector"

// toldByStage are the findings of the stage delegate about the account itself. What
// can change with it (disabled, expired) is told by the check of its state.
var toldByStage = []string{adperms.NotAnAccount, adperms.TierZero, adperms.NotUsed, unproven}

const unproven = "connector-unproven"

// connectorAccount says which account it is, and whether it can be one: in the words of
// the stage, which may know what the sync server says, where there is one account.
func connectorAccount(ctx context.Context, x *examination) (answer, error) {
	a := x.found()
	if len(x.Connectors) == 1 && x.Delegation != nil {
		if s, err := x.delegated(ctx); err == nil {
			return a.byStage(s), nil
		} // the check of the rights says why, and the account may be seen all the same
	}
	for _, c := range x.Connectors {
		account, err := x.account(ctx, c.DN)
		if err != nil {
			return answer{}, fmt.Errorf("read %s: %w", c.DN, err)
		}
		root, err := x.object(ctx, x.Place.DomainDN)
		if err != nil {
			return answer{}, err
		}
		unfit, doubt := adperms.CannotConnect(account, x.Product, x.now), adperms.ConnectorDoubt(account, root.Target, false)
		switch {
		case unfit != nil && slices.Contains(toldByStage, unfit.Code):
			a = a.fail(unfit.Code, unfit.Fix, "%s %s", c.DN, unfit.Why)
		case unfit == nil && doubt != "":
			a = a.warn(unproven, adperms.CheckConnector, "%s %s", c.DN, doubt)
		}
	}
	return a, nil
}

// byStage adds what the stage found about the account.
func (a answer) byStage(s steps.StepPlan) answer {
	for _, f := range s.Findings {
		switch {
		case !slices.Contains(toldByStage, f.Code):
		case f.Code == unproven: // nothing is to be written that had to be accepted
			a = a.warn(f.Code, adperms.CheckConnector, "%s", f.Text)
		default:
			a.findings = append(a.findings, f)
		}
	}
	return a
}

// found says which accounts were named or look like a sync product's.
func (x *examination) found() answer {
	switch {
	case x.NoConnector != "":
		return saw(x.Place.DC, "none of that name").fail("connector-missing", nameIt, "%s", x.NoConnector)
	case len(x.Connectors) == 0:
		return saw(x.Place.DC, "none was found").fail("connector-missing", nameIt,
			"no account in %s looks like that of Entra Connect or Cloud Sync: a custom installation gives it any name", x.Place.Domain)
	case x.Named:
		return saw(x.Place.DC, "%s, as it was named", about(x.Connectors[0]))
	case len(x.Connectors) == 1:
		return saw(x.Place.DC, "%s", about(x.Connectors[0]))
	}
	var list []string
	for _, c := range x.Connectors {
		list = append(list, about(c))
	}
	return saw(x.Place.DC, "%s", strings.Join(list, "; ")).warn("several-connectors",
		"disable those of installations that are gone, once nothing uses them; until then say which one is meant with --connector",
		"%d accounts look like that of a sync product: one for each installation, also of staging servers and of servers that are long gone, whose accounts may still have their rights", len(x.Connectors))
}

// about tells one connector account from another.
func about(c adperms.Connector) string {
	parts := []string{map[adperms.Product]string{adperms.EntraConnect: "Entra Connect", adperms.CloudSync: "Cloud Sync"}[c.Product]}
	if c.Host != "" {
		parts = append(parts, "sync server "+c.Host)
	}
	if c.Tenant != "" {
		parts = append(parts, "tenant "+c.Tenant)
	}
	return fmt.Sprintf("%s (%s)", c.DN, strings.Join(parts, ", "))
}

// eachConnector asks of every connector account, and joins what is said.
func (x *examination) eachConnector(ctx context.Context, one func(a answer, c adperms.Account) (answer, error)) (answer, error) {
	if len(x.Connectors) == 0 {
		return unchecked("there is no connector account: %s", nameIt), nil
	}
	a, said := answer{source: x.Place.DC}, []string{}
	for _, c := range x.Connectors {
		account, err := x.account(ctx, c.DN)
		if err != nil {
			return answer{}, fmt.Errorf("read %s: %w", c.DN, err)
		}
		a.text = ""
		if a, err = one(a, account); err != nil {
			return answer{}, err
		}
		said = append(said, c.SAM+": "+a.text)
	}
	a.text = strings.Join(said, "; ")
	return a, nil
}

func connectorState(ctx context.Context, x *examination) (answer, error) {
	return x.eachConnector(ctx, func(a answer, c adperms.Account) (answer, error) {
		return stateOf(a, c, x.Product, x.now), nil
	})
}

// stateOf looks whether an account can sign in, and for how long its password is
// good. Managed service accounts change theirs by themselves.
func stateOf(a answer, c adperms.Account, product adperms.Product, now time.Time) answer {
	who := c.DN
	if slices.Contains(c.Unread, "userAccountControl") || slices.Contains(c.Unread, "pwdLastSet") {
		a.unseen = true
		a.text = "whoever is signed in is not shown its " + strings.Join(c.Unread, " and ")
		return a
	}
	a.text = "enabled, password " + passwordAge(c, now)
	if c.Control.Has(adperms.AccountDisabled) {
		a.text = "disabled"
	}
	unfit, weight := adperms.CannotReach(c, product, now)
	switch {
	case unfit == nil || unfit.Code == adperms.NotAnAccount: // another check tells
	case weight == adperms.Blocks:
		a = a.fail(unfit.Code, unfit.Fix, "%s %s", who, unfit.Why)
	default:
		a = a.warn(unfit.Code, unfit.Fix, "%s %s", who, unfit.Why)
	}
	if c.LockedOut(now) {
		a = a.warn("connector-locked", "find out who signs in as it with a wrong password, then unlock it", "%s has been locked out since %s", who, c.LockedAt.Format(time.RFC3339))
	}
	return passwordEnds(a, c, now)
}

func passwordAge(c adperms.Account, now time.Time) string {
	if c.PasswordSet.IsZero() {
		return "of unknown age"
	}
	if now.Sub(c.PasswordSet) < 24*time.Hour {
		return "set less than a day ago"
	}
	return "set " + age(now.Sub(c.PasswordSet).Truncate(24*time.Hour)) + " ago"
}

// passwordEnds warns of a password that expires soon. Installations make accounts
// whose passwords do not.
func passwordEnds(a answer, c adperms.Account, now time.Time) answer {
	end := c.PasswordEnds()
	if left := end.Sub(now); !end.IsZero() && left > 0 && left < soon {
		return a.warn("connector-password-expiring", "in time, "+adperms.NewPassword, "the password of %s expires at %s, in %s: synchronization and writeback stop then", c.DN, end.Format(time.RFC3339), days(left))
	}
	return a
}

func groups(all []adperms.Protected) string {
	var out []string
	for _, p := range all {
		out = append(out, p.Words())
	}
	return strings.Join(out, " and of ")
}

// target is an object as the access check takes it.
type target struct {
	adperms.Object
	adperms.Target
}

func (x *examination) object(ctx context.Context, dn string) (target, error) {
	o, err := x.read(ctx, dn)
	if err != nil {
		return target{}, err
	}
	d, err := secdesc.Parse(o.Descriptor)
	if err != nil {
		return target{}, fmt.Errorf("read the permissions of %s: %w", dn, err)
	}
	return target{o, adperms.Target{Descriptor: d, Self: o.SID}}, nil
}
