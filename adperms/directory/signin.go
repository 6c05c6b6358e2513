package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"writeback/internal/shell"
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
	if _, named := c.accountOf(o.User); named {
		err := c.kerberosBind(ctx, o)
		var none *NoKDCError
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
	c.way = BySimpleBind
	if !c.tls.ConnectionState().HandshakeComplete {
		return c.notIn(user, NoTLS, "", nil)
	}
	password, err := o.askPassword(user)
	if err != nil {
		return err
	}
	if password == "" {
		return c.notIn(user, EmptyPassword, "", nil)
	}
	c.user = user
	return c.run(ctx, &Operation{Kind: "bind", Target: user}, func() error {
		return c.ldap.Bind(user, password)
	})
}

func (o Options) askPassword(user string) (string, error) {
	if o.Password == nil {
		return "", &OptionError{Option: "--ad-password-file", Text: "a password is needed for " + shell.Name(user)}
	}
	password, err := o.Password()
	if err != nil {
		return "", fmt.Errorf("asking for the password of %s: %w", Visible(user), err)
	}
	return password, nil
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
func (c *Conn) notIn(user string, reason Reason, said string, err error) *SignInError {
	return &SignInError{DC: c.at.String(), User: user, Way: c.way, Reason: reason, Diagnostic: said, Err: err}
}

func (c *Conn) kerberosBind(ctx context.Context, o Options) error {
	c.way = o.kerberosWay()
	i, err := c.credentials(ctx, o)
	if err != nil {
		return err
	}
	defer i.release()
	c.user, c.kerberos = i.user, true
	c.proof = "Kerberos: it holds the key of " + c.spn()
	return c.run(ctx, &Operation{Kind: "bind", Target: i.user}, func() error {
		return c.ldap.GSSAPIBind(i, c.spn(), "")
	})
}
