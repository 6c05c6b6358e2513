package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"writeback/internal/statedir"
	"writeback/steps"
)

func (a *app) applyCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "apply [PLANFILE]",
		Short: "Make the changes, after approval; continue an interrupted run",
		Long: `apply makes the changes of PLANFILE, or of a plan made now. It shows them first
and asks for approval, unless --yes is given. A run that was interrupted is
continued. Where something is no longer as it was when the plan was made, nothing
is written (exit code 5).

A plan file says what is done. Whom to speak to and to trust (--dc, --ca-cert,
--tls-pin, --ad-user, …) it does not say: that comes from the flags, the
environment or the configuration file.`,
		Args: atMostOne("plan file"),
		RunE: a.verb(func(ctx context.Context, args []string) error {
			file := ""
			if len(args) == 1 {
				file = args[0]
			}
			return a.apply(ctx, file)
		}),
	}
}

func (a *app) apply(ctx context.Context, file string) error {
	approved, err := a.approved(file)
	if err != nil {
		return err
	}
	state, err := a.openState("apply")
	if err != nil {
		return err
	}
	defer state.close()
	s, err := a.sit(ctx, false)
	if err != nil {
		return err
	}
	defer s.conn.Close()
	s.Store = state.store
	res, err := s.Apply(ctx, approved, file)
	s.face.Applied(res)
	if res.State == steps.ResultManual {
		a.code = exitManual
	}
	return errors.Join(err, s.face.Document(res))
}

// approved reads the plan file, and takes from it what was not said otherwise.
func (a *app) approved(file string) (*steps.Plan, error) {
	if file == "" {
		return nil, nil
	}
	p, err := loadPlan(file)
	if err != nil {
		return nil, err
	}
	if err := a.settings.goOn(p.Settings, shown, "plan file "+file); err != nil {
		return nil, err
	}
	if a.settings.domain == "" && a.settings.dc == "" {
		if err := a.settings.set("domain", []string{p.Target.Domain}, "plan file "+file); err != nil {
			return nil, err
		}
	}
	return p, a.settings.check()
}

// state is the state directory while this process writes into it.
type state struct {
	store *steps.Store
	lock  *statedir.Lock
}

// openState takes the lock: one run at a time.
func (a *app) openState(what string) (*state, error) {
	dir, err := statedir.Open(a.settings.stateDir)
	if err != nil {
		return nil, err
	}
	lock, err := dir.Lock(what)
	if err != nil {
		return nil, err
	}
	store, err := a.openStore(dir)
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	return &state{store, lock}, nil
}

func (a *app) openStore(dir *statedir.Dir) (*steps.Store, error) {
	store, err := steps.OpenStore(dir.Runs())
	if err != nil {
		return nil, err
	}
	store.Cut = a.cut
	return store, nil
}

func (s *state) close() error { return s.lock.Release() }
