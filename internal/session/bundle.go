package session

import (
	"context"
	"errors"
	"fmt"

	"writeback/adperms/coverage"
	"writeback/adperms/directory"
	"writeback/cloudconfig"
	"writeback/internal/bundle"
	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/steps"
	"writeback/steps/checks"
	"writeback/steps/stages"
)

// A bundle is what a report needs, and what a test can be made of: see package bundle. What is
// handed to it is read for it, attribute by attribute of its allow-list, and is not what went
// by while the program looked: nothing that is not on the list is even asked for.

const (
	bundleAll = 50 // users of a domain that are taken whole
	bundleOne = 5  // examples of each reason in a larger one
)

// Bundle adds to m what can be read of the session's domains, tenant and sync server, and
// what would be done.
func (s *Session) Bundle(ctx context.Context, m *bundle.Maker) error {
	p, err := s.Runner.Plan(ctx)
	if err := s.without(ctx, m, bundle.ThePlan, err); err != nil {
		return err
	}
	m.Plan(p)
	for _, d := range s.Domains {
		if err := s.bundleDomain(ctx, d, m); err != nil {
			return fmt.Errorf("read domain %s for the bundle: %w", shell.Name(d.Name()), err)
		}
	}
	s.bundleCloud(ctx, m)
	return ctx.Err()
}

// without goes on after an error: what failed may be what the report is about. It is told to
// the person, and in the bundle by its name alone. Only a cancellation ends it.
func (s *Session) without(ctx context.Context, m *bundle.Maker, part bundle.Part, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	m.Fail(failure(part, err))
	fmt.Fprintf(s.caller.Stderr, "writeback: the bundle goes without the %s: %s\n", part, steps.Plain(err.Error()))
	return nil
}

// failure is an error without its words.
func failure(part bundle.Part, err error) bundle.Failure {
	var result *directory.ResultError
	var lost *directory.LostError
	var other *directory.OtherObjectError
	switch {
	case errors.As(err, &result):
		return bundle.Failure{Part: part, Kind: "result", Result: int(result.Code)}
	case errors.As(err, &lost):
		return bundle.Failure{Part: part, Kind: "lost"}
	case errors.As(err, &other):
		return bundle.Failure{Part: part, Kind: "other-object"}
	}
	return bundle.Failure{Part: part}
}

// bundleDomain reads one domain, and says of its examples what explain does.
func (s *Session) bundleDomain(ctx context.Context, d *Domain, m *bundle.Maker) error {
	c := collecting{conn: d.Conn, seen: map[string]bool{}}
	if err := c.frame(ctx); err != nil {
		return err
	}
	sum, whole, examples, err := d.examples(ctx)
	if err := s.without(ctx, m, bundle.TheCoverage, err); err != nil {
		return err
	}
	for i := range examples {
		if err := c.account(ctx, examples[i].DN); err != nil {
			return err
		}
		if err := s.without(ctx, m, bundle.AnExplanation, s.explainExample(ctx, d, &examples[i])); err != nil {
			return err
		}
	}
	asked := bundle.Asked{Connector: d.Delegate.Connector.DN, Scopes: d.Delegate.Scopes, Unexpire: settings.Unexpire.Of(d.Settings), Classes: settings.Classes.Of(d.Settings)}
	if d.home == nil && asked.Connector != "" {
		if err := c.account(ctx, asked.Connector); err != nil {
			return err
		}
	}
	for _, dn := range asked.Scopes {
		if err := c.read(ctx, dn); err != nil {
			return err
		}
	}
	if err := c.trustees(ctx); err != nil {
		return err
	}
	schema, err := domainClient{Conn: d.Conn}.Schema(ctx)
	if err := s.without(ctx, m, bundle.TheSchemaNames, err); err != nil {
		return err
	}
	if sum != nil {
		m.Coverage(*sum, whole, examples)
	}
	m.Domain(bundle.Read{RootDSE: rootOf(d.Conn.Root()), Objects: c.objects, Asked: asked, Schema: schema})
	return nil
}

// examples are users of the domain: all of a small one, and otherwise a few of each reason. sum
// is nil where the stage could not look.
func (d *Domain) examples(ctx context.Context) (sum *steps.Coverage, whole bool, out []bundle.Example, err error) {
	q, inspected := d.Delegate.Question(true)
	if !inspected {
		return nil, false, nil, nil
	}
	var all, picked []bundle.Example
	count, taken := 0, map[string]int{}
	how := directory.Covering{Question: q, Each: func(u *coverage.User, _ string, v coverage.Verdict) error {
		e := bundle.Example{DN: string(u.DN), Before: v.Before.Writable(), After: v.After.Writable(), Codes: v.After.Reasons.Codes()}
		if count++; count <= bundleAll {
			all = append(all, e)
		}
		wanted := false
		for _, kind := range append([]string{fmt.Sprint(e.Before, e.After)}, e.Codes...) {
			if taken[kind] < bundleOne {
				taken[kind]++
				wanted = true
			}
		}
		if wanted {
			picked = append(picked, e)
		}
		return nil
	}}
	tell, end := d.access.caller.Count(d.Name(), d.users)
	defer end()
	how.Progress = tell
	found, err := d.Conn.Cover(ctx, how)
	if err != nil {
		return nil, false, nil, err
	}
	c := stages.CoverageOf(found.Predicted())
	if count <= bundleAll {
		return &c, true, all, nil
	}
	return &c, false, picked, nil
}

// explainExample adds what explain says of a user as far as the directory decides: neither
// the tenant nor what earlier runs did is in a bundle's directory.
func (s *Session) explainExample(ctx context.Context, d *Domain, e *bundle.Example) error {
	e.Reasons, e.Rights = map[string]string{}, map[string]bool{}
	u, err := d.Conn.Account(ctx, e.DN)
	if err != nil {
		return err
	}
	q, _ := d.Delegate.Question(true)
	x, err := checks.Explain(ctx, checks.Case{Users: d.client(s.Domains), Question: q, Connector: d.Delegate.Connector.DN,
		Refused: d.Delegate.RefusedScopes(), Unfit: d.Delegate.Unfit()}, u)
	if err != nil {
		return err
	}
	said := x.Answer()
	for _, r := range said.Reasons {
		e.Reasons[r.Code] = r.Weight
	}
	for _, r := range said.Rights {
		e.Rights[r.Right] = r.Granted
	}
	return nil
}

// bundleCloud adds the answers of tenant and sync server. One that does not answer is missing:
// the plan's findings say why.
func (s *Session) bundleCloud(ctx context.Context, m *bundle.Maker) {
	if s.Tenant != nil {
		if t, err := s.Tenant.Tenant(ctx); err == nil {
			var policy *cloudconfig.Policy
			if s.SSPR != nil && s.SSPR.Page != nil {
				if page, err := s.SSPR.Page.Policy(ctx); err == nil {
					policy = &page.Policy
				}
			}
			m.Tenant(t, policy)
		}
	}
	if s.Writeback != nil && s.Writeback.Server != nil {
		if server, err := s.Writeback.Server.Server(ctx); err == nil {
			m.Server(server)
		}
	}
}
