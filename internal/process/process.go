// Package process starts other people's programs: a browser, a pager, the clipboard's
// program, a PowerShell. None of them gets a setting of ours in its environment or a
// secret among its arguments, which everybody on the computer can list. It knows nothing of
// what the programs are for.
package process

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"writeback/internal/secrets"
)

// Own are arguments that are compiled in. A weak password may stand in them as a word,
// which tells nobody anything.
type Own []string

// Command is a program that has yet to be started, with this program's environment but
// for its settings; the arguments are own, then args. It ends when ctx does. One of args that
// holds one of the secrets is a SecretError.
func Command(ctx context.Context, held *secrets.Secrets, program string, own Own, args ...string) (*exec.Cmd, error) {
	if i := slices.IndexFunc(args, held.In); i >= 0 {
		return nil, &SecretError{Program: filepath.Base(program), Argument: len(own) + i + 1}
	}
	cmd := exec.CommandContext(ctx, program, slices.Concat(own, args)...)
	cmd.Env = environment(os.Environ())
	return cmd, nil
}

// A SecretError refuses to start a program.
type SecretError struct {
	Program  string
	Argument int // counted from 1
}

func (e *SecretError) Error() string {
	return fmt.Sprintf("start %s: its argument %d holds a password or token, and everybody on this computer can read the arguments of a program: it was not started", e.Program, e.Argument)
}

// environment is ours without our settings, some of which are secrets. Nothing else is taken
// out for what it holds: a weak password may be a word of PATH.
func environment(ours []string) []string {
	return slices.DeleteFunc(slices.Clone(ours), func(v string) bool { return strings.HasPrefix(strings.ToUpper(v), "WRITEBACK_") })
}
