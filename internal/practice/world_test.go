package practice

import (
	"crypto/tls"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	"writeback/cloudconfig"
	"writeback/cloudconfig/syncserver"
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

// What a cmdlet switched is in the file before anybody is told: a process that is killed then
// leaves no switch behind that no world knows of.
func TestSwitchIsKeptAtOnce(t *testing.T) {
	dir := t.TempDir()
	w := start(t, dir)
	defer stop(t, w)
	ask := syncserver.NewAsk(time.Now()).Switching(cloudconfig.Bound{Connector: "contoso.onmicrosoft.com - AAD"}, true)
	raw, err := w.Run(t.Context(), syncserver.EnableConnect, ask)
	if err != nil || !w.Server.Enabled() {
		t.Fatalf("it was not switched: %v\n%s", err, raw)
	}
	if kept, err := (&World{dir: dir}).load(); err != nil || !kept.Server.Enabled {
		t.Errorf("the file does not have it: %v", err)
	}
	if err := os.Remove(dir + "/practice.json"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir+"/practice.json", 0o700); err != nil { // nothing can take its place
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/practice.json/full", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Run(t.Context(), syncserver.EnableConnect, ask.Switching(cloudconfig.Bound{Connector: "contoso.onmicrosoft.com - AAD"}, false)); err == nil {
		t.Error("what could not be kept is told as switched")
	}
	if err := os.RemoveAll(dir + "/practice.json"); err != nil {
		t.Fatal(err)
	}
}

// A link in the world's folder is taken away, and what it leads to stays as it is.
func TestWorldFollowsNoLink(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("only root can make a link there, as a rule")
	}
	dir, other := t.TempDir(), t.TempDir()+"/other"
	if err := os.WriteFile(other, []byte("of others"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ca.pem", "practice.json.new"} {
		if err := os.Symlink(other, dir+"/"+name); err != nil {
			t.Fatal(err)
		}
	}
	w := start(t, dir)
	stop(t, w)
	if text, err := os.ReadFile(other); err != nil || string(text) != "of others" {
		t.Errorf("%v, %.40s", err, text)
	}
	if info, err := os.Lstat(w.CAFile()); err != nil || !info.Mode().IsRegular() {
		t.Errorf("%v, %v", info, err)
	}
}
