package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"writeback/cloudconfig/graph"
	"writeback/cloudconfig/syncserver"
	"writeback/internal/practice"
	company "writeback/internal/practice/domain"
	"writeback/internal/practice/tenant"
	"writeback/internal/settings"
	"writeback/internal/spelling"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/steps/stages"
	"writeback/wizard"
)

// Under --practice the program reaches the practice world and nothing else: all
// settings that say whom we speak to are the world's, whatever the environment
// and the configuration file say. Journals stand apart from the real ones.

func (a *app) practiceCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "practice",
		Short: "Rehearse on a practice domain and tenant inside the program",
		Long: `practice is setup on a practice domain, tenant and sync server that run inside the
program, on loopback; nothing real is reached. What is done there is kept between
calls. Every verb takes --practice for the same: writeback plan --practice.`,
		Args: atMost(0, ""),
		RunE: func(cmd *cobra.Command, args []string) error {
			settings.Practice.Put(a.settings, true, settings.FromFlag)
			return a.verb(func(ctx context.Context, _ []string) error {
				reset, serve, trouble := settings.Reset.Of(a.settings), settings.Serve.Of(a.settings), settings.Trouble.Of(a.settings)
				switch {
				case reset && serve, trouble != "" && (reset || serve):
					return usagef("give one of --reset, --serve and --trouble")
				case trouble != "":
					return a.troublePractice(trouble)
				case reset:
					return a.resetPractice()
				case serve:
					return a.servePractice(ctx)
				case a.tty.In == nil || !a.tty.Seen:
					return usagef("practice asks questions, and there is no terminal to ask them on: writeback plan --practice shows the plan, writeback apply --practice --yes makes it")
				}
				return a.setup(ctx)
			})(cmd, args)
		},
	}
	return cmd
}

// troublePractice makes something wrong that the next calls meet.
func (a *app) troublePractice(name string) error {
	if !slices.Contains(practice.Troubles(), name) {
		return usagef("--trouble %q: give one of %s%s", name, strings.Join(practice.Troubles(), ", "), spelling.DidYouMean(name, practice.Troubles()))
	}
	says, err := a.practice.Trouble(name)
	if err != nil {
		return err
	}
	if a.face().JSON {
		return a.document(struct {
			FormatVersion int    `json:"formatVersion"`
			Trouble       string `json:"trouble"`
		}{steps.FormatVersion, name})
	}
	if says == "" {
		_, err = fmt.Fprintln(a.out, "Nothing is wrong in the practice world now.")
		return err
	}
	_, err = fmt.Fprintf(a.out, "In the practice world, %s.\nLook at it: writeback verify --practice\nEnd it: writeback practice --trouble %s\n", says, practice.NoTrouble)
	return err
}

// practiceWorld is the world while this process has it.
type practiceWorld struct {
	*practice.World
	lock   *statedir.Lock
	tokens map[string]string // what the environment would say
}

// enterPractice brings the world up and has all settings lead there.
func (a *app) enterPractice() (leave func() error, err error) {
	dir, inner, lock, err := a.lockPractice()
	if err != nil {
		return nil, err
	}
	world, err := practice.Start(inner.Path())
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	a.practice = &practiceWorld{World: world, lock: lock}
	leave = func() error { return errors.Join(world.Close(), lock.Release()) }
	if err := a.leadToPractice(dir.Path()); err != nil {
		return nil, errors.Join(err, leave())
	}
	return leave, nil
}

// lockPractice takes the world: one process has it at a time. State is where the
// journals are, and inner where the world is kept.
func (a *app) lockPractice() (state, inner *statedir.Dir, lock *statedir.Lock, err error) {
	if state, err = a.practiceDir(); err != nil {
		return nil, nil, nil, err
	}
	if inner, err = statedir.Open(filepath.Join(state.Path(), "world")); err != nil {
		return nil, nil, nil, err
	}
	lock, err = inner.Lock("practice")
	return state, inner, lock, err
}

// practiceDir is where the practice's own state lives: beside the real one.
func (a *app) practiceDir() (*statedir.Dir, error) {
	base, err := statedir.Open(settings.StateDir.Of(a.settings))
	if err != nil {
		return nil, err
	}
	return statedir.Open(filepath.Join(base.Path(), "practice"))
}

