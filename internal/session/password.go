package session

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
func (x *access) password(ctx context.Context) func() (string, error) {
	c, s := x.caller, x.in
	return func() (string, error) {
		if c.Typed != "" && settings.ADUser.Of(s) == settings.ADUser.Of(c.Settings) { // it is that account's
			return c.Typed, nil // the other sources were tried, or there are none
		}
		if s.ByFlag(settings.ADPasswordFile) || s.Origin(settings.ADPasswordFile).Own {
			return c.passwordFile(settings.ADPasswordFile.Of(s))
		}
		apart := s.Origin(settings.ADUser).Own // the one in the environment is not this account's
		if value, ok := c.LookupEnv("WRITEBACK_AD_PASSWORD"); ok && !apart {
			return value, nil
		}
		if settings.ADPasswordFile.Of(s) != "" {
			return c.passwordFile(settings.ADPasswordFile.Of(s))
		}
		nobody := c.Ask == nil || settings.NoInput.Of(s)
		switch {
		case nobody && apart:
			return "", settings.Usagef("domain %s has an ad-user of its own, and nobody can be asked for the password: name an ad-password-file beside it", s.Domain())
		case nobody:
			return "", settings.Usagef("a password is needed, and nobody can be asked for it: use --ad-password-file FILE, or set WRITEBACK_AD_PASSWORD")
		}
		return c.Ask(ctx, fmt.Sprintf("Password of %s: ", steps.Plain(settings.ADUser.Of(s))))
	}
}

// HasPassword says that nobody needs to be asked for the password.
func (c *Caller) HasPassword() bool {
	_, inEnv := c.LookupEnv("WRITEBACK_AD_PASSWORD")
	return c.Typed != "" || inEnv || settings.ADPasswordFile.Of(c.Settings) != ""
}

// passwordFile reads the first line of a file, or of standard input.
func (c *Caller) passwordFile(file string) (string, error) {
	return c.firstLine("--"+settings.ADPasswordFile.Name, file, maxPassword)
}

// maxToken is how many bytes a token may have: one with all groups in it has
// some 10 KB.
const maxToken = 64 << 10

// secret gives what a file holds, or else an environment variable: nil where
// there is neither. It is read when it is needed, and again when it is needed
// again: a token may have been renewed.
func (c *Caller) secret(in settings.Key[string], variable string) func() (string, error) {
	if file := in.Of(c.Settings); file != "" {
		return func() (string, error) { return c.firstLine("--"+in.Name, file, maxToken) }
	}
	if value, ok := c.LookupEnv(variable); ok && value != "" {
		return func() (string, error) { return value, nil }
	}
	return nil
}

// firstLine reads the first line of a file, or of standard input for "-".
func (c *Caller) firstLine(flag, file string, most int) (string, error) {
	in := c.In
	if file != "-" {
		f, err := statedir.OpenGuarded(file)
		if err != nil {
			return "", settings.Usagef("%s %s: %w", flag, file, err)
		}
		defer f.Close()
		in = f
	}
	raw, err := io.ReadAll(io.LimitReader(settings.PlainText(in), int64(most)+1))
	if err != nil {
		return "", settings.Usagef("%s: %w", flag, err)
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	line = strings.TrimSuffix(line, "\r")
	switch {
	case len(line) > most:
		return "", settings.Usagef("%s: more than %d bytes are no %s", flag, most, map[bool]string{true: "password", false: "secret"}[most == maxPassword])
	case strings.ContainsRune(line, '\ufffd'):
		return "", settings.Usagef("%s: the first line of %s is not UTF-8, or ends in the middle of a character: save it as UTF-8", flag, map[bool]string{true: "standard input", false: file}[file == "-"])
	case line == "":
		return "", settings.Usagef("%s: the first line of %s is empty", flag, map[bool]string{true: "standard input", false: file}[file == "-"])
	}
	return c.Secrets.Hold(line), nil
}
