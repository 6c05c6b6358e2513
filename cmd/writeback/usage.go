package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"writeback/internal/settings"
	"writeback/internal/spelling"
)

// usageError is a mistake in the command line, the environment or the
// configuration file: exit code 2.
type usageError = settings.UsageError

func usagef(format string, args ...any) error { return settings.Usagef(format, args...) }

// noVerb rejects an unknown verb.
func noVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range withHelp(cmd) {
		names = append(names, c.Name())
	}
	return usagef("%s has no verb %q%s", cmd.CommandPath(), args[0], spelling.DidYouMean(args[0], names))
}

// atMost says what was expected, which cobra's own checks do not.
func atMost(n int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) <= n:
			return nil
		case n == 0:
			return usagef("no arguments are expected, not %q", args[0])
		}
		return usagef("one %s at most is expected, not %d arguments", what, len(args))
	}
}

func exactly(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usagef("one %s is expected, not %d arguments", what, len(args))
		}
		return nil
	}
}

// flagError adds what was probably meant to an unknown flag.
func flagError(cmd *cobra.Command, err error) error {
	var none *pflag.NotExistError
	var value *pflag.InvalidValueError
	if errors.As(err, &value) {
		return usagef("--%s: %w", value.GetFlag().Name, value.Unwrap())
	}
	if !errors.As(err, &none) {
		return &usageError{Err: err}
	}
	if letters := none.GetSpecifiedShortnames(); letters != "" {
		return usagef("there is no flag -%s%s", none.GetSpecifiedName(), longFor(none.GetSpecifiedName())) // what follows it may be a password
	}
	name := none.GetSpecifiedName()
	if name == "ad-password" {
		return usagef("there is no flag --ad-password, because every process on this computer could read it: use --ad-password-file FILE, or set WRITEBACK_AD_PASSWORD")
	}
	if of := verbsWith(cmd.Root(), name); of != "" {
		return usagef("there is no flag --%s here: it is one of %s", name, of)
	}
	var here []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { here = append(here, f.Name) })
	if positive, no := strings.CutPrefix(name, "no-"); no && slices.Contains(here, positive) && cmd.Flags().Lookup(positive).Value.Type() == "bool" {
		return usagef("there is no flag --%s: did you mean --%s=false?", name, positive)
	}
	if near := spelling.Nearest(name, here); near != "" {
		return usagef("there is no flag --%s here: did you mean --%s?", name, near)
	}
	if near := spelling.Nearest(name, settings.Names()); near != "" {
		return usagef("there is no flag --%s here: did you mean --%s? It is one of %s", name, near, verbsWith(cmd.Root(), near))
	}
	return usagef("there is no flag --%s", name)
}

// longFor says what to write instead of a letter that other programs have.
func longFor(letter string) string {
	switch letter {
	case "p", "w", "W":
		return ": a password comes from --ad-password-file FILE, from WRITEBACK_AD_PASSWORD, or is asked for"
	case "y":
		return ": did you mean --yes?"
	case "d", "u":
		return ": flags are written out, as --domain or --ad-user"
	}
	return ": flags are written out, with two dashes; -h and -o are those with a letter"
}

// verbsWith names the verbs that have a flag of their own of this name; "" for
// none.
func verbsWith(root *cobra.Command, flag string) string {
	var verbs []string
	each(root, func(cmd *cobra.Command) {
		if cmd.LocalNonPersistentFlags().Lookup(flag) != nil {
			verbs = append(verbs, cmd.CommandPath())
		}
	})
	return strings.Join(verbs, ", ")
}

// each visits the verbs and their verbs.
func each(cmd *cobra.Command, do func(*cobra.Command)) {
	for _, sub := range cmd.Commands() {
		do(sub)
		each(sub, do)
	}
}

// withHelp are the verbs and topics below a command.
func withHelp(of *cobra.Command) (out []*cobra.Command) {
	for _, c := range of.Commands() {
		if c.IsAvailableCommand() || c.IsAdditionalHelpTopicCommand() {
			out = append(out, c)
		}
	}
	return out
}
