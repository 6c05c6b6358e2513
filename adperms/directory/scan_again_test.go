package directory_test

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"writeback/adperms/directory"
	"writeback/adperms/directory/scan"
	"writeback/internal/ldapproxy"
	"writeback/internal/replay"
	"writeback/internal/sambatest"
)

// A DC that is another one, or shows another certificate, is not gone on with. Nothing
// but a certificate that is as before has us sign in.
func TestScanStopsWhereTheDCChanges(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	c := open(t, o)
	asking := func(*scan.Row) error { _, err := c.Object(soon(t), dc.BaseDN); return err } // over a second connection
	proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
		if e.DN == "" {
			e.Set("dnsHostName", "other."+dc.Realm)
		}
		return e.DN == ""
	}))
	says(t, c.Scan(soon(t), subtree(dc.BaseDN, "(objectClass=group)"), asking), "has changed since this command connected to it", "other.", "--dc")
	proxy.After(nil)
	binds := proxy.Count(ldapproxy.Bind)
	c.ShowedBefore(t, replayed(t, replay.Config{Users: 1}))
	says(t, c.Scan(soon(t), subtree(dc.BaseDN, "(objectClass=group)"), asking), "has changed since this command connected to it", "certificate", "SHA256:", "--dc")
	if n := proxy.Count(ldapproxy.Bind); n != binds {
		t.Errorf("%d sign-ins at a DC with another certificate", n-binds)
	}
}

// One address stands for several DCs, which take turns: what is asked during a scan goes to
// the one that the session is with, and no other is signed in to.
func TestScanFindsItsDCAgain(t *testing.T) {
	var servers []*replay.Server
	var cas []byte
	for range 3 {
		s, err := replay.Listen(replay.Config{Users: 35})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		servers, cas = append(servers, s), append(cas, s.CA()...)
	}
	balancer := balanced(t, func(turn int) string { return servers[turn%len(servers)].URL() })
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, cas, 0o600); err != nil {
		t.Fatal(err)
	}
	asked := 0
	r := &reading{times: map[string]int{}, o: directory.Options{
		Domain: replay.BaseDNS, DC: balancer, CACert: ca, User: "reader@" + replay.BaseDNS,
		Password: func() (string, error) { asked++; return "any", nil },
	}}
	c := r.open(t)
	for range 4 {
		r.times = map[string]int{}
		asking := func(row *scan.Row) error {
			_, err := c.ListObjectMode(soon(t))
			return errors.Join(err, r.visit(row))
		}
		if err := c.Scan(soon(t), r.query(), asking); err != nil || len(r.times) != 35 {
			t.Fatalf("%d users: %v", len(r.times), err)
		}
	}
	if r.binds != 5 {
		t.Errorf("%d sign-ins, to the session's DC and during each scan there are five", r.binds)
	}
}

// A DC that takes one connection and no other can be scanned, and be asked afterwards.
// What is asked meanwhile says what it takes; the error does not speak of a certificate.
func TestScanIsRefusedAConnection(t *testing.T) {
	o := replayed(t, replay.Config{Users: 5})
	behind := o.DC
	o.DC = balanced(t, func(turn int) string {
		if turn > 0 {
			return ""
		}
		return behind
	})
	c := open(t, o)
	users := directory.ScanQuery{Base: replay.BaseDN, Scope: directory.Subtree, Filter: "(objectClass=user)", Attributes: []string{"objectClass"}}
	seen := 0
	for range 2 {
		if err := c.Scan(soon(t), users, func(*scan.Row) error { seen++; return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := c.ListObjectMode(soon(t)); err != nil {
			t.Fatal(err)
		}
	}
	if seen != 10 {
		t.Errorf("%d rows of five users, twice", seen)
	}
	err := c.Scan(soon(t), users, func(*scan.Row) error { _, err := c.ListObjectMode(soon(t)); return err })
	as[*directory.UnreachableError](t, err)
	says(t, err, "opening a second connection", "--coverage=false")
	if strings.Contains(err.Error(), "without a certificate") {
		t.Error(err)
	}
}

// balanced is one address that stands for several servers: to says which one a connection
// is led to, by its number from 0; "": to none, it is closed.
func balanced(t *testing.T, to func(turn int) (url string)) (url string) {
	t.Helper()
	front, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { front.Close() })
	go func() {
		for turn := 0; ; turn++ {
			c, err := front.Accept()
			if err != nil {
				return
			}
			back, err := net.Dial("tcp", strings.TrimPrefix(to(turn), "ldaps://"))
			if err != nil {
				c.Close()
				continue
			}
			go func() { io.Copy(back, c); back.Close() }()
			go func() { io.Copy(c, back); c.Close() }()
		}
	}()
	return "ldaps://" + front.Addr().String()
}

// A scan that is ended early uses its connection up. The next one opens another, and what is
// asked after that goes over the same.
func TestScanAfterOneThatWasEndedEarly(t *testing.T) {
	r := &reading{times: map[string]int{}, o: replayed(t, replay.Config{Users: 35})}
	c := r.open(t)
	enough := errors.New("enough")
	if err := c.Scan(soon(t), r.query(), func(*scan.Row) error { return enough }); err != enough {
		t.Fatal(err)
	}
	if err := c.Scan(soon(t), r.query(), r.visit); err != nil || len(r.times) != 35 {
		t.Fatalf("%d users: %v", len(r.times), err)
	}
	object(t, c, replay.BaseDN)
	if err := c.Scan(soon(t), r.query(), r.visit); err != nil {
		t.Fatal(err)
	}
	if r.binds != 2 {
		t.Errorf("%d sign-ins, of which two are needed", r.binds)
	}
}
