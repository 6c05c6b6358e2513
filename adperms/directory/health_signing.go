package directory

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"

	"github.com/go-ldap/ldap/v3"
)

// NoPlainPortError says that it is not known where the DC takes LDAP without
// TLS, so that it cannot be asked how it does.
type NoPlainPortError struct{ URL string }

func (e *NoPlainPortError) Error() string {
	return "the DC is not reached at one of LDAP's usual ports (" + e.URL + "), so that its port without TLS is not known"
}

// SigningRequired asks the DC whether it takes sign-ins that are neither signed
// nor inside TLS: over a second connection, without TLS, it sends a made-up name
// with a made-up password. A DC that requires integrity answers with result 8
// (strongerAuthRequired); any other one says that it does not know the name. That
// the former comes before the latter was seen of Samba, and is inferred of
// Windows, where scanners get it without an account. Nothing of ours is sent, and
// there is no account that could be locked out; the DC may log a failed sign-in.
//
// Errors: [NoPlainPortError], [UnreachableError], [ResultError].
func (c *Conn) SigningRequired(ctx context.Context) (bool, error) {
	address, err := c.plainAddress()
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var d net.Dialer
	tcp, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return false, &UnreachableError{URL: "ldap://" + address, Doing: doingConnect, Err: err}
	}
	stop := context.AfterFunc(ctx, func() { tcp.Close() })
	defer stop()
	plain := ldap.NewConn(tcp, false)
	plain.Start()
	defer plain.Close()
	return c.refusesPlain(ctx, plain, address)
}

func (c *Conn) refusesPlain(ctx context.Context, plain *ldap.Conn, address string) (bool, error) {
	made := rand.Text()
	err := plain.Bind("CN=nobody-"+made+","+c.root.DefaultNC, made)
	var answer *ldap.Error
	switch {
	case ctx.Err() != nil:
		return false, fmt.Errorf("ask ldap://%s whether it requires signing: %w", address, ctx.Err())
	case ldap.IsErrorWithCode(err, ldap.LDAPResultStrongAuthRequired), ldap.IsErrorWithCode(err, ldap.LDAPResultConfidentialityRequired):
		return true, nil
	case ldap.IsErrorWithCode(err, ldap.LDAPResultInvalidCredentials):
		return false, nil
	case errors.As(err, &answer) && answer.ResultCode < ldap.ErrorNetwork:
		return false, &ResultError{DC: "ldap://" + address, Op: "bind", Code: answer.ResultCode, Diagnostic: answer.Err.Error(), Err: err}
	case err != nil:
		return false, &UnreachableError{URL: "ldap://" + address, Doing: "asking", Err: err}
	}
	return false, fmt.Errorf("ldap://%s took a made-up name and password for a sign-in", address)
}

// plainAddress is where the same DC listens without TLS: the address that is
// connected now, which another look at DNS might not give again.
func (c *Conn) plainAddress() (string, error) {
	host, port, err := net.SplitHostPort(c.raw.RemoteAddr().String())
	if err != nil {
		return "", err
	}
	plain := map[string]string{"636": "389", "3269": "3268", "389": "389", "3268": "3268"}[port]
	if plain == "" {
		return "", &NoPlainPortError{URL: c.at.String()}
	}
	return net.JoinHostPort(host, plain), nil
}
