package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"writeback/internal/exit"
	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/internal/spelling"
	"writeback/steps/checks"
	"writeback/wizard/tell"
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
		return usagef("--check: there is no check %q%s", unknown.Code, cmp.Or(spelling.DidYouMean(unknown.Code, checks.Codes()), ": writeback doctor --help lists them"))
	}
	ctx = a.caller().OneReading(ctx)
	d := a.caller().Diagnose(a.checking)
	defer d.Close()
	if needs(selected, checks.Domain) || needs(selected, checks.Cloud) {
		if err := d.Visit(ctx); err != nil {
			return session.Cancelled(ctx, err)
		}
	}
	c := tell.Checkup{OK: true, Checks: []tell.CheckupCheck{}}
	err = d.Run(ctx, selected, func(domain string, r checks.Report) {
		c.OK = c.OK && r.OK()
		for _, x := range r.Results {
			c.Checks = append(c.Checks, shownCheck(domain, x))
		}
	})
	if err != nil {
		return session.Cancelled(ctx, err)
	}
	c.Target = d.Target
	if a.settings.Unset(settings.Checks) {
		c.Advice = advice()
	}
	if !c.OK {
		a.code = exit.Changes
	}
	return a.renderer().CheckedUp(c)
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

func shownCheck(domain string, x checks.Result) tell.CheckupCheck {
	return tell.CheckupCheck{Domain: domain, Code: x.Code, Title: x.Title, State: string(x.State), Text: x.Text,
		Source: x.Source, At: x.At, Findings: x.Findings, Evidence: x.Evidence}
}
