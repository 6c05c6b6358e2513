package sambatest

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/authority"
	"writeback/internal/leaks"
)

// Elsewhere is a domain controller that this package has not started, such as that of a practice domain.
type Elsewhere struct {
	LDAPS         string         // ldaps://host:port; its certificate names the host
	Domain        string         // DNS name
	CA            []byte         // PEM of the CA that issued its certificate
	Roots         *x509.CertPool // the same CA
	AdminUser     string         // UPN of who may do everything
	AdminPassword string
}

// Real says that dc is a Samba DC of this package's.
func (dc *DC) Real() bool { return dc.home != nil }

// At gives it as a DC, so that a test takes either. What goes over LDAP works there; what Samba's own tools do ([DC.AddACEs], [DC.CrossRef],
// [DC.Pull], what removes an entry that bars the administrator) does not. [DC.CAFile] also holds a CA for [DC.Issue].
func At(t testing.TB, e Elsewhere) *DC {
	t.Helper()
	dc := &DC{
		LDAPS: e.LDAPS, Realm: strings.ToUpper(e.Domain), BaseDN: "DC=" + strings.ReplaceAll(e.Domain, ".", ",DC="),
		CAFile: filepath.Join(t.TempDir(), "ca.pem"), AdminUser: e.AdminUser, AdminPassword: leaks.Secret(e.AdminPassword), roots: e.Roots,
	}
	dc.IP, _, _ = strings.Cut(strings.TrimPrefix(e.LDAPS, "ldaps://"), ":")
	dc.Host = dc.IP
	dc.Domain, _, _ = strings.Cut(dc.Realm, ".")
	var err error
	if dc.authority, err = authority.New(dc.Domain + " test"); err != nil {
		t.Fatal(err)
	}
	both := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: dc.authority.Cert.Raw}), e.CA...)
	if err := os.WriteFile(dc.CAFile, both, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if dc.admin != nil {
			_ = dc.admin.Close() // it may be closed already
		}
	})
	return dc
}
