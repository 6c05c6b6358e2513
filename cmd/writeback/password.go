package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"writeback/steps"
)

// A password never comes from the command line, which every process of the
// computer can read. It is asked for late: only if the sign-in turns out to
// need it, and after the DC has proved who it is.

const maxPassword = 4096 // bytes; AD takes 256 characters

// password says where the password comes from, as for every setting: what the
// command line says, then the environment, then the configuration file. What
// is left is to ask.
func (a *app) password(ctx context.Context) func() (string, error) {
	s := &a.settings
	return func() (string, error) {
		if s.from["ad-password-file"] == "flag" {
			return a.passwordFile(s.adPasswordFile)
		}
		if value, ok := a.lookupEnv("WRITEBACK_AD_PASSWORD"); ok {
			return value, nil
		}
		if s.adPasswordFile != "" {
			return a.passwordFile(s.adPasswordFile)
		}
		if a.terminal == nil || s.noInput {
			return "", usagef("a password is needed, and nobody can be asked for it: use --ad-password-file FILE, or set WRITEBACK_AD_PASSWORD")
		}
		return a.typedPassword(ctx, fmt.Sprintf("Password of %s: ", steps.Plain(s.adUser)))
	}
}

// passwordFile reads the first line of a file, or of standard input.
func (a *app) passwordFile(file string) (string, error) {
	in := a.in
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", usagef("--ad-password-file: %w", err)
		}
		defer f.Close()
		in = f
	}
	raw, err := io.ReadAll(io.LimitReader(in, maxPassword+1))
	if err != nil {
		return "", usagef("--ad-password-file: %w", err)
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	line = strings.TrimSuffix(line, "\r")
	switch {
	case len(line) > maxPassword:
		return "", usagef("--ad-password-file: more than %d bytes are no password", maxPassword)
	case line == "":
		return "", usagef("--ad-password-file: the first line of %s is empty", map[bool]string{true: "standard input", false: file}[file == "-"])
	}
	return line, nil
}

// typedPassword asks on the terminal, without echo. A read of a terminal cannot
// be cancelled, so that it is left behind when ctx ends, and the echo put back.
func (a *app) typedPassword(ctx context.Context, prompt string) (string, error) {
	fd := int(a.terminal.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	type answer struct {
		text []byte
		err  error
	}
	typed := make(chan answer, 1)
	fmt.Fprint(a.err, prompt)
	go func() {
		text, err := term.ReadPassword(fd)
		typed <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		err = term.Restore(fd, before)
		fmt.Fprintln(a.err)
		if err != nil {
			return "", fmt.Errorf("put the terminal's echo back: %w", err)
		}
		return "", ctx.Err()
	case got := <-typed:
		fmt.Fprintln(a.err)
		if got.err != nil {
			return "", fmt.Errorf("read the password: %w", got.err)
		}
		return string(got.text), nil
	}
}
