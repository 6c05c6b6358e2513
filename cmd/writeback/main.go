// Command writeback switches on password writeback in Active Directory, shows
// every change before it is made, and takes back exactly what it made.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"writeback/adperms/directory"
	"writeback/internal/exit"
	"writeback/internal/secrets"
	"writeback/internal/settings"
	"writeback/internal/terminal"
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(newApp().main(os.Args[1:]))
}

// gcPercent is how much garbage may stand beside what lives, which is little
// whatever the size of the directory: 50 keeps the whole near it and costs no
// time that can be measured (docs/benchmarks.md).
const gcPercent = 50

// newApp is the program on this process's own input, output and environment.
func newApp() *app {
	secrets.WithholdMemory()
	stderr, env := &terminal.Stderr{To: os.Stderr}, secrets.TakenEnvironment()
	held := &secrets.Secrets{LookupEnv: env}
	return &app{
		in: os.Stdin, out: os.Stdout, err: stderr, stderr: stderr,
		lookupEnv: env, secrets: held, tty: terminal.Of(os.Stdin, os.Stdout, env, held),
	}
}

func (a *app) main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A reader that leaves (| head) must not end us between a write and its
	// record: writing to it is an error like any other.
	signal.Ignore(syscall.SIGPIPE)
	heard := make(chan struct{})
	quiet := context.AfterFunc(ctx, func() {
		defer close(heard)
		fmt.Fprintln(a.err, "writeback: stopping; a write that has begun is finished first")
		stop() // a second signal ends the process at once
	})
	defer func() {
		if !quiet() {
			<-heard // nobody is left without an answer because the end came first
		}
	}()
	out := &terminal.Output{To: a.out}
	a.out = out
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var usage *usageError
	switch {
	case err == nil && out.Err == nil:
		return a.code
	case out.Err != nil && (err == nil || !a.ran):
		err = fmt.Errorf("standard output: %w: not all of what was to be shown has arrived there", out.Err)
	case !a.ran && !errors.As(err, &usage):
		err = &usageError{Err: err}
	}
	call := a.call()
	call.Explain(a.err, err)
	if !out.Began && a.settings.SpeaksJSON(args, a.lookupEnv) {
		call.Document(a.out, err)
	}
	return call.Code(err)
}

// call is what the errors of this call are told with.
func (a *app) call() exit.Call {
	return exit.Call{
		Redact: a.secrets.Redact, Practice: settings.Practice.Of(a.settings), Scopes: settings.Scopes.Of(a.settings),
		Wrote: a.sessions != nil && a.sessions.Wrote,
	}
}

func (a *app) root() *cobra.Command {
	if a.settings == nil {
		a.settings = new(settings.Settings)
	}
	a.settings.DCForm = directory.DCURL
	cmd := &cobra.Command{
		Use:   settings.Root,
		Short: "Switch on Microsoft Entra password writeback, and prove that it works",
		Long: `writeback switches on Microsoft Entra password writeback, in three stages:

  delegate   gives the account that Entra Connect (or Cloud Sync) uses in Active
             Directory its rights: Reset password, Write lockoutTime and Write
             pwdLastSet on descendant users, and Unexpire Password on the domain's
             root where it is missing
  writeback  enables Password writeback on the sync server
  sspr       sets the tenant's page Password reset > On-premises integration

The last two come in where something speaks of them: --auth, --sync-server, or
another of their flags. What no program can do is told in numbered steps.

Nothing is written that was not shown and approved. Nothing of others is changed, but
for what harden shows line by line. What was made is written down before it is made,
and can be taken back.`,
		Example: `  writeback plan  --domain corp.example --ad-user admin@corp.example
  writeback apply --domain corp.example --ad-user admin@corp.example
  writeback undo`,
		Version:       version(),
		SilenceErrors: true, SilenceUsage: true,
		Args: noVerb,
		RunE: a.bare,
	}
	cmd.SetIn(a.in)
	cmd.SetOut(a.out)
	cmd.SetErr(a.err)
	cmd.SetFlagErrorFunc(flagError)
	cmd.AddCommand(a.setupCmd(), a.planCmd(), a.applyCmd(), a.verifyCmd(), a.explainCmd(), a.doctorCmd(), a.undoCmd(), a.runsCmd(), a.reportCmd(), a.exportCmd(), a.bundleCmd(), a.attestCmd(), a.hardenCmd(), a.practiceCmd(), a.versionCmd())
	a.declare(cmd)
	cmd.AddCommand(helpTopics()...)
	cmd.SetHelpCommand(helpCmd())
	a.declareCompletion(cmd)
	return cmd
}
