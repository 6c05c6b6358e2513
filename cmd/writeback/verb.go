package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"writeback/internal/output"
	"writeback/internal/settings"
	"writeback/steps"
)

// verb wraps what a command does: settings are resolved first, and from then on
// an error is no longer one of the command line.
func (a *app) verb(do func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := a.settings.Resolve(cmd.Name(), a.lookupEnv, true)
		if line := a.settings.UnreadConfig(); line != "" {
			fmt.Fprintln(a.err, line)
		}
		if err != nil {
			return err
		}
		if err := a.settings.CheckOutput(cmd.Name()); err != nil {
			return err
		}
		a.ran = true
		closeLog, err := a.openLog()
		if err != nil {
			return err
		}
		leave := func() error { return nil }
		if settings.Practice.Of(a.settings) && a.practised(cmd) {
			if leave, err = a.enterPractice(); err != nil {
				return errors.Join(err, closeLog())
			}
		}
		show := a.paged(cmd)
		if err = output.Apart(a.settings, func() (*steps.Store, error) { return a.caller().ReadStore() }, args...); err == nil {
			err = do(cmd.Context(), args)
		}
		err = errors.Join(err, leave(), closeLog())
		return errors.Join(show(cmd.Context()), err)
	}
}

// practised says that the verb has anything to do with a world that is up.
func (a *app) practised(cmd *cobra.Command) bool {
	return !settings.Reset.Of(a.settings) && !slices.Contains([]string{"version", "help"}, cmd.Name())
}
