// Package sambatest runs real Samba AD domain controllers for tests. It imports
// no client of this program, so that it can judge them.
//
// A DC listens on a loopback address of its own (127.x.y.z) with the ports that clients expect, so two test runs never meet. It lives no
// longer than the process that started it: Samba reads its standard input from a pipe that this process holds, and stops when the pipe closes,
// whatever the reason.
//
// Most tests take the DC that all tests of the binary share, and an OU of their own in it:
//
//	dc := sambatest.Shared(t)
//	ou := dc.OU(t)
//	user := dc.AddUser(t, ou, sambatest.Unique("ann"), "Start-1234")
//
// A test that changes the domain root, or counts what is in the domain, takes a domain of its own with [New],
// one that wants to see two DCs of a domain takes [NewPair], and several domains are several calls of New with a [Realm] each. The names of all
// of them lead to them with [Resolver].
//
// Where Samba is missing the test is skipped with the reason; with REQUIRE_SAMBA=1 in the environment it fails instead. In the quick tier it is
// skipped in any case ([tier.Takes]).
package sambatest

import (
	"crypto/x509"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/authority"
	"writeback/internal/leaks"
	"writeback/internal/tier"
)

// DC is a running domain controller, alone in its domain and forest unless [NewPair] started it, at functional level 2008 R2 with the
// 2012 R2 schema (the highest that Samba 4.17 has). Passwords must be complex and have seven characters; there is no minimum age and no
// history.
type DC struct {
	IP     string // the loopback address it listens on, and on no other
	LDAPS  string // ldaps://IP:636
	LDAP   string // ldap://IP:389, which speaks StartTLS
	Host   string // FQDN; in the certificate beside IP, and not in any DNS
	Realm  string // Kerberos realm, upper case; in lower case it is the DNS name of the domain
	Domain string // NetBIOS name
	BaseDN string // DN of the domain root
	CAFile string // PEM file of the CA that issued the DC's certificate

	AdminUser     string // UPN of the built-in Administrator
	AdminPassword string

	name        string // NetBIOS name, upper case
	home        *home
	authority   *authority.Authority
	certificate []byte         // DER; nil: roots say whom to trust
	roots       *x509.CertPool // of a DC that is elsewhere
	server      *server

	mu    sync.Mutex // guards admin
	admin *ldap.Conn
}

// An Option changes what [New] provisions.
type Option func(*config)

type config struct {
	realm    string
	settings []setting
	certify  certifyFunc
}

type setting struct{ name, value string }

// Realm gives the domain another name than CORP.EXAMPLE. The NetBIOS name is its first label.
func Realm(name string) Option {
	return func(c *config) { c.realm = strings.ToUpper(name) }
}

// Setting adds a line to the [global] section of smb.conf; it wins over the line of the same name that is there by default.
func Setting(name, value string) Option {
	return func(c *config) { c.settings = append(c.settings, setting{name, value}) }
}

// unavailable says why this machine cannot run a DC at all. It skips a test where any other error fails it.
type unavailable struct{ reason string }

func (u unavailable) Error() string { return "no samba AD DC on this machine: " + u.reason }

var shared struct {
	once sync.Once
	dc   *DC
	err  error
}

// Shared returns the DC that all tests of this binary share. The first call starts it; it stops with the process.
func Shared(t testing.TB) *DC {
	t.Helper()
	tier.Takes(t, "Samba")
	shared.once.Do(func() { shared.dc, shared.err = start() })
	if shared.err != nil {
		giveUp(t, shared.err)
	}
	shared.dc.logOnFailure(t)
	return shared.dc
}

// New starts a DC with a domain of its own for t, and stops it when t ends. It takes a second, and some five
// where it is the first of its realm on this day.
func New(t testing.TB, opts ...Option) *DC {
	t.Helper()
	tier.Takes(t, "Samba")
	dc, err := start(opts...)
	if err != nil {
		giveUp(t, err)
	}
	t.Cleanup(func() {
		if err := dc.stop(); err != nil {
			t.Errorf("stop samba on %s: %v", dc.IP, err)
		}
	})
	dc.logOnFailure(t) // after the stop in this list, so before it in time
	return dc
}

func giveUp(t testing.TB, err error) {
	t.Helper()
	var missing unavailable
	if errors.As(err, &missing) && os.Getenv("REQUIRE_SAMBA") != "1" {
		t.Skip(missing)
	}
	t.Fatal(err)
}

func start(opts ...Option) (*DC, error) {
	c := config{realm: "CORP.EXAMPLE"}
	for _, o := range opts {
		o(&c)
	}
	tools, err := findPrograms()
	if err != nil {
		return nil, err
	}
	dc, err := prepare("DC1", c.realm)
	if err != nil {
		return nil, err
	}
	if err := dc.bringUp(tools, c); err != nil {
		return nil, errors.Join(err, dc.stop())
	}
	return dc, nil
}

// prepare gives a DC an address and a folder; nothing runs yet.
func prepare(name, realm string) (*DC, error) {
	ip, err := freeAddress()
	if err != nil {
		return nil, err
	}
	h, err := openHome()
	if err != nil {
		return nil, err
	}
	return newDC(name, realm, ip, h), nil
}

func newDC(host, realm, ip string, h *home) *DC {
	name := strings.ToLower(realm)
	netbios, _, _ := strings.Cut(realm, ".")
	return &DC{
		IP:            ip,
		LDAPS:         "ldaps://" + ip + ":636",
		LDAP:          "ldap://" + ip + ":389",
		Host:          strings.ToLower(host) + "." + name,
		Realm:         realm,
		Domain:        netbios,
		BaseDN:        "DC=" + strings.ReplaceAll(name, ".", ",DC="),
		CAFile:        h.path("tls", "ca.pem"),
		AdminUser:     "Administrator@" + name,
		AdminPassword: leaks.Secret("Adm-" + Unique("")),
		name:          host,
		home:          h,
	}
}

func (dc *DC) bringUp(tools programs, c config) error {
	var err error
	if dc.authority, err = authority.New(dc.Domain + " test"); err != nil {
		return err
	}
	if err := dc.furnish(c); err != nil {
		return err
	}
	if err := dc.provision(tools, c); err != nil {
		return err
	}
	if err := dc.serve(tools); err != nil {
		return err
	}
	if err := dc.relaxPolicy(); err != nil {
		return err
	}
	return dc.nameService()
}

// serve starts the server on the databases that are there, and waits until it lets the administrator in.
func (dc *DC) serve(tools programs) error {
	var err error
	if dc.server, err = startServer(tools.samba, dc.home); err != nil {
		return err
	}
	return dc.server.await(dc.openAdmin)
}

// stop ends the server and removes its folder. It does nothing the second time.
func (dc *DC) stop() error {
	dc.mu.Lock()
	defer dc.mu.Unlock()
	if dc.admin != nil {
		_ = dc.admin.Close() // the server goes away next
		dc.admin = nil
	}
	var err error
	if dc.server != nil {
		err = dc.server.stop()
		dc.server = nil
	}
	return errors.Join(err, dc.home.remove())
}
