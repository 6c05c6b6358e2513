package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"writeback/adperms/secdesc"
	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/internal/spelling"
	"writeback/steps"
	"writeback/steps/stages"
)

func (a *app) attestCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "attest STAGE [PLANFILE]",
		Short: "Say that a manual step is done; only the journal is written",
		Long: `attest records who says that the manual step of STAGE (writeback or sspr) is done.
plan and verify then show the stage as attested, with the name, and never as verified:
proof to the contrary outweighs it. --withdraw ends that; the journal keeps both.

With PLANFILE the word is a part of its change: writeback export copies it for the one
report of all.`,
		Args: cobra.RangeArgs(1, 2),
		RunE: a.verb(func(_ context.Context, args []string) error {
			word := steps.Attestation{Step: args[0], Says: steps.SaysDone, By: settings.By.Of(a.settings), Note: settings.Note.Of(a.settings)}
			if settings.Withdraw.Of(a.settings) {
				word.Says = steps.SaysWithdrawn
			}
			file := ""
			if len(args) == 2 {
				file = args[1]
			}
			return a.attest(word, file)
		}),
	}
	return cmd
}

func (a *app) attest(word steps.Attestation, file string) (err error) {
	manual := []string{stages.WritebackInfo.ID, stages.SSPRInfo.ID}
	switch {
	case !slices.Contains(manual, word.Step):
		return usagef("no step of stage %q is done by hand: attest %s%s", word.Step, strings.Join(manual, " or "), spelling.DidYouMean(word.Step, manual))
	case word.By == "":
		return usagef("who says so? add --by NAME")
	}
	state, err := a.caller().OpenJournals("attest " + word.Step)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, state.Close()) }()
	target, change, err := a.attestTarget(state.Store, file)
	if err != nil {
		return err
	}
	run, err := state.Store.Attest(steps.Opening{Verb: "attest", ChangeID: change, Program: version(), Target: target, Who: steps.Self("")}, word)
	if err != nil {
		return err
	}
	return a.renderer().Attested(run)
}

// attestTarget is the place of the plan file, and its change; or the place that the
// settings name, or that of the latest run: a person's word needs no connection.
func (a *app) attestTarget(store *steps.Store, file string) (steps.Target, string, error) {
	if file == "" {
		t, err := a.attestPlace(store)
		return t, "", err
	}
	p, err := loadPlan(file)
	if err != nil {
		return steps.Target{}, "", err
	}
	if p.ChangeID == "" {
		return steps.Target{}, "", usagef("plan file %s belongs to no change: save it anew with writeback plan --out FILE", shell.Name(file))
	}
	t := p.Target
	t.DC = "" // nobody was asked there
	tenant, err := a.tenantByID()
	if err != nil {
		return t, "", err
	}
	here := steps.Target{Domain: a.settings.Domain(), Tenant: tenant}
	if here.Domain != "" && !strings.EqualFold(here.Domain, t.Domain) || here.Tenant != "" && t.Tenant != "" && !strings.EqualFold(here.Tenant, t.Tenant) {
		return t, "", usagef("plan file %s is for %s, and the flags name another place", shell.Name(file), shell.Name(t.String()))
	}
	return t.With(here), p.ChangeID, nil
}

// tenantByID is the tenant that the settings name, by its ID; "": none.
func (a *app) tenantByID() (string, error) {
	tenant := settings.Tenant.Of(a.settings)
	if _, err := secdesc.ParseGUID(tenant); tenant != "" && err != nil {
		return "", usagef("--tenant %s: give the tenant's ID here, a GUID: nobody is asked which tenant has that name", shell.Name(tenant))
	}
	return strings.ToLower(tenant), nil
}

// attestPlace is the domain that is named, or the tenant, or that of the latest run.
func (a *app) attestPlace(store *steps.Store) (steps.Target, error) {
	domain := a.settings.Domain()
	if domain == "" && a.practice != nil {
		domain = a.practice.Domain.Name()
	}
	tenant, err := a.tenantByID()
	if err != nil {
		return steps.Target{}, err
	}
	if domain == "" && tenant == "" {
		if err := onePlace(store); err != nil {
			return steps.Target{}, err
		}
	}
	run, err := store.History().Latest(func(r steps.Run) bool {
		return (domain == "" || strings.EqualFold(r.Target.Domain, domain)) && (tenant == "" || strings.EqualFold(r.Target.Tenant, tenant))
	})
	switch {
	case err == nil && run.Target.Domain+run.Target.Tenant != "":
		return run.Target, nil
	case err == nil:
		return steps.Target{}, usagef("run %s names neither a domain nor a tenant: name the tenant with --tenant ID, or the domain with --domain", run.ID)
	case !errors.Is(err, steps.ErrNoRun):
		return steps.Target{}, err
	case domain == "" && tenant == "":
		return steps.Target{}, usagef("where was it done? name the domain with --domain, or the tenant with --tenant ID")
	}
	return steps.Target{Domain: strings.ToLower(domain), Tenant: strings.ToLower(tenant)}, nil
}

// onePlace refuses to guess which of several domains or tenants is meant.
func onePlace(store *steps.Store) error {
	places, err := store.History().Places()
	var names []string
	for _, r := range places {
		if name := r.Target.Name(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > 1 {
		return usagef("several domains or tenants have runs here: name one with --domain, or with --tenant ID: %s", strings.Join(names, ", "))
	}
	return err
}
