package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

const nameIt = "name the account that the sync product uses in Active Directory: --connector"

// connectorAccount says which account it is, and whether it can be one.
func connectorAccount(ctx context.Context, l *look) (answer, error) {
	a := l.found()
	for _, c := range l.Connectors {
		account, err := l.account(ctx, c.DN)
		if err != nil {
			return answer{}, fmt.Errorf("read %s: %w", c.DN, err)
		}
		root, err := l.object(ctx, l.Place.DomainDN)
		if err != nil {
			return answer{}, err
		}
		unfit, doubt := adperms.CannotConnect(account, l.Product, l.now), adperms.ConnectorDoubt(account, root.Target, false)
		switch {
		case unfit != nil && unfit.Code == adperms.NotAnAccount:
			a = a.fail(unfit.Code, unfit.Fix, "%s %s", c.DN, unfit.Why)
		case unfit == nil && doubt != "":
			a = a.warn("connector-unproven", "check that it is the account that the sync product signs in to Active Directory with; if not, name that one with --connector", "%s %s", c.DN, doubt)
		}
	}
	return a, nil
}

// found says which accounts were named or look like a sync product's.
func (l *look) found() answer {
	switch {
	case l.NoConnector != "":
		return saw(l.Place.DC, "none of that name").fail("connector-missing", nameIt, "%s", l.NoConnector)
	case len(l.Connectors) == 0:
		return saw(l.Place.DC, "none was found").fail("connector-missing", nameIt,
			"no account in %s looks like that of Entra Connect or Cloud Sync: a custom installation gives it any name", l.Place.Domain)
	case l.Named:
		return saw(l.Place.DC, "%s, as it was named", about(l.Connectors[0]))
	case len(l.Connectors) == 1:
		return saw(l.Place.DC, "%s", about(l.Connectors[0]))
	}
	var list []string
	for _, c := range l.Connectors {
		list = append(list, about(c))
	}
	return saw(l.Place.DC, "%s", strings.Join(list, "; ")).warn("several-connectors",
		"disable those of installations that are gone, once nothing uses them; until then say which one is meant with --connector",
		"%d accounts look like that of a sync product: one for each installation, also of staging servers and of servers that are long gone, whose accounts may still have their rights", len(l.Connectors))
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
func (l *look) eachConnector(ctx context.Context, one func(a answer, c adperms.Account) (answer, error)) (answer, error) {
	if len(l.Connectors) == 0 {
		return unchecked("there is no connector account: %s", nameIt), nil
	}
	a, said := answer{source: l.Place.DC}, []string{}
	for _, c := range l.Connectors {
		account, err := l.account(ctx, c.DN)
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

func connectorState(ctx context.Context, l *look) (answer, error) {
	return l.eachConnector(ctx, func(a answer, c adperms.Account) (answer, error) {
		return stateOf(a, c, l.Product, l.now), nil
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
	if unfit := adperms.CannotConnect(c, product, now); unfit != nil && (unfit.Code == adperms.OutOfUse || unfit.Code == adperms.PastItsEnd) {
		a = a.fail(unfit.Code, unfit.Fix, "%s %s", who, unfit.Why)
	}
	if c.LockedOut(now) {
		a = a.warn("connector-locked", "find out who signs in as it with a wrong password, then unlock it", "%s has been locked out since %s", who, c.LockedAt.Format(time.RFC3339))
	}
	if c.MustChange && c.Kind() != adperms.ServiceAccount { // whose password Active Directory makes
		a = a.fail("connector-must-change", "give it a password on the sync server and in Active Directory, without User must change password at next logon", "%s has to change its password at the next sign-in, which a service cannot", who)
	}
	return passwordEnds(a, c, now)
}

func passwordAge(c adperms.Account, now time.Time) string {
	if c.PasswordSet.IsZero() {
		return "of unknown age"
	}
	return "set " + age(now.Sub(c.PasswordSet).Truncate(24*time.Hour)) + " ago"
}

// passwordEnds warns of a password that expires. Installations make accounts
// whose passwords do not.
func passwordEnds(a answer, c adperms.Account, now time.Time) answer {
	if !c.IsUser() || c.Control.Has(adperms.PasswordNeverExpires) || c.Policy.MaxAge <= 0 || c.Policy.Unread || c.PasswordSet.IsZero() {
		return a
	}
	const change = "change it in time in Active Directory and in the connector's properties on the sync server, or set Password never expires on the account"
	end := c.PasswordSet.Add(c.Policy.MaxAge)
	switch left := end.Sub(now); {
	case left <= 0:
		return a.fail("connector-password-expired", change, "the password of %s expired at %s", c.DN, end.Format(time.RFC3339))
	case left < soon:
		return a.warn("connector-password-expiring", change, "the password of %s expires at %s, in %s: synchronisation and writeback stop then", c.DN, end.Format(time.RFC3339), days(left))
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

func (l *look) object(ctx context.Context, dn string) (target, error) {
	o, err := l.read(ctx, dn)
	if err != nil {
		return target{}, err
	}
	d, err := secdesc.Parse(o.Descriptor)
	if err != nil {
		return target{}, fmt.Errorf("read the permissions of %s: %w", dn, err)
	}
	return target{o, adperms.Target{Descriptor: d, Self: o.SID}}, nil
}
