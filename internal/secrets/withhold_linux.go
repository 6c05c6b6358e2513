package secrets

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// undumpable keeps other programs of the same user from reading this process's
// memory, environment and files by ptrace and /proc (prctl(2), PR_SET_DUMPABLE).
func undumpable() {
	blankEnvironment()
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) // it fails for a wrong argument alone
}

// blankEnvironment overwrites the values of secrets where the kernel keeps the
// environment that the process was started with, and shows it as /proc/PID/environ:
// to take a variable out of the environment leaves them there. Go has made copies by
// now. Where the system does not let a process write to itself that way, they stay,
// and root alone can read them.
func blankEnvironment() {
	if !slices.ContainsFunc(os.Environ(), func(v string) bool { name, _, _ := strings.Cut(v, "="); return isVariable(name) }) {
		return
	}
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return
	}
	// The command, which may hold anything, stands in parentheses (proc_pid_stat(5)):
	// behind them is field 3, and the addresses are fields 50 and 51.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var from, to int64
	if len(fields) < 49 {
		return
	}
	if n, _ := fmt.Sscan(fields[47]+" "+fields[48], &from, &to); n != 2 || to <= from || to-from > maxEnvironment {
		return
	}
	memory, err := os.OpenFile("/proc/self/mem", os.O_RDWR, 0)
	if err != nil {
		return
	}
	defer memory.Close()
	block := make([]byte, to-from)
	if _, err := io.ReadFull(io.NewSectionReader(memory, from, to-from), block); err != nil {
		return
	}
	at := from
	for variable := range bytes.SplitSeq(block, []byte{0}) {
		name, value, _ := bytes.Cut(variable, []byte("="))
		if isVariable(string(name)) {
			_, _ = memory.WriteAt(bytes.Repeat([]byte("*"), len(value)), at+int64(len(name))+1)
		}
		at += int64(len(variable)) + 1
	}
	clear(block)
}

const maxEnvironment = 32 << 20 // octets; Linux gives arguments and environment 6 MiB by default

// isVariable says that a variable holds a secret, whatever its case, to be careful.
func isVariable(name string) bool {
	return slices.ContainsFunc(Variables, func(s string) bool { return strings.EqualFold(s, name) })
}
