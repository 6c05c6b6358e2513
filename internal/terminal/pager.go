package terminal

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"writeback/internal/process"
)

// What is longer than the terminal goes through a pager, as git does it: PAGER says
// which, split at spaces and run without a shell; "" and cat mean none.

const usualPager = "less"

// lessOptions is LESS where it is not set: leave what fits, colors, and what was
// shown on the screen.
const lessOptions = "FRX"

// Pager is the program that PAGER names, and its arguments; nil for none. A program
// in the current directory is none, whatever PATH says (os/exec). Without TERM, which
// Windows does not need, a pager would not know how to draw.
func (t Terminal) Pager() []string {
	if kind, _ := t.LookupEnv("TERM"); kind == "" && runtime.GOOS != "windows" {
		return nil
	}
	named, there := t.LookupEnv("PAGER")
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

// Page runs the pager until the person leaves it. shown is false where it could not
// be started: then nothing was shown.
func (t Terminal) Page(program []string, out *os.File, text []byte) (shown bool) {
	cmd, err := process.Command(context.Background(), t.Secrets, program[0], nil, program[1:]...)
	if err != nil {
		return false
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), out, os.Stderr
	if _, there := t.LookupEnv("LESS"); !there {
		cmd.Env = append(cmd.Env, "LESS="+lessOptions)
	}
	if cmd.Start() != nil {
		return false
	}
	// In a pager Ctrl-C ends a search and not the program. A child that is begun
	// later would ignore it, too: there is none.
	signal.Ignore(os.Interrupt)
	if err := cmd.Wait(); err != nil && cmd.ProcessState == nil {
		fmt.Fprintf(os.Stderr, "writeback: %s: %v\n", program[0], err)
	}
	return true
}

// LinesOf counts the lines that a text takes on a terminal, which breaks long ones.
func LinesOf(text string, columns int) (n int) {
	for line := range strings.Lines(text) {
		n += max(1, (ansi.StringWidth(line)+columns-1)/max(1, columns))
	}
	return n
}
