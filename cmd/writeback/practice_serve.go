package main

import (
	"context"
	"fmt"

	"writeback/internal/output"
	company "writeback/internal/practice/domain"
	"writeback/internal/shell"
	"writeback/steps"
)

// practice --serve keeps the practice world up for other programs to look inside.
// It has passwords of its own each time, which are printed once; whoever else is on
// this computer does not know them.

// served is how the practice world is reached.
type served struct {
	FormatVersion int               `json:"formatVersion"`
	LDAPS         string            `json:"ldaps"`
	LDAP          string            `json:"ldap"` // speaks StartTLS
	BaseDN        string            `json:"baseDN"`
	CAFile        string            `json:"caFile"`
	Graph         string            `json:"graph"`
	Portal        string            `json:"portal"`
	Accounts      []practiceAccount `json:"accounts"`
}

type practiceAccount struct {
	UPN      string `json:"upn"`
	Password string `json:"password"` // "": changed since, and not known
	Role     string `json:"role"`
}

// servePractice prints how to reach the world, and waits.
func (a *app) servePractice(ctx context.Context) error {
	w := a.practice
	w.Tenant.Lock()
	if err := w.Domain.Rekey(); err != nil {
		return err
	}
	s := served{FormatVersion: steps.FormatVersion, LDAPS: w.Domain.LDAPS(), LDAP: w.Domain.LDAP(), BaseDN: w.Domain.BaseDN(), CAFile: w.CAFile(),
		Graph: w.Tenant.GraphEndpoint(), Portal: w.Tenant.PortalEndpoint(), Accounts: []practiceAccount{}}
	for _, account := range w.Domain.Accounts() {
		s.Accounts = append(s.Accounts, practiceAccount{account.UPN, account.Password, account.Role})
	}
	if a.renderer().JSON {
		if err := output.Document(a.tty.JSON(a.out), s); err != nil {
			return err
		}
	} else {
		a.tellServed(s, w.Domain.Account(company.RoleAdmin))
	}
	<-ctx.Done()
	return nil
}

func (a *app) tellServed(s served, admin company.Account) {
	say := func(format string, args ...any) { fmt.Fprintln(a.out, steps.Plain(fmt.Sprintf(format, args...))) }
	say("LDAPS      %s   (also %s with StartTLS)", s.LDAPS, s.LDAP)
	say("base DN    %s", s.BaseDN)
	say("CA file    %s", s.CAFile)
	say("Graph      %s", s.Graph)
	say("portal     %s", s.Portal)
	for _, account := range s.Accounts {
		say("account    %s   password %s   (%s)", account.UPN, account.Password, account.Role)
	}
	say("")
	say("%s", shell.Words("LDAPTLS_CACERT=%s ldapsearch -x -H %s -D %s -W -b %s", s.CAFile, s.LDAPS, admin.UPN, s.BaseDN))
	say("")
	say("It is up until Ctrl-C; what is done there is kept.")
}
