package contract

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
)

// World is a domain that the suite is run on. It must be the suite's own: the
// DACL of its root is changed and put back.
type World struct {
	LDAPS   string // ldaps://address:port
	CAFile  string // PEM
	Domain  string // DNS name
	BaseDN  string
	NetBIOS string
	Admin   Login // may do everything
	// Connector is an account as Entra Connect makes it, the only one of its
	// kind, without rights beyond those to replicate.
	Connector Login
	// Samba says that the DC is a Samba one. Where that differs from Windows the
	// suite wants what Samba does, so that nothing of it goes unnoticed.
	Samba bool
}

// orSamba is what a DC answers, and what Samba answers instead.
func orSamba[T any](b *bench, windows, samba T) T {
	if b.Samba {
		return samba
	}
	return windows
}

// Login is an account and its password.
type Login struct{ DN, UPN, Name, SID, Password string }

// Run is the suite.
func Run(t *testing.T, w World) {
	b := &bench{World: w, t: t}
	b.admin = b.bind(t, w.Admin.UPN, w.Admin.Password)
	b.ou = b.addOU(t, w.BaseDN)
	for _, c := range []struct {
		name string
		run  func(*testing.T, *bench)
	}{
		{"SignIn", signIn}, {"SignInRefused", signInRefused}, {"RootDSE", rootDSE}, {"Who", who},
		{"Principals", principals}, {"Connectors", connectors}, {"Token", token}, {"Schema", schema}, {"Names", names}, {"DCs", dcs}, {"Domains", domains},
		{"Accounts", accounts}, {"ProtectedAccounts", protectedAccounts}, {"Uncounted", uncounted}, {"Policies", policies},
		{"Filters", filters}, {"Pages", pages}, {"Bases", bases}, {"Limits", limits},
		{"Object", object}, {"Descriptors", descriptors}, {"WriteDACL", writeDACL}, {"WriteRefused", writeRefused}, {"WriteDelegated", writeDelegated}, {"Moved", moved}, {"Deleted", deleted},
		{"Reset", reset}, {"Unexpire", unexpire}, {"Passwords", passwords}, {"Delegate", delegate}, {"Coverage", covers}, {"Guarded", guarded}, {"DelegateTwoScopes", delegateScopes},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.run(t, &bench{World: w, t: t, admin: b.admin, ou: b.ou})
		})
	}
}

// bench is one test's place to work.
type bench struct {
	World
	t     *testing.T
	admin *ldap.Conn
	ou    string // the suite's own
}

// open signs in with the program's own client.
func (b *bench) open(user, password string) *directory.Conn {
	b.t.Helper()
	c, err := directory.Open(b.t.Context(), b.options(user, password))
	if err != nil {
		b.t.Fatalf("open as %s: %v", user, err)
	}
	b.t.Cleanup(func() { c.Close() })
	return c
}

func (b *bench) options(user, password string) directory.Options {
	return directory.Options{
		Domain: b.Domain, DC: b.LDAPS, CACert: b.CAFile, User: user,
		Password: func() (string, error) { return password, nil },
	}
}

func (b *bench) hands() *directory.Conn { return b.open(b.Admin.UPN, b.Admin.Password) }

// bind signs in over plain LDAP, as somebody else's program.
func (w World) bind(t *testing.T, user, password string) *ldap.Conn {
	t.Helper()
	c, err := w.tryBind(t, user, password)
	if err != nil {
		t.Fatalf("sign in as %s: %v", user, err)
	}
	return c
}

func (w World) tryBind(t *testing.T, user, password string) (*ldap.Conn, error) {
	t.Helper()
	pem, err := os.ReadFile(w.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		t.Fatalf("%s holds no certificate", w.CAFile)
	}
	host := strings.TrimPrefix(w.LDAPS, "ldaps://")
	host = host[:strings.LastIndexByte(host, ':')]
	c, err := ldap.DialURL(w.LDAPS, ldap.DialWithTLSConfig(&tls.Config{RootCAs: roots, ServerName: host, MinVersion: tls.VersionTLS12}))
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() { c.Close() })
	return c, c.Bind(user, password)
}

// code wants the result code.
func code(t *testing.T, what string, err error, want ...uint16) {
	t.Helper()
	for _, w := range want {
		if w == ldap.LDAPResultSuccess && err == nil || err != nil && ldap.IsErrorWithCode(err, w) {
			return
		}
	}
	t.Errorf("%s ends with %v, want result %v", what, err, want)
}

// as wants err to be of type E.
func as[E error](t *testing.T, err error) (want E) {
	t.Helper()
	if !errors.As(err, &want) {
		t.Fatalf("got %T (%v), want %T", err, err, want)
	}
	return want
}

func sidOf(t *testing.T, raw []byte) secdesc.SID {
	t.Helper()
	s, err := secdesc.SIDFromBytes(raw)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
