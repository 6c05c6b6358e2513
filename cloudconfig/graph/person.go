package graph

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"writeback/cloudconfig"
)

// Person reads what the tenant knows about the user that belongs to an account of
// AD: sid is the account's SID as S-1-5-…, upn its UPN; one of them may be empty.
// The user is looked for by the SID it was synchronised with, and, where there is
// none, by the UPN: cloudconfig.PersonReasons says what follows if it is another's.
//
// It takes four requests, one more where the UPN is needed, the user is an
// administrator, or it has a SID and is not synchronised. A part that the identity may not read, or that Graph does not
// answer well, is left empty and named in Unread. An error is returned where nothing
// could be said: the users themselves cannot be read, nobody answers, the sign-in is
// refused, or Graph throttles longer than is waited.
//
// Nothing here checks that the right tenant answers: Tenant does.
func (c *Client) Person(ctx context.Context, sid, upn string) (cloudconfig.TenantPerson, error) {
	p := cloudconfig.TenantPerson{AskedSID: sid, AskedUPN: upn}
	if sid == "" && upn == "" {
		return p, errors.New("read the user: neither a SID nor a UPN was given")
	}
	if err := c.findPerson(ctx, &p); err != nil || !p.Found {
		return p, err
	}
	p.EventsSince = c.transport.now().Add(-cloudconfig.Age).UTC().Truncate(time.Second)
	for _, part := range []struct {
		e    endpoint
		read func(context.Context, *cloudconfig.TenantPerson) error
	}{
		{authorityOf(p.ID), c.personAuthority},
		{registrationOf(p.ID), c.personRegistration},
		{rolesOf(p.ID), c.personRoles},
		{auditsOf(p.ID, p.EventsSince), c.personEvents},
		{authorizationPolicy, c.personPolicy},
	} {
		if err := part.read(ctx, &p); err != nil {
			e := asError(err)
			if e == nil || ends(e.Kind) {
				return p, err
			}
			p.Unread = append(p.Unread, cloudconfig.Unread{What: part.e.what, Why: whyUnread(part.e, e)})
		}
	}
	return p, nil
}

// findPerson looks for the user by the SID, then by the UPN. An older revision of
// Graph's page allows no filter by SID: a refusal of it is not the end.
func (c *Client) findPerson(ctx context.Context, p *cloudconfig.TenantPerson) error {
	var refused error
	if p.AskedSID != "" {
		err := c.findBy(ctx, p, "onPremisesSecurityIdentifier", p.AskedSID)
		if p.Found || (err != nil && (KindOf(err) != Rejected || p.AskedUPN == "")) {
			return err
		}
		refused = err
	}
	if p.AskedUPN == "" {
		return nil
	}
	err := c.findBy(ctx, p, "userPrincipalName", p.AskedUPN)
	if err == nil && !p.Found && refused != nil {
		return refused // by the UPN alone it is not known that there is none
	}
	return err
}

// findBy reads the users with a property of a value. Of several the one that is
// synchronised is taken: one that was taken out of synchronisation may stay behind
// with the same SID.
func (c *Client) findBy(ctx context.Context, p *cloudconfig.TenantPerson, property, value string) error {
	var found *user
	n := 0
	e := oneUser(property, value)
	err := pages(ctx, c, e, newUserList, func(page *userList) (bool, error) {
		for _, u := range page.value {
			if text(u.id) == "" || !u.is(property, value) {
				continue // a filter that was not heard must not find somebody else
			}
			if n++; found == nil || (!yes(found.synced) && yes(u.synced)) {
				found = u
			}
		}
		return true, nil
	})
	if err != nil || found == nil {
		return err
	}
	found.read(p)
	p.Others = n - 1
	if found.hidden() {
		p.Unread = append(p.Unread, cloudconfig.Unread{What: "the state of the user", Why: "Graph left out everything but the names; " + e.needs("")})
	} else if found.plans == nil {
		p.Unread = append(p.Unread, cloudconfig.Unread{What: "the user's licences", Why: "Graph left them out"})
	}
	return nil
}

// is says that the user is the one that was asked for.
func (u *user) is(property, value string) bool {
	have := u.upn
	if property == "onPremisesSecurityIdentifier" {
		have = u.sid
	}
	return have != nil && strings.EqualFold(*have, value)
}

// personRoles reads the active directory roles of the user. Those without a name
// are kept as held.
func (c *Client) personRoles(ctx context.Context, p *cloudconfig.TenantPerson) error {
	out, nameless := []cloudconfig.Role{}, false
	e := rolesOf(p.ID)
	err := pages(ctx, c, e, newListing, func(page *listing) (bool, error) {
		for _, r := range page.value {
			role := cloudconfig.Role{TemplateID: text(r.roleTemplateID), Name: text(r.displayName)}
			nameless = nameless || role.Name == ""
			out = append(out, role)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	p.Roles = out
	if nameless {
		p.Unread = append(p.Unread, cloudconfig.Unread{What: "the names of the user's directory roles", Why: e.needs("")})
	}
	return nil
}

// personPolicy reads whether administrators may reset their own passwords, where the
// user is one or may be one.
func (c *Client) personPolicy(ctx context.Context, p *cloudconfig.TenantPerson) error {
	if is, known := p.Administrator(); known && !is || !known && len(p.Roles) == 0 {
		return nil
	}
	var t cloudconfig.Tenant
	err := c.adminSSPR(ctx, &t)
	p.AdminSSPR = t.AdminSSPR
	return err
}

// ends says that an error of this kind would come again for every other part.
func ends(k Kind) bool {
	switch k {
	case SignInRefused, WrongTenant, Throttled, Unreachable:
		return true
	}
	return false
}

// whyUnread says in a few words why a part was not read.
func whyUnread(e endpoint, err *Error) string {
	switch {
	case err.Kind == Forbidden:
		return e.needs(err.Code)
	case err.Kind == NotAUser:
		return "it is shown to signed-in users only, and this sign-in is an application's"
	case err.Kind == Unlicensed:
		return "the tenant has no licence for it"
	case err.Kind == NotOffered && err.Status != http.StatusNotFound:
		return "Graph does not offer it here"
	}
	return err.Text
}

func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
