package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"

	"writeback/adperms/directory"
	"writeback/steps"
)

// connect opens the one connection of the run.
func (a *app) connect(ctx context.Context) (*directory.Conn, error) {
	s := &a.settings
	if s.domain == "" && s.dc == "" {
		s.domain, s.from["domain"] = domainOfHere(a.lookupEnv), "found: this computer's domain"
	}
	return directory.Open(ctx, directory.Options{
		Domain: s.domain, DC: s.dc,
		CACert: s.caCert, TLSPin: s.tlsPin, TLSName: s.tlsName,
		User: s.adUser, Password: a.password(s.adUser),
		Kerberos: s.kerberos, Keytab: s.keytab, Krb5Conf: s.krb5Conf,
		Resolver: a.resolver, Observe: a.observeLDAP(),
	})
}

// domainOfHere is the domain that a Windows computer tells its programs.
func domainOfHere(env func(string) (string, bool)) string {
	domain, _ := env("USERDNSDOMAIN")
	return strings.ToLower(domain)
}

const maxPassword = 4096 // bytes; AD takes 256 characters

// password says where the password comes from; it is asked for late, and only
// if the sign-in turns out to need it.
func (a *app) password(user string) func() (string, error) {
	return func() (string, error) {
		if file := a.settings.adPasswordFile; file != "" {
			return a.passwordFile(file)
		}
		if value, ok := a.lookupEnv("WRITEBACK_AD_PASSWORD"); ok {
			return value, nil
		}
		if a.terminal == nil || a.settings.noInput {
			return "", usagef("a password for %s is needed: use --ad-password-file FILE, or set WRITEBACK_AD_PASSWORD", user)
		}
		fmt.Fprintf(a.err, "Password of %s: ", steps.Plain(user))
		typed, err := term.ReadPassword(int(a.terminal.Fd()))
		fmt.Fprintln(a.err)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return string(typed), nil
	}
}

// passwordFile reads the first line of a file, or of standard input.
func (a *app) passwordFile(file string) (string, error) {
	in := a.in
	if file != "-" {
		f, err := os.Open(filepath.Clean(file))
		if err != nil {
			return "", &usageError{err: fmt.Errorf("--ad-password-file: %w", err)}
		}
		defer f.Close()
		in = f
	}
	raw, err := io.ReadAll(io.LimitReader(in, maxPassword+1))
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	if len(raw) > maxPassword {
		return "", usagef("--ad-password-file: more than %d bytes are no password", maxPassword)
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}

// observeLDAP is the trace of --debug and --log-file. Operations hold no values
// and no credentials.
func (a *app) observeLDAP() func(directory.Operation) {
	var to []io.Writer
	if a.settings.debug {
		to = append(to, a.err)
	}
	if a.log != nil {
		to = append(to, a.log)
	}
	if len(to) == 0 {
		return nil
	}
	w := io.MultiWriter(to...)
	return func(o directory.Operation) {
		outcome := fmt.Sprintf("%d entries", o.Entries)
		if o.Err != nil {
			outcome = o.Err.Error()
		}
		line := fmt.Sprintf("%s ldap %s %q %s %s %s: %s", time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
			o.Kind, o.Target, o.Filter, strings.Join(o.Attributes, ","), o.Took.Round(time.Microsecond), outcome)
		fmt.Fprintln(w, steps.Plain(line))
	}
}

// chooseConnector finds the account that gets the rights: the one that was
// named, or the only one that looks like it. It never guesses between several.
func (a *app) chooseConnector(ctx context.Context, c *directory.Conn) (directory.Principal, error) {
	if name := a.settings.connector; name != "" {
		p, err := c.Principal(ctx, name)
		if err != nil {
			return p, fmt.Errorf("--connector: %w", err)
		}
		return p, nil
	}
	all, err := c.ConnectorAccounts(ctx)
	if err != nil {
		return directory.Principal{}, err
	}
	switch len(all) {
	case 0:
		return directory.Principal{}, errors.New("no account in this domain looks like that of Entra Connect or Cloud Sync: name it with --connector")
	case 1:
		return all[0].Principal, nil
	}
	var b strings.Builder
	b.WriteString("several accounts look like that of a sync product; name the right one with --connector:")
	for _, k := range all {
		fmt.Fprintf(&b, "\n  %s  (%s)", k.SAM, about(k))
	}
	return directory.Principal{}, errors.New(b.String())
}

// about is what tells one connector account from another.
func about(k directory.Connector) string {
	parts := []string{string(k.Kind)}
	if k.Host != "" {
		parts = append(parts, "sync server "+k.Host)
	}
	if k.Tenant != "" {
		parts = append(parts, "tenant "+k.Tenant)
	}
	if k.Disabled {
		parts = append(parts, "disabled")
	}
	return strings.Join(append(parts, k.DN), ", ")
}
