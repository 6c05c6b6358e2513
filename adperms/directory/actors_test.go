package directory_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"writeback/adperms/directory"
	"writeback/internal/ldapproxy"
	"writeback/internal/leaks"
	"writeback/internal/sambatest"
)

// Who plays in these tests: the real DC, its administrator, a user without
// rights, and a proxy in between that may cut, keep back or lie.

const userPassword = "Start-1234"

func password(s string) func() (string, error) {
	leaks.Secret(s)
	return func() (string, error) { return s, nil }
}

func noPassword(t *testing.T) func() (string, error) {
	return func() (string, error) {
		t.Error("the password was asked for")
		return "", errors.New("not here")
	}
}

func domainOf(dc *sambatest.DC) string { return strings.ToLower(dc.Realm) }

// admin are the administrator's options over LDAPS.
func admin(dc *sambatest.DC) directory.Options {
	return directory.Options{
		Domain: domainOf(dc), DC: dc.LDAPS, CACert: dc.CAFile,
		User: dc.AdminUser, Password: password(dc.AdminPassword),
	}
}

// user are the options of another account of the domain.
func user(dc *sambatest.DC, name string) directory.Options {
	o := admin(dc)
	o.User, o.Password = dc.UPN(name), password(userPassword)
	return o
}

func open(t *testing.T, o directory.Options) *directory.Conn {
	t.Helper()
	c, err := directory.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("open %s: %v", o.DC, err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// refused opens and wants an error of type E.
func refused[E error](t *testing.T, o directory.Options) E {
	t.Helper()
	c, err := directory.Open(t.Context(), o)
	if err == nil {
		c.Close()
		t.Fatalf("open %s succeeded", o.DC)
	}
	keepsSecrets(t, err)
	var want E
	if !errors.As(err, &want) {
		t.Fatalf("open %s: got %T (%v), want %T", o.DC, err, err, want)
	}
	return want
}

// as wants err to be of type E.
func as[E error](t *testing.T, err error) E {
	t.Helper()
	keepsSecrets(t, err)
	var want E
	if !errors.As(err, &want) {
		t.Fatalf("got %T (%v), want %T", err, err, want)
	}
	return want
}

// keepsSecrets wants no secret of any test in an error, however it is printed.
func keepsSecrets(t *testing.T, err error) {
	t.Helper()
	leaks.Text(t, "the error", fmt.Sprintf("%v\n%+v\n%#v", err, err, err))
}

// says wants all parts in the error's text.
func says(t *testing.T, err error, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error does not say %q: %v", p, err)
		}
	}
}

// proxied starts a proxy in front of the DC and returns the administrator's way
// through it.
func proxied(t *testing.T, dc *sambatest.DC) (*ldapproxy.Proxy, directory.Options) {
	t.Helper()
	proxy, err := ldapproxy.Listen(ldapproxy.Config{
		Upstream: dc.LDAPS, UpstreamTLS: dc.TLS(), Certificate: dc.Issue(t, "127.0.0.1", dc.Host),
	})
	if err != nil {
		t.Fatalf("proxy: %v", err)
	}
	t.Cleanup(func() { proxy.Close() })
	o := admin(dc)
	o.DC = proxy.LDAPS
	return proxy, o
}

// soon is a context that fails the test rather than hang it.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}
