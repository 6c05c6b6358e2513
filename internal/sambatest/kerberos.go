package sambatest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// krb5Conf names the KDC by its address and looks nothing up: the domain is in no DNS. TCP alone, for a ticket with a PAC seldom fits
// into a datagram.
func (dc *DC) krb5Conf() string {
	domain := strings.ToLower(dc.Realm)
	return fmt.Sprintf(`[libdefaults]
  default_realm = %[1]s
  dns_lookup_realm = false
  dns_lookup_kdc = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
[realms]
  %[1]s = {
    kdc = %[2]s:88
    admin_server = %[2]s:464
    kpasswd_server = %[2]s:464
  }
[domain_realm]
  .%[3]s = %[1]s
  %[3]s = %[1]s
`, dc.Realm, dc.IP, domain)
}

// Krb5Conf returns the path of a krb5.conf that leads to this DC.
func (dc *DC) Krb5Conf(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "krb5.conf")
	if err := os.WriteFile(path, []byte(dc.krb5Conf()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Keytab returns the path of a keytab with the present keys of an account, named by its sAMAccountName.
func (dc *DC) Keytab(t testing.TB, account string) string {
	t.Helper()
	tools, err := findPrograms()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keytab")
	if _, err := dc.run(tools.tool, "domain", "exportkeytab", path, "--principal="+account); err != nil {
		t.Fatalf("export the keys of %s: %v", account, err)
	}
	return path
}

// CCache returns the path of a credential cache with a fresh ticket-granting ticket for a principal: name, or name@REALM.
func (dc *DC) CCache(t testing.TB, principal, password string) string {
	t.Helper()
	kinit, err := findProgram("kinit", "/usr/bin")
	if err != nil {
		giveUp(t, err)
	}
	path := filepath.Join(t.TempDir(), "ccache")
	cmd := exec.Command(kinit, "-c", "FILE:"+path, principal)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "KRB5_CONFIG="+dc.Krb5Conf(t))
	cmd.Stdin = strings.NewReader(password + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("kinit %s: %v\n%s", principal, err, out)
	}
	return path
}
