package session

import (
	"context"
	"fmt"
	"strings"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/internal/visible"
	"writeback/steps"
)

// A neighbor is another domain of the forest, which is connected to for an account there.

// UnreachedDomainError says that a name is, or may be, of another domain of the forest, and
// that no DC of it could be asked.
type UnreachedDomainError struct {
	Name    string
	Domain  string // DNS name; raw
	Certain bool   // the name says its domain
	Err     error
}

func (e *UnreachedDomainError) Error() string {
	is := "may be"
	if e.Certain {
		is = "is"
	}
	return fmt.Sprintf("%s %s in %s, another domain of the forest, which could not be asked: %v. "+
		"To name a DC of it, or a sign-in of its own, put it under domains in the configuration file (--config), with domain: %s and dc: ldaps://HOST",
		shell.Name(e.Name), is, shell.Name(e.Domain), e.Err, visible.Line(e.Domain))
}

func (e *UnreachedDomainError) Unwrap() error { return e.Err }

// neighbor connects to another domain of from's forest, for an account there.
func (c *Caller) neighbor(ctx context.Context, from *Domain, info directory.DomainInfo) (*Domain, error) {
	d, err := c.another(ctx, strings.ToLower(steps.Plain(info.DNS)), from)
	if err != nil {
		return nil, err
	}
	d.guest = true
	theirs, ours := d.Conn.Root(), from.Conn.Root()
	if !adperms.SameDN(theirs.DefaultNC, info.DN) || !adperms.SameDN(theirs.ConfigNC, ours.ConfigNC) {
		d.Conn.Close()
		return nil, fmt.Errorf("%s is a DC of %s in the forest %s, and not of %s in %s", d.Conn.URL(),
			shell.Name(theirs.Domain()), shell.Name(theirs.Forest()), shell.Name(info.DN), shell.Name(ours.Forest()))
	}
	return d, nil
}

// signsInFrom takes the sign-in of a domain of the same forest. A name that says no domain
// gets the one that it is meant in: another domain's DC would take it for an account of its
// own, and count a wrong password against that.
func (d *Domain) signsInFrom(ctx context.Context, from *Domain) error {
	to, of := d.Settings, from.Settings
	settings.ADUser.Put(to, settings.ADUser.Of(of), of.Origin(settings.ADUser))
	settings.ADPasswordFile.Put(to, settings.ADPasswordFile.Of(of), of.Origin(settings.ADPasswordFile))
	settings.Kerberos.Put(to, settings.Kerberos.Of(of), of.Origin(settings.Kerberos))
	settings.Keytab.Put(to, settings.Keytab.Of(of), of.Origin(settings.Keytab))
	user := settings.ADUser.Of(d.Settings)
	if form, _ := directory.FormOf(user); user == "" || form != directory.BareName || settings.Kerberos.Of(d.Settings) {
		return nil
	}
	short, err := from.Conn.NetBIOSName(ctx)
	if err == nil {
		settings.ADUser.Put(d.Settings, short+`\`+user, d.Settings.Origin(settings.ADUser))
	}
	return err
}
