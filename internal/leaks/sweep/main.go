// Command sweep looks for the secrets of the tests where none may be, for .ci/test. It
// imports only package leaks and the standard library.
//
//	sweep watch DIR      writes the arguments of all processes to DIR, until it is told to end
//	sweep check DIR LOG  looks through them, and through what the tests said
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"writeback/internal/leaks"
)

// often is how long a process has to live to be seen for certain.
const often = 50 * time.Millisecond

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "watch":
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		f, err := os.OpenFile(filepath.Join(args[1], leaks.ArgvFile), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer f.Close()
		return leaks.Watch(ctx, "/proc", often, f)
	case len(args) == 3 && args[0] == "check":
		summary, err := leaks.Suite(args[1], args[2])
		if err == nil {
			fmt.Println("no leak:", summary)
		}
		return err
	}
	return fmt.Errorf("sweep watch DIR, or sweep check DIR LOG")
}
