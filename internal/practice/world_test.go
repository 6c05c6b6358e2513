package practice

import (
	"crypto/tls"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/practice/domain"
)

// What is done in one world is there in the next, and gone after a reset.
func TestWorldGoesOn(t *testing.T) {
	dir := t.TempDir()
	w := start(t, dir)
	admin := w.Domain.Account(domain.RoleAdmin)
	rename(t, w, admin, "kept between calls")
	w.Server.Set(true)
	policy := w.Tenant.Policy()
	policy.AccountUnlockEnabled = true
	w.Tenant.SetPolicy(policy)
	stop(t, w)

	w = start(t, dir)
	if got := described(t, w, admin); got != "kept between calls" {
		t.Errorf("the domain says %q", got)
	}
	if !w.Server.Enabled() || !w.Tenant.Policy().AccountUnlockEnabled {
		t.Errorf("server %t, unlock %t", w.Server.Enabled(), w.Tenant.Policy().AccountUnlockEnabled)
	}
	stop(t, w)
	if err := Forget(dir); err != nil {
		t.Fatal(err)
	}
	w = start(t, dir)
	defer stop(t, w)
	if w.Server.Enabled() || described(t, w, w.Domain.Account(domain.RoleAdmin)) == "kept between calls" {
		t.Error("the reset world remembers")
	}
}

// What a person says to have done is done once, and again where it is said again;
// what was said of an earlier world is not.
func TestWorldHeedsAWord(t *testing.T) {
	dir := t.TempDir()
	w := start(t, dir)
	done := 0
	says := func(at time.Time) {
		t.Helper()
		if err := w.ByHand("sspr", at, func(*World) { done++ }); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	says(now.Add(-time.Hour))
	if done != 0 {
		t.Error("a word of before this world is heeded")
	}
	says(now.Add(time.Second))
	says(now.Add(time.Second))
	stop(t, w)
	w = start(t, dir)
	says(now.Add(time.Second))
	if done != 1 {
		t.Errorf("one word is heeded %d times", done)
	}
	says(now.Add(time.Minute))
	if done != 2 {
		t.Error("another word is not heeded")
	}
	stop(t, w)
}

// A write that was answered is on disk, whatever happens then.
func TestWorldIsNeverBehind(t *testing.T) {
	dir := t.TempDir()
	w := start(t, dir)
	defer stop(t, w)
	admin := w.Domain.Account(domain.RoleAdmin)
	rename(t, w, admin, "answered, so kept")
	raw, err := os.ReadFile(w.file())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), "answered, so kept") {
		t.Error("the file does not hold it")
	}
}

func TestWorldRefusesWhatItDoesNotKnow(t *testing.T) {
	for name, text := range map[string]string{"not JSON": "{", "newer": `{"formatVersion":99}`, "empty": "{}"} {
		dir := t.TempDir()
		if err := os.WriteFile((&World{dir: dir}).file(), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if w, err := Start(dir); err == nil || !strings.Contains(err.Error(), "practice --reset") {
			t.Errorf("%s: %v", name, err)
			if err == nil {
				stop(t, w)
			}
		}
		if err := Forget(dir); err != nil {
			t.Fatal(err)
		}
		stop(t, start(t, dir))
	}
}

func start(t *testing.T, dir string) *World {
	t.Helper()
	w, err := Start(dir)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func stop(t *testing.T, w *World) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

func connect(t *testing.T, w *World, who domain.Account) *ldap.Conn {
	t.Helper()
	conn, err := ldap.DialURL(w.Domain.LDAPS(), ldap.DialWithTLSConfig(&tls.Config{RootCAs: w.Domain.RootCAs(), MinVersion: tls.VersionTLS12}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.Bind(who.UPN, who.Password); err != nil {
		t.Fatal(err)
	}
	return conn
}

func rename(t *testing.T, w *World, who domain.Account, description string) {
	t.Helper()
	m := ldap.NewModifyRequest(w.Domain.BaseDN(), nil)
	m.Replace("description", []string{description})
	if err := connect(t, w, who).Modify(m); err != nil {
		t.Fatal(err)
	}
}

func described(t *testing.T, w *World, who domain.Account) string {
	t.Helper()
	found, err := connect(t, w, who).Search(ldap.NewSearchRequest(w.Domain.BaseDN(), ldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", []string{"description"}, nil))
	if err != nil {
		t.Fatal(err)
	}
	return found.Entries[0].GetAttributeValue("description")
}
