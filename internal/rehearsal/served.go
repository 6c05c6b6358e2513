package rehearsal

import (
	"fmt"
	"io"

	company "writeback/internal/practice/domain"
	"writeback/internal/shell"
	"writeback/steps"
)

// practice --serve keeps the practice world up for other programs to look inside.
// It has passwords of its own each time, which are printed once; whoever else is on
// this computer does not know them.

// Served is how the practice world is reached.
type Served struct {
	FormatVersion int       `json:"formatVersion"`
	LDAPS         string    `json:"ldaps"`
	LDAP          string    `json:"ldap"` // speaks StartTLS
	BaseDN        string    `json:"baseDN"`
	CAFile        string    `json:"caFile"`
	Graph         string    `json:"graph"`
	Portal        string    `json:"portal"`
	Accounts      []Account `json:"accounts"`

	admin company.Account
}

// Account is one of the practice domain.
type Account struct {
	UPN      string `json:"upn"`
	Password string `json:"password"` // "": changed since, and not known
	Role     string `json:"role"`
}

// Serve gives the world's accounts passwords of their own, and says how it is reached.
func (w *World) Serve() (Served, error) {
	w.Tenant.Lock()
	if err := w.Domain.Rekey(); err != nil {
		return Served{}, err
	}
	s := Served{FormatVersion: steps.FormatVersion, LDAPS: w.Domain.LDAPS(), LDAP: w.Domain.LDAP(), BaseDN: w.Domain.BaseDN(), CAFile: w.CAFile(),
		Graph: w.Tenant.GraphEndpoint(), Portal: w.Tenant.PortalEndpoint(), Accounts: []Account{}, admin: w.Domain.Account(company.RoleAdmin)}
	for _, account := range w.Domain.Accounts() {
		s.Accounts = append(s.Accounts, Account{account.UPN, account.Password, account.Role})
	}
	return s, nil
}

// Tell says it to a person.
func (s Served) Tell(out io.Writer) {
	say := func(format string, args ...any) { fmt.Fprintln(out, steps.Plain(fmt.Sprintf(format, args...))) }
	say("LDAPS      %s   (also %s with StartTLS)", s.LDAPS, s.LDAP)
	say("base DN    %s", s.BaseDN)
	say("CA file    %s", s.CAFile)
	say("Graph      %s", s.Graph)
	say("portal     %s", s.Portal)
	for _, account := range s.Accounts {
		say("account    %s   password %s   (%s)", account.UPN, account.Password, account.Role)
	}
	say("")
	say("%s", shell.Words("LDAPTLS_CACERT=%s ldapsearch -x -H %s -D %s -W -b %s", s.CAFile, s.LDAPS, s.admin.UPN, s.BaseDN))
	say("")
	say("It is up until Ctrl-C; what is done there is kept.")
}
