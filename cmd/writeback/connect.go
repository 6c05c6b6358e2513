package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/internal/settings"
	"writeback/internal/shell"
)

// connect opens the one connection of the run.
func (a *app) connect(ctx context.Context) (*directory.Conn, error) {
	s := a.settings
	if s.Domain() == "" && settings.DC.Of(s) == "" {
		if here := domainOfHere(a.lookupEnv); here != "" {
			s.NameDomains(settings.Found("this computer's domain"), here)
		}
	}
	if settings.ADUser.Of(s) == "" && s.ByFlag(settings.ADPasswordFile) {
		return nil, usagef("--ad-password-file: whose password is it? name the account with --ad-user")
	}
	ask := a.password(ctx)
	return a.connectTo(ctx, settings.DC.Of(s), func() (string, error) {
		word, err := ask()
		a.given = a.secrets.Hold(word)
		return word, err
	})
}

// connectTo connects as the settings say, to a DC by its address; "": to one
// that DNS names.
func (a *app) connectTo(ctx context.Context, dc string, password func() (string, error)) (*directory.Conn, error) {
	s := a.settings
	if err := a.guardTrust(); err != nil {
		return nil, err
	}
	return directory.Open(ctx, directory.Options{
		Domain: s.Domain(), DC: dc, Found: s.Unset(settings.DC) || s.DCFound,
		CACert: settings.CACert.Of(s), TLSPin: settings.TLSPin.Of(s), TLSName: settings.TLSName.Of(s),
		User: settings.ADUser.Of(s), Password: password,
		Kerberos: settings.Kerberos.Of(s), Keytab: settings.Keytab.Of(s), Krb5Conf: settings.Krb5Conf.Of(s),
		Resolver: a.resolver, Observe: a.traceLDAP(),
	})
}

// domainOfHere is the domain that a Windows computer tells its programs.
func domainOfHere(env func(string) (string, bool)) string {
	domain, _ := env("USERDNSDOMAIN")
	return strings.ToLower(domain)
}

// chooseConnector finds the account that gets the rights: the one that was
// named, or the only one that looks like it. It never guesses between several.
func (a *app) chooseConnector(ctx context.Context, c *directory.Conn) (adperms.Connector, error) {
	if name := settings.Connector.Of(a.settings); name != "" {
		p, err := c.Principal(ctx, name)
		if err != nil {
			return adperms.Connector{}, fmt.Errorf("--connector: %w", err)
		}
		return directory.AsConnector(p), nil
	}
	all, err := c.ConnectorAccounts(ctx)
	if err != nil {
		return adperms.Connector{}, err
	}
	switch len(all) {
	case 0:
		return adperms.Connector{}, fmt.Errorf("no account in %s looks like that of Entra Connect or Cloud Sync: name it with --connector", shell.Name(c.Root().Domain()))
	case 1:
		return all[0], nil
	}
	lines := []error{errors.New("several accounts look like that of a sync product: name the right one with --connector")}
	for _, k := range all {
		name := k.SAM
		if !shell.Safe(name) { // as of a managed service account
			name = k.SID.String()
		}
		lines = append(lines, fmt.Errorf("  %s  (%s)", shell.Name(name), shell.Name(k.SAM)+", "+about(k)))
	}
	return adperms.Connector{}, errors.Join(lines...)
}

// about is what tells one connector account from another.
func about(k adperms.Connector) string {
	parts := []string{map[adperms.Product]string{adperms.EntraConnect: "Entra Connect", adperms.CloudSync: "Cloud Sync"}[k.Product]}
	if k.Host != "" {
		parts = append(parts, "sync server "+k.Host)
	}
	if k.Tenant != "" {
		parts = append(parts, "tenant "+k.Tenant)
	}
	if k.Disabled {
		parts = append(parts, "disabled")
	}
	return strings.Join(append(parts, shell.Name(k.DN)), ", ")
}
