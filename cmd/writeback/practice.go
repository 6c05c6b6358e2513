package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"writeback/internal/output"
	"writeback/internal/practice"
	"writeback/internal/rehearsal"
	"writeback/internal/settings"
	"writeback/internal/spelling"
	"writeback/steps"
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
	if a.renderer().JSON {
		return output.Document(a.tty.JSON(a.out), struct {
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

// practiceGCPercent is gcPercent where the world is in this process: it is small, and half
// of the time went into collecting what lives for milliseconds.
const practiceGCPercent = 400

// enterPractice brings the world up and has all settings lead there.
func (a *app) enterPractice() (leave func() error, err error) {
	debug.SetGCPercent(practiceGCPercent)
	w, err := rehearsal.Enter(a.settings, a.secrets)
	if err != nil {
		return nil, err
	}
	a.practice, a.roots, a.lookupEnv = w, w.Roots(), w.LookupEnv(a.lookupEnv)
	return w.Leave, nil
}

// servePractice prints how to reach the world, and waits.
func (a *app) servePractice(ctx context.Context) error {
	s, err := a.practice.Serve()
	if err != nil {
		return err
	}
	if a.renderer().JSON {
		if err := output.Document(a.tty.JSON(a.out), s); err != nil {
			return err
		}
	} else {
		s.Tell(a.out)
	}
	<-ctx.Done()
	return nil
}

// resetPractice does not bring the world up first: it may be one that cannot be.
func (a *app) resetPractice() error {
	if err := rehearsal.Forget(a.settings); err != nil {
		return err
	}
	if a.renderer().JSON {
		return output.Document(a.tty.JSON(a.out), struct {
			FormatVersion int    `json:"formatVersion"`
			State         string `json:"state"`
		}{steps.FormatVersion, "reset"})
	}
	_, err := fmt.Fprintln(a.out, "The practice world starts anew. Its journals stay: writeback runs --practice")
	return err
}
