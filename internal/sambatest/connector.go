package sambatest

import (
	"fmt"
	"strings"
	"testing"
)

// Account is a user that a test signs in as.
type Account struct {
	DN       string
	Name     string // sAMAccountName
	UPN      string
	SID      string // S-1-…
	Password string
}

// Connector adds an account as the express installation of Entra Connect makes it, MSOL_… in CN=Users with the installer's description, and
// removes it when t ends. It has no rights beyond those of every user. Tests that run at the same time on the shared DC see each other's.
func (dc *DC) Connector(t testing.TB) Account {
	t.Helper()
	return dc.ConnectorOn(t, "SYNC01", "corp.onmicrosoft.example")
}

// ConnectorOn is Connector for a given sync server and tenant, as the description names them.
func (dc *DC) ConnectorOn(t testing.TB, host, tenant string) Account {
	t.Helper()
	name := Unique("MSOL_")
	a := Account{Name: name, UPN: dc.UPN(name), Password: "Sync-" + Unique("")}
	a.DN = dc.AddUser(t, "CN=Users,"+dc.BaseDN, name, a.Password)
	dc.RemoveAfter(t, a.DN)
	a.SID = dc.SID(t, a.DN)
	dc.Describe(t, a.DN, name, host, tenant)
	return a
}

// Describe gives an account the description that the installer on host leaves for a tenant.
func (dc *DC) Describe(t testing.TB, dn, name, host, tenant string) {
	t.Helper()
	dc.SetAttribute(t, dn, "description", fmt.Sprintf("Account created by Microsoft Entra Connect with installation identifier %s%s "+
		"running on computer %s configured to synchronize to tenant %s. This account must have directory replication permissions in the "+
		"local Active Directory and write permission on certain attributes to enable Hybrid Deployment.",
		strings.Repeat("0", 22), strings.TrimPrefix(name, "MSOL_"), host, tenant))
}
