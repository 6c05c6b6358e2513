package syncserver

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"time"

	"writeback/internal/process"
	"writeback/internal/secrets"
	"writeback/internal/visible"
)

// afterEnd is how long output is still read after the process was ended: a
// grandchild may hold the pipe.
const afterEnd = 5 * time.Second

// What of the output is kept.
const (
	longestOutput = 4 << 20
	longestStderr = 8 << 10
)

var errOutput = errors.New("it prints without end")

// execute runs a program. An exit code other than 0 is not an error but an
// ExitError beside the output. When ctx ends, the program and its children are
// ended. Its environment is this program's, without what would make PowerShell look
// for other modules, and more.
func execute(ctx context.Context, held *secrets.Secrets, program string, args []string, stdin string, more ...string) ([]byte, *ExitError, error) {
	cmd, err := process.Command(ctx, held, program, process.Own(args))
	if err != nil {
		return nil, nil, err
	}
	out, errs := &bounded{most: longestOutput, strict: true}, &bounded{most: longestStderr}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), out, errs
	cmd.Env = append(slices.DeleteFunc(cmd.Env, func(v string) bool { return misleading(v, program) }), more...)
	cmd.WaitDelay = afterEnd
	tree := own(cmd)
	if err := cmd.Start(); err != nil {
		return nil, nil, &NoPowerShellError{[]Seen{{program, err}}}
	}
	tree.started()
	err = cmd.Wait()
	tree.end(errors.Is(err, exec.ErrWaitDelay))
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	if out.full {
		return nil, nil, errOutput
	}
	var code *exec.ExitError
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay):
		return out.kept, nil, nil
	case errors.As(err, &code):
		return out.kept, &ExitError{Code: code.ExitCode(), Stderr: visible.Words(plainErrors(decodeText(errs.kept)), 500), Err: err}, nil
	}
	return nil, nil, err
}

// bounded keeps the first bytes of a stream. A strict one then stops it.
type bounded struct {
	most   int
	strict bool
	kept   []byte
	full   bool
}

func (b *bounded) Write(p []byte) (int, error) {
	room := min(len(p), b.most-len(b.kept))
	b.kept = append(b.kept, p[:room]...)
	if room < len(p) {
		b.full = true
		if b.strict {
			return room, errOutput
		}
	}
	return len(p), nil
}
