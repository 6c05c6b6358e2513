package contract

import (
	"path/filepath"
	"testing"

	"writeback/internal/practice/domain"
)

func TestPractice(t *testing.T) {
	d, err := domain.Start(domain.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := d.CAFile(ca); err != nil {
		t.Fatal(err)
	}
	Run(t, World{
		LDAPS: d.LDAPS(), CAFile: ca, Domain: d.Name(), BaseDN: d.BaseDN(), NetBIOS: d.NetBIOS(),
		Admin: login(d.Account(domain.RoleAdmin)), Connector: login(d.Account(domain.RoleConnector)),
	})
}

func login(a domain.Account) Login {
	return Login{DN: a.DN, UPN: a.UPN, Name: a.Name, SID: a.SID, Password: a.Password}
}
