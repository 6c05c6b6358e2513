package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"writeback/internal/settings"
)

// What is longer than the terminal goes through a pager, as git does it: PAGER says
// which, split at spaces and run without a shell; "" and cat mean none. Only what
// is shown to a person at a terminal does, and never a verb that asks: its
// questions would stand below what they are about.

// pagedVerbs are the verbs that show and do not ask.
var pagedVerbs = []string{"plan", "verify", "explain", "doctor", "runs", "show"}

const usualPager = "less"

// lessOptions is LESS where it is not set: leave what fits, colours, and what was
// shown on the screen.
const lessOptions = "FRX"

// paged collects what a verb shows, where that may go through a pager. leave shows
// it, when the verb is done with everything else.
func (a *app) paged(cmd *cobra.Command) (leave func(context.Context) error) {
	nothing := func(context.Context) error { return nil }
	program := a.pager()
	out, file := a.out, a.outFile()
	switch {
	case program == nil || file == nil || !a.seen || a.byLines() || settings.NoPager.Of(a.settings) || settings.Output.Of(a.settings) != "text":
		return nothing
	case !slices.Contains(pagedVerbs, cmd.Name()), settings.Wait.Of(a.settings):
		return nothing
	}
	var text bytes.Buffer
	a.out = &text
	return func(ctx context.Context) error {
		a.out = out
		columns, rows := a.screenSize()
		if ctx.Err() == nil && linesOf(text.String(), columns) >= rows && rows > 0 {
			if shown := a.page(program, file, text.Bytes()); shown {
				return nil
			}
		}
		_, err := out.Write(text.Bytes())
		return err
	}
}

// pager is the program that PAGER names, and its arguments; nil for none. A program
// in the current directory is none, whatever PATH says (os/exec). Without TERM, which
// Windows does not need, a pager would not know how to draw.
func (a *app) pager() []string {
	if kind, _ := a.lookupEnv("TERM"); kind == "" && runtime.GOOS != "windows" {
		return nil
	}
	named, there := a.lookupEnv("PAGER")
	if !there {
		named = usualPager
	}
	words := strings.Fields(named)
	if len(words) == 0 || words[0] == "cat" {
		return nil
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		return nil
	}
	return append([]string{path}, words[1:]...)
}

// page runs the pager until the person leaves it. shown is false where it could not
// be started: then nothing was shown.
func (a *app) page(program []string, out *os.File, text []byte) (shown bool) {
	cmd := exec.Command(program[0], program[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), out, os.Stderr
	cmd.Env = a.pagerEnvironment(os.Environ())
	if cmd.Start() != nil {
		return false
	}
	// In a pager Ctrl-C ends a search and not the program. A child that is begun
	// later would ignore it, too: there is none.
	signal.Ignore(os.Interrupt)
	if err := cmd.Wait(); err != nil && cmd.ProcessState == nil {
		fmt.Fprintf(a.err, "writeback: %s: %v\n", program[0], err)
	}
	return true
}

// pagerEnvironment is ours without our settings, some of which are secrets.
func (a *app) pagerEnvironment(ours []string) []string {
	env := slices.DeleteFunc(slices.Clone(ours), func(v string) bool { return strings.HasPrefix(strings.ToUpper(v), "WRITEBACK_") })
	if _, there := a.lookupEnv("LESS"); !there {
		env = append(env, "LESS="+lessOptions)
	}
	return env
}

// linesOf counts the lines that a text takes on a terminal, which breaks long ones.
func linesOf(text string, columns int) (n int) {
	for line := range strings.Lines(text) {
		n += max(1, (ansi.StringWidth(line)+columns-1)/max(1, columns))
	}
	return n
}
