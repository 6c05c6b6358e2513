package session

import (
	"context"
	"strings"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/internal/settings"
	"writeback/internal/shell"
)

// access is how one domain is reached: with whose settings, and with which password.
type access struct {
	caller *Caller
	in     *settings.Settings
	given  string // the password that the DC was given last: a connection that is lost is made again with it
}

// Connect opens the connection to the first domain.
func (c *Caller) Connect(ctx context.Context) (*Domain, error) {
	s := c.Settings
	if s.Domain() == "" && settings.DC.Of(s) == "" {
		if here := c.DomainOfHere(); here != "" {
			s.NameDomains(settings.Found("this computer's domain"), here)
		}
	}
	if settings.ADUser.Of(s) == "" && s.ByFlag(settings.ADPasswordFile) {
		return nil, settings.Usagef("--ad-password-file: whose password is it? name the account with --ad-user")
	}
	x := c.firstAccess()
	conn, err := x.open(ctx, settings.DC.Of(s), x.password(ctx))
	if err != nil {
		return nil, err
	}
	return &Domain{Settings: s, Conn: conn, access: x}, nil
}

// open connects as the settings say, to a DC by its address; "": to one that DNS names.
// The password is remembered.
func (x *access) open(ctx context.Context, dc string, ask func() (string, error)) (*directory.Conn, error) {
	return x.dial(ctx, dc, func() (string, error) {
		word, err := ask()
		x.given = x.caller.Secrets.Hold(word)
		return word, err
	})
}

// again connects with the password that the DC was given last.
func (x *access) again(ctx context.Context, dc string) (*directory.Conn, error) {
	return x.dial(ctx, dc, func() (string, error) { return x.given, nil })
}

func (x *access) dial(ctx context.Context, dc string, password func() (string, error)) (*directory.Conn, error) {
	if err := x.guardTrust(); err != nil {
		return nil, err
	}
	s := x.in
	return directory.Open(ctx, directory.Options{
		Domain: s.Domain(), DC: dc, Found: s.Unset(settings.DC) || s.DCFound,
		CACert: settings.CACert.Of(s), TLSPin: settings.TLSPin.Of(s), TLSName: settings.TLSName.Of(s),
		User: settings.ADUser.Of(s), Password: password,
		Kerberos: settings.Kerberos.Of(s), Keytab: settings.Keytab.Of(s), Krb5Conf: settings.Krb5Conf.Of(s),
		Resolver: x.caller.Resolver, Observe: x.caller.TraceLDAP,
	})
}

// DomainOfHere is the domain that Windows reports for this computer, or "".
func (c *Caller) DomainOfHere() string {
	domain, _ := c.LookupEnv("USERDNSDOMAIN")
	return strings.ToLower(domain)
}

// About is what tells one connector account from another.
func About(k adperms.Connector) string {
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