// leadToPractice sets what says whom we speak to. A flag that says otherwise is
// a mistake; the environment and the configuration file are overruled.
func (a *app) leadToPractice(stateDir string) error {
	w := a.practice
	admin := w.Domain.Account(company.RoleAdmin)
	if err := a.settings.ToPractice(map[*settings.Setting]string{
		settings.DC.Setting: w.Domain.LDAPS(), settings.CACert.Setting: w.CAFile(), settings.ADUser.Setting: admin.UPN,
		settings.Auth.Setting: "token", settings.GraphEndpoint.Setting: w.Tenant.GraphEndpoint(), settings.PortalEndpoint.Setting: w.Tenant.PortalEndpoint(),
		settings.StateDir.Setting: stateDir,
	}); err != nil {
		return err
	}
	a.roots = x509.NewCertPool()
	a.roots.AppendCertsFromPEM(w.Tenant.CA())
	w.tokens = map[string]string{
		"WRITEBACK_AD_PASSWORD":  admin.Password,
		"WRITEBACK_GRAPH_TOKEN":  w.Tenant.Mint(tenant.TokenOptions{}),
		"WRITEBACK_PORTAL_TOKEN": w.Tenant.Mint(tenant.TokenOptions{Audience: graph.PortalAudience}),
	}
	for _, token := range w.tokens {
		a.secrets.Hold(token)
	}
	real := a.lookupEnv
	a.lookupEnv = func(name string) (string, bool) {
		if value, ok := w.tokens[name]; ok {
			return value, true
		}
		return real(name)
	}
	return nil
}

// resetPractice does not bring the world up first: it may be one that cannot be.
func (a *app) resetPractice() error {
	_, inner, lock, err := a.lockPractice()
	if err != nil {
		return err
	}
	if err := errors.Join(practice.Forget(inner.Path()), lock.Release()); err != nil {
		return err
	}
	if a.face().JSON {
		return a.document(struct {
			FormatVersion int    `json:"formatVersion"`
			State         string `json:"state"`
		}{steps.FormatVersion, "reset"})
	}
	_, err = fmt.Fprintln(a.out, "The practice world starts anew. Its journals stay: writeback runs --practice")
	return err
}

const (
	rehearsal = "Everything here is made up: the domain corp.contoso.com with some 500 people, its tenant and its sync server are inside this program. Nothing real is reached.\n\n" +
		"You are signed in as the administrator. What is asked, shown and approved is as it is for real, and can be undone. What is left to a person counts as done when you say so.\n\n" +
		"It is kept until writeback practice --reset."
	begin = "begin"
)

// welcomed has the face say where one is, before the first rehearsal: later ones
// begin with what that left.
func (a *app) welcomed(do func(context.Context, wizard.GuidedFace) error) func(context.Context, wizard.GuidedFace) error {
	return func(ctx context.Context, face wizard.GuidedFace) error {
		store, err := a.caller().ReadStore()
		if err != nil {
			return err
		}
		if runs, err := store.History().Runs(); err != nil || len(runs) > 0 {
			return do(ctx, face) // which says what is wrong with them
		}
		how, err := face.Choose(ctx, "A rehearsal", rehearsal, []wizard.Option{
			{Value: begin, Label: "Begin", Note: "a few questions, the plan, your approval, the work"},
			{Value: wizard.Leave, Label: "Leave"},
		})
		switch {
		case err != nil:
			return err
		case how == wizard.Leave:
			return wizard.ErrAborted
		}
		return do(ctx, face)
	}
}

// Runner runs scripts on the world's sync server.
func (w *practiceWorld) Runner() syncserver.Runner { return w.Server }

// Heed does in the practice world what people say to have done by hand: there is
// no portal and no server in it that they could go to.
func (w *practiceWorld) Heed(words map[string]steps.Attestation, unlock bool) error {
	does := map[string]func(*practice.World){
		stages.WritebackInfo.ID: func(w *practice.World) { w.Server.Set(true) },
		stages.SSPRInfo.ID: func(w *practice.World) {
			p := w.Tenant.Policy()
			p.PasswordWritebackSupported, p.EnablementForTenant, p.AccountUnlockEnabled = true, true, unlock
			w.Tenant.SetPolicy(p)
		},
	}
	for stage, do := range does {
		if word, is := words[stage]; is {
			if err := w.ByHand(stage, word.At, do); err != nil {
				return err
			}
		}
	}
	return nil
}

// practised says that the verb has anything to do with a world that is up.
func (a *app) practised(cmd *cobra.Command) bool {
	return !settings.Reset.Of(a.settings) && !slices.Contains([]string{"version", "help"}, cmd.Name())
}
