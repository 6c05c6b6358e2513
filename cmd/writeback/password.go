package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"writeback/internal/settings"
	"writeback/internal/statedir"
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
	s := a.settings
	return func() (string, error) {
		if a.typed != "" {
			return a.typed, nil // the other sources were tried, or there are none
		}
		if s.ByFlag(settings.ADPasswordFile) || s.Origin(settings.ADPasswordFile).Own {
			return a.passwordFile(settings.ADPasswordFile.Of(s))
		}
		apart := s.Origin(settings.ADUser).Own // the one in the environment is not this account's
		if value, ok := a.lookupEnv("WRITEBACK_AD_PASSWORD"); ok && !apart {
			return value, nil
		}
		if settings.ADPasswordFile.Of(s) != "" {
			return a.passwordFile(settings.ADPasswordFile.Of(s))
		}
		if apart && (a.tty.In == nil || settings.NoInput.Of(s)) {
			return "", usagef("domain %s has an ad-user of its own, and nobody can be asked for the password: name an ad-password-file beside it", s.Domain())
		}
		if a.tty.In == nil || settings.NoInput.Of(s) {
			return "", usagef("a password is needed, and nobody can be asked for it: use --ad-password-file FILE, or set WRITEBACK_AD_PASSWORD")
		}
		return a.typedPassword(ctx, fmt.Sprintf("Password of %s: ", steps.Plain(settings.ADUser.Of(s))))
	}
}

// passwordFile reads the first line of a file, or of standard input.
func (a *app) passwordFile(file string) (string, error) {
	return a.firstLine("--ad-password-file", file, maxPassword)
}

// maxToken is how many bytes a token may have: one with all groups in it has
// some 10 KB.
const maxToken = 64 << 10

// secret gives what a file holds, or else an environment variable: nil where
// there is neither. It is read when it is needed, and again when it is needed
// again: a token may have been renewed.
func (a *app) secret(flag, file, variable string) func() (string, error) {
	if file != "" {
		return func() (string, error) { return a.firstLine(flag, file, maxToken) }
	}
	if value, ok := a.lookupEnv(variable); ok && value != "" {
		return func() (string, error) { return value, nil }
	}
	return nil
}

// firstLine reads the first line of a file, or of standard input for "-".
func (a *app) firstLine(flag, file string, most int) (string, error) {
	in := a.in
	if file != "-" {
		f, err := statedir.OpenGuarded(file)
		if err != nil {
			return "", usagef("%s %s: %w", flag, file, err)
		}
		defer f.Close()
		in = f
	}
	raw, err := io.ReadAll(io.LimitReader(settings.PlainText(in), int64(most)+1))
	if err != nil {
		return "", usagef("%s: %w", flag, err)
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	line = strings.TrimSuffix(line, "\r")
	switch {
	case len(line) > most:
		return "", usagef("%s: more than %d bytes are no %s", flag, most, map[bool]string{true: "password", false: "secret"}[most == maxPassword])
	case line == "":
		return "", usagef("%s: the first line of %s is empty", flag, map[bool]string{true: "standard input", false: file}[file == "-"])
	}
	return a.secrets.Hold(line), nil
}

// typedPassword asks on the terminal, without echo.
func (a *app) typedPassword(ctx context.Context, prompt string) (string, error) {
	return a.tty.ReadPassword(ctx, a.err, prompt)
}
