package directory

import (
	"context"
	"errors"
	"strings"

	"writeback/adperms/directory/bind"
)

// signIn binds in the way that the options ask for:
//
//	Kerberos with a keytab or a ticket cache, where one is named;
//	Kerberos with a password, where Kerberos and User are set;
//	a simple bind, where User alone is set and the DC was named;
//	Kerberos with a password, and a simple bind where no KDC answers, where User
//	alone is set and the DC was found in DNS;
//	otherwise whoever is signed in: SSPI on Windows, the ticket cache elsewhere.
//
// NTLM is not offered: a DC that does not want it answers nothing at all, and
// it cannot prove who the DC is.
func (c *Conn) signIn(ctx context.Context, o Options) error {
	switch {
	case o.Kerberos || o.User == "":
		return c.kerberosBind(ctx, o)
	case o.found():
		return c.foundBind(ctx, o)
	}
	if err := c.prove(o, nil); err != nil {
		return err
	}
	return c.simpleBind(ctx, o)
}

// foundBind is the sign-in with a password at a DC that DNS named, which proves
// nothing: a KDC proves itself, and is sent no password. Whatever it answers ends
// the sign-in, for it may count towards a lockout. Where none answers, a
// certificate that is a DC's is proof, and nothing else.
func (c *Conn) foundBind(ctx context.Context, o Options) error {
	var noKerberos error = errNoKerberosName
	if !isDN(o.User) {
		err := c.kerberosBind(ctx, o)
		var none *bind.NoKDCError
		if !errors.As(err, &none) {
			return err
		}
		noKerberos = none
	}
	if err := c.prove(o, noKerberos); err != nil {
		return err
	}
	return c.simpleBind(ctx, o)
}

// simpleBind sends name and password. The wire is verified TLS by construction
// (newConn takes nothing else), and it is looked at once more here, because this
// is the one place where a password leaves the program in the clear.
func (c *Conn) simpleBind(ctx context.Context, o Options) error {
	user := c.bindName(o.User)
	c.way = bind.BySimpleBind
	if !c.tls.ConnectionState().HandshakeComplete {
		return c.notIn(user, bind.NoTLS, "", nil)
	}
	password, err := o.binding().AskPassword(user)
	if err != nil {
		return err
	}
	if password == "" {
		return c.notIn(user, bind.EmptyPassword, "", nil)
	}
	c.user = user
	return c.run(ctx, &Operation{Kind: "bind", Target: user}, func() error {
		return c.ldap.Bind(user, password)
	})
}

// bindName gives a bare sAMAccountName the domain that AD wants behind it: a
// simple bind takes name@domain for any account (MS-ADTS 5.1.1.1.1).
func (c *Conn) bindName(user string) string {
	if strings.ContainsAny(user, `@\=`) || c.root.Domain() == "" {
		return user
	}
	return user + "@" + c.root.Domain()
}

// notIn is a sign-in that did not succeed in the way that was tried.
func (c *Conn) notIn(user string, reason bind.Reason, said string, err error) error {
	return &bind.SignInError{DC: c.at.String(), User: user, Way: c.way, Reason: reason, Diagnostic: said, Err: err}
}

func (c *Conn) kerberosBind(ctx context.Context, o Options) error {
	b := o.binding()
	c.way = b.Way()
	ticket, err := bind.Kerberos(ctx, c.server(), b)
	if err != nil {
		return err
	}
	defer ticket.Release()
	c.user, c.kerberos = ticket.User, true
	c.proof = "Kerberos: it holds the key of " + c.spn()
	return c.run(ctx, &Operation{Kind: "bind", Target: c.user}, func() error {
		return c.ldap.GSSAPIBind(ticket, c.spn(), "")
	})
}

// server is the DC as it is signed in to.
func (c *Conn) server() bind.Server {
	return bind.Server{URL: c.at.String(), Host: c.at.host, Domain: c.root.Domain(), SPN: c.spn(), Leaf: c.leaf}
}

// spn is the DC's LDAP service under its own host name, which the DC gave us
// over verified TLS: it is registered under that, not under an address or alias.
// Of a DC that was found in DNS it is the name with the domain behind it, which
// none but a DC may register for itself (MS-ADTS 3.1.1.5.3.1.1.4): any member of
// the domain may register the other one.
func (c *Conn) spn() string {
	if c.found && c.root.Domain() != "" {
		return "ldap/" + c.DC() + "/" + c.root.Domain()
	}
	return "ldap/" + c.DC()
}
