package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/cloudconfig"
	"writeback/steps"
	"writeback/steps/checks"
	"writeback/steps/stages"
	"writeback/wizard/plain"
)

func (a *app) doctorCmd() *cobra.Command {
	var only []string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the domain, the sync server and the tenant; write nothing",
		Long: `doctor looks at the connection, the domain, the connector account, the sync server
and the tenant, and says of each check whether it is ok, and if not, what to do. What
it cannot look at is "not checked", with the reason, and never "ok". It only reads.
The exit code is 0 where nothing has to be done, and 3 where something has.

The checks:
` + checkList(),
		Example: `  writeback doctor --domain corp.example --ad-user admin@corp.example
  writeback doctor --check connector-state,password-policy --output json
  writeback doctor --check outbound`,
		Args: atMost(0, ""),
		RunE: a.verb(func(ctx context.Context, _ []string) error { return a.doctor(ctx, only) }),
	}
	cmd.Flags().StringSliceVar(&only, "check", nil, "make these checks only (`CODE[,…]`)")
	return cmd
}

func checkList() string {
	var b strings.Builder
	for _, c := range checks.All {
		fmt.Fprintf(&b, "  %-22s %s\n", c.Code, c.Title)
	}
	return strings.TrimRight(b.String(), "\n")
}

func (a *app) doctor(ctx context.Context, only []string) error {
	selected, err := checks.Select(only)
	var unknown *checks.UnknownError
	if errors.As(err, &unknown) {
		return usagef("--check: there is no check %q%s", unknown.Code, didYouMean(unknown.Code, checks.Codes()))
	}
	d := &diagnosis{app: a, sources: checks.Sources{Dialer: newReaching(a.resolver, a.roots), Cloud: cloudconfig.Cloud(a.settings.cloud.cloud), Begin: a.checking}}
	d.sources.HostName, _ = os.Hostname()
	if a.practice != nil {
		d.sources.Dialer = nil // nothing real is reached from practice
	}
	if needsDomain(selected) {
		conn, err := a.connect(ctx)
		if err != nil {
			return cancelled(ctx, err)
		}
		defer conn.Close()
		if err := d.examine(ctx, conn); err != nil {
			return cancelled(ctx, err)
		}
	}
	report, err := checks.Run(ctx, d.sources, selected)
	if err != nil {
		return cancelled(ctx, err)
	}
	if !report.OK() {
		a.code = exitChanges
	}
	return a.face().CheckedUp(d.checkup(report, len(only) == 0))
}

// checking is a sign of life before a check that takes its time.
func (a *app) checking(c checks.Check) {
	if c.Slow {
		fmt.Fprintf(a.err, "      looking at: %s\n", c.Title)
	}
}

func needsDomain(selected []checks.Check) bool {
	for _, c := range selected {
		if c.Need != checks.Network {
			return true
		}
	}
	return false
}

// diagnosis is one call of doctor: what its checks look at.
type diagnosis struct {
	*app
	target  steps.Target
	sources checks.Sources
}

// examine fills in the sources that the connection leads to.
func (d *diagnosis) examine(ctx context.Context, conn *directory.Conn) error {
	who, err := conn.Who(ctx)
	if err != nil {
		return err
	}
	s, root := &d.sources, conn.Root()
	d.target = steps.Target{Forest: root.Forest(), Domain: root.Domain(), DC: conn.DC()}
	s.Directory, s.Place, s.Link = physician{domain{conn}}, d.place(conn, who.Name), linkOf(conn)
	s.Scopes = d.settings.scopes
	if s.Connectors, s.Named, err = d.connectors(ctx, conn); err != nil {
		return err
	}
	words, err := d.words(d.target)
	if err != nil {
		return err
	}
	var connector adperms.Connector
	if len(s.Connectors) == 1 {
		connector = s.Connectors[0]
		stage, err := d.delegate(conn, connector, who.Name)
		if err != nil {
			return err
		}
		stage.Unexpire = stages.UnexpireNever // a check of its own looks at it
		s.Delegation = func(ctx context.Context) (steps.StepPlan, error) { return d.lookAt(ctx, stage.Step()) }
	}
	return d.askCloud(ctx, connector, words)
}

// connectors are all accounts that may be the one: several are a finding here,
// and no reason to stop.
func (d *diagnosis) connectors(ctx context.Context, conn *directory.Conn) (all []adperms.Connector, named bool, err error) {
	if d.settings.connector != "" {
		c, err := d.chooseConnector(ctx, conn)
		return []adperms.Connector{c}, true, err
	}
	all, err = conn.ConnectorAccounts(ctx)
	return all, false, err
}

func (d *diagnosis) place(conn *directory.Conn, operator string) checks.Place {
	root := conn.Root()
	paging, flags, hints := root.Supports()
	return checks.Place{
		Domain: root.Domain(), Forest: root.Forest(), DomainDN: root.DefaultNC, DC: conn.DC(), ReadOnly: root.ReadOnly(), Synced: root.IsSynchronized,
		Operator: operator, Kerberos: d.settings.kerberos || d.settings.adUser == "",
		ForestLevel: root.ForestLevel, DomainLevel: root.DomainLevel, DCLevel: root.DCLevel,
		Paging: paging, SDFlags: flags, PolicyHints: hints,
	}
}

func linkOf(conn *directory.Conn) checks.Link {
	l := conn.Link()
	return checks.Link{Version: l.Version, Cipher: l.Cipher, Subject: l.Subject, Issuer: l.Issuer, Names: l.Names, NotAfter: l.NotAfter, OwnName: l.OwnName}
}

// lookAt is one step as verify would find it.
func (d *diagnosis) lookAt(ctx context.Context, all ...steps.Step) (steps.StepPlan, error) {
	got, err := d.lookAtAll(ctx, all...)
	if err != nil {
		return steps.StepPlan{}, err
	}
	return got[0], nil
}

func (d *diagnosis) lookAtAll(ctx context.Context, all ...steps.Step) ([]steps.StepPlan, error) {
	v, err := (&steps.Runner{Steps: all, Target: d.target}).Verify(ctx)
	return v.Steps, err
}

// physician fits the LDAP hands to what the checks ask for.
type physician struct{ domain }

func (p physician) System(ctx context.Context) (string, error) { return p.DCSystem(ctx) }

func (d *diagnosis) checkup(r checks.Report, whole bool) plain.Checkup {
	out := plain.Checkup{Target: d.target, OK: r.OK(), Checks: []plain.CheckupCheck{}}
	for _, x := range r.Results {
		out.Checks = append(out.Checks, plain.CheckupCheck{Code: x.Code, Title: x.Title, State: string(x.State), Text: x.Text,
			Source: x.Source, At: x.At, Findings: x.Findings, Evidence: x.Evidence})
	}
	if whole {
		for _, l := range checks.Limits() {
			out.Limits = append(out.Limits, plain.CheckupLimit(l))
		}
		out.Test = checks.HowToTest()
	}
	return out
}
