package main

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/rehearsal"
	"writeback/internal/tier"
)

// served is the document of practice --serve.
type served = rehearsal.Served

// serving is a practice world that stands open to other programs.
func serving(t *testing.T, p *program) (s served, stop func()) {
	t.Helper()
	cmd := p.command("practice", "--serve", "--output", "json")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(out).Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s, func() {
		t.Helper()
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("it ends with %v", err)
		}
	}
}

// bound says that somebody can sign in with a password.
func bound(t *testing.T, s served, user, password string) bool {
	t.Helper()
	conn, err := ldap.DialURL(s.LDAPS, ldap.DialWithTLSConfig(trusting(t, s.CAFile)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.Bind(user, password) == nil
}

// Everybody knows the passwords of the program's source. No served world has them,
// and no two have the same.
func TestServedPasswordsAreItsOwn(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	known := []string{"Practice-Admin-2026", "Practice-Sync-2026", "Practice-Help-2026", "Practice-User-2026"}
	p := newProgram(t)
	p.want(exitDone, "plan", "--practice", "--only", "delegate") // a world from before
	first, stop := serving(t, p)
	if len(first.Accounts) < 4 {
		t.Fatalf("%d accounts", len(first.Accounts))
	}
	for _, a := range first.Accounts {
		for _, password := range known {
			if bound(t, first, a.UPN, password) {
				t.Errorf("%s signs in with a password that everybody knows", a.UPN)
			}
		}
		if a.Password == "" || !bound(t, first, a.UPN, a.Password) {
			t.Errorf("%s does not sign in with what was printed", a.UPN)
		}
	}
	stop()
	again, stop := serving(t, p)
	for i, a := range again.Accounts {
		if a.Password == first.Accounts[i].Password || bound(t, again, a.UPN, first.Accounts[i].Password) {
			t.Errorf("%s has the password of last time", a.UPN)
		}
	}
	stop()
	p.want(exitDone, "plan", "--practice", "--only", "delegate") // the program itself signs in still
}

// Who opens connections and says nothing does not keep others out, neither of the
// domain nor of the tenant.
func TestServedToTheIdle(t *testing.T) {
	p := newProgram(t)
	s, stop := serving(t, p)
	defer stop()
	for _, address := range []string{s.LDAPS, s.LDAP, s.Graph, s.Portal} {
		at, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		var idle []net.Conn
		for range 250 {
			c, err := net.Dial("tcp", at.Host)
			if err != nil {
				t.Fatalf("%s: connection %d: %v", address, len(idle), err)
			}
			t.Cleanup(func() { c.Close() })
			if _, err := c.Write([]byte{0x16}); err != nil && len(idle) < 60 { // the first octet of TLS, and no more
				t.Fatal(err)
			}
			idle = append(idle, c)
		}
		if err := idle[0].SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, idle[0]); os.IsTimeout(err) {
			t.Errorf("%s: 250 idle connections are held open", address)
		}
	}
	if !bound(t, s, s.Accounts[0].UPN, s.Accounts[0].Password) {
		t.Error("nobody can sign in any more")
	}
	// The tenant's authority is known to nobody else: to be refused its certificate is to be answered.
	var unknown *tls.CertificateVerificationError
	if _, err := (&http.Client{Timeout: 10 * time.Second}).Get(s.Graph); !errors.As(err, &unknown) {
		t.Errorf("Graph answers %v", err)
	}
}
