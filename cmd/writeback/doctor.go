package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"writeback/cloudconfig"
	"writeback/internal/settings"
	"writeback/internal/spelling"
	"writeback/steps"
	"writeback/steps/checks"
	"writeback/steps/stages"
	"writeback/wizard/plain"
)

func (a *app) doctorCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the domain, the sync server and the tenant; write nothing",
		Long: `doctor looks at the connection, the domain, the connector account, the sync server
and the tenant, and says of each check whether it is ok, and if not, what to do. What
it cannot look at is "not checked", with the reason, and never "ok". It only reads.
Of several domains each is looked at; the tenant and the sync server once.
The exit code is 0 where nothing has to be done, and 3 where something has.

The checks:
` + checkList(),
		Example: `  writeback doctor --domain corp.example --ad-user admin@corp.example
  writeback doctor --check connector-state,password-policy --output json
  writeback doctor --check outbound`,
		Args: atMost(0, ""),
		RunE: a.verb(func(ctx context.Context, _ []string) error { return a.doctor(ctx) }),
	}
	return cmd
}

func checkList() string {
	var b strings.Builder
	for _, c := range checks.All {
		fmt.Fprintf(&b, "  %-22s %s\n", c.Code, c.Title)
	}
	return strings.TrimRight(b.String(), "\n")
}

func (a *app) doctor(ctx context.Context) error {
	selected, err := checks.Select(settings.Checks.Of(a.settings))
	var unknown *checks.UnknownError
	if errors.As(err, &unknown) {
		return usagef("--check: there is no check %q%s", unknown.Code, cmpOr(spelling.DidYouMean(unknown.Code, checks.Codes()), ": writeback doctor --help lists them"))
	}
	d := &diagnosis{app: a, sources: checks.Sources{Dialer: newReaching(a.resolver, a.roots), Cloud: cloudconfig.Cloud(settings.NationalCloud.Of(a.settings)), Sync: settings.Sync.Of(a.settings), Begin: a.checking}}
	d.sources.HostName, _ = os.Hostname()
	if a.practice != nil {
		d.sources.Dialer = nil // nothing real is reached from practice
	}
	defer func() { closeAll(d.places) }()
	if needs(selected, checks.Domain) || needs(selected, checks.Cloud) {
		if err := d.visit(ctx); err != nil {
			return cancelled(ctx, err)
		}
	}
	c, err := d.run(ctx, selected)
	if err != nil {
		return cancelled(ctx, err)
	}
	if a.settings.Unset(settings.Checks) {
		c.Limits, c.Test = limits()
	}
	if !c.OK {
		a.code = exitChanges
	}
	return a.face().CheckedUp(c)
}

// checking is a sign of life before a check that takes its time.
func (a *app) checking(c checks.Check) {
	if c.Slow {
		fmt.Fprintf(a.err, "      looking at: %s\n", c.Title)
	}
}

func needs(selected []checks.Check, need checks.Need) bool {
	return slices.ContainsFunc(selected, func(c checks.Check) bool { return c.Need == need })
}

// diagnosis is one call of doctor: the domains that it looks at, and the sources
// that they share.
type diagnosis struct {
	*app
	target  steps.Target
	places  []*place // the domains that are reached
	lost    []absent // those that are not; the first one always is
	sources checks.Sources
	uses    func(context.Context) stages.Use // as whom the sync server signs in; nil: it is not asked
}

// absent is a domain that could not be reached.
type absent struct {
	domain string
	err    error
}

// run makes the checks in the first domain, and then those of a domain in each
// of the others.
func (d *diagnosis) run(ctx context.Context, selected []checks.Check) (plain.Checkup, error) {
	out := plain.Checkup{Target: d.target, OK: true, Checks: []plain.CheckupCheck{}}
	several := len(d.places)+len(d.lost) > 1
	look := func(domain string, s checks.Sources, selected []checks.Check) error {
		r, err := checks.Run(ctx, s, selected)
		if !several {
			domain = ""
		}
		out.OK = out.OK && r.OK()
		for _, x := range r.Results {
			out.Checks = append(out.Checks, shownCheck(domain, x))
		}
		return err
	}
	if len(d.places) == 0 {
		return out, look("", d.sources, selected)
	}
	ofDomains := slices.DeleteFunc(slices.Clone(selected), func(c checks.Check) bool { return c.Need != checks.Domain })
	for i, p := range d.places {
		s, err := d.sourcesOf(ctx, p)
		if err != nil {
			return out, err
		}
		if i == 0 {
			if err := d.askCloud(ctx, &s); err != nil {
				return out, err
			}
			out.Target = d.target
			if err := look(p.domain(), s, selected); err != nil {
				return out, err
			}
			continue
		}
		if err := look(p.domain(), s, ofDomains); err != nil {
			return out, err
		}
	}
	for _, a := range d.lost {
		if err := look(a.domain, checks.Sources{NoDomain: a.err.Error()}, ofDomains); err != nil {
			return out, err
		}
	}
	return out, nil
}

func shownCheck(domain string, x checks.Result) plain.CheckupCheck {
	return plain.CheckupCheck{Domain: domain, Code: x.Code, Title: x.Title, State: string(x.State), Text: x.Text,
		Source: x.Source, At: x.At, Findings: x.Findings, Evidence: x.Evidence}
}

func limits() (all []plain.CheckupLimit, test []string) {
	for _, l := range checks.Limits() {
		all = append(all, plain.CheckupLimit(l))
	}
	return all, checks.HowToTest()
}
