package domain

import (
	"strings"
)

// The company: Contoso, some five hundred people, with what real domains have
// grown over the years.

const (
	mailDomain    = "contoso.com"
	companyTenant = "contoso.onmicrosoft.com"
	syncServer    = "SYNC01"
	connectorSAM  = "MSOL_4f0c9d2a7b31"
	ridTrust      = firstRID - 1
)

func (f *founder) company() {
	top := f.ou(f.w.root, "Contoso", "")
	people := f.people(f.ou(top, "People", "Everybody who works here"))
	f.administrators(f.ou(top, "Administration", "Accounts of administrators"))
	f.machines(f.ou(top, "Computers", ""))
	groups := f.ou(top, "Groups", "")
	f.groups(groups, people)
	f.serviceAccounts(f.ou(top, "Service Accounts", ""), groups)
	f.helpdesk(groups, people)
	f.oddities(people)
}

func (f *founder) ou(parent *entry, name, description string) *entry {
	values := attrs{}
	if description != "" {
		values = attrs{"description", description}
	}
	return f.object(parent, "organizationalUnit", "OU="+name, values)
}

// known records an account that people can sign in as.
func (f *founder) known(role string, e *entry, password string) {
	e.secret = newSecret(password)
	f.w.accounts = append(f.w.accounts, Account{Role: role, Name: e.one("sAMAccountName"), SID: e.sid.String(), Password: password})
}

// administrators: the built-in ones, and three people who have an account of
// their own for it. All are protected, and a password settings object asks more
// of their passwords.
func (f *founder) administrators(ou *entry) {
	users := f.in("CN=Users")
	boss := f.user(users, person{name: "Administrator", sam: "Administrator", rid: ridAdministrator})
	boss.put("description", "Built-in account for administering the computer/domain")
	f.known(RoleAdmin, boss, "Practice-Admin-2026")
	guest := f.user(users, person{name: "Guest", sam: "Guest", rid: ridGuest})
	guest.put("userAccountControl", numberText(uacNormal|uacDisabled|uacNotRequired|uacNeverExpires))
	krbtgt := f.user(users, person{name: "krbtgt", sam: "krbtgt", rid: ridKrbtgt})
	krbtgt.put("userAccountControl", numberText(uacNormal|uacDisabled))
	f.protect(krbtgt)
	// The account of a trust is of class user, and nobody's.
	f.principal(users, "user", "CN=FABRIKAM$", "FABRIKAM$", ridTrust, attrs{"userAccountControl", numberText(uacTrust | uacNotRequired),
		"accountExpires", numberText(never), "primaryGroupID", numberText(ridDomainUsers), "sAMAccountType", samTrust,
		"pwdLastSet", numberText(fileTime(f.at)), "isCriticalSystemObject", "TRUE"})
	admins := []*entry{boss}
	for _, name := range []string{"Maren Holt", "Tomas Ruiz", "Ines Falk"} {
		a := f.user(ou, person{name: name + " (admin)", sam: "adm-" + strings.ToLower(name[:strings.IndexByte(name, ' ')]), title: "Domain administrator"})
		admins = append(admins, a)
	}
	for _, a := range admins {
		f.protect(a)
	}
	f.join("CN=Domain Admins,CN=Users", admins...)
	f.join("CN=Enterprise Admins,CN=Users", boss)
	f.join("CN=Schema Admins,CN=Users", boss)
	f.join("CN=Group Policy Creator Owners,CN=Users", boss)
	f.join("CN=Administrators,CN=Builtin", boss)
	pso := f.object(f.in("CN=Password Settings Container,CN=System"), "msDS-PasswordSettings", "CN=Administrator passwords", attrs{
		"msDS-PasswordSettingsPrecedence", "10", "msDS-MinimumPasswordLength", "15", "msDS-PasswordHistoryLength", "24",
		"msDS-PasswordComplexityEnabled", "TRUE", "msDS-PasswordReversibleEncryptionEnabled", "FALSE", "msDS-MinimumPasswordAge", days(1),
		"msDS-MaximumPasswordAge", "-9223372036854775808", "msDS-LockoutThreshold", "5", "msDS-LockoutObservationWindow", minutes(30),
		"msDS-LockoutDuration", minutes(30)})
	pso.link("msDS-PSOAppliesTo", f.in("CN=Domain Admins,CN=Users"))
}

// serviceAccounts: the connector account, as an express installation of Entra
// Connect leaves it, and those of two programs. They are in a group that may
// not reset passwords in Payroll, by way of another group.
func (f *founder) serviceAccounts(ou, groups *entry) {
	connector := f.user(f.in("CN=Users"), person{name: connectorSAM, sam: connectorSAM})
	connector.put("userAccountControl", numberText(uacNormal|uacNeverExpires))
	connector.put("description", "Account created by Microsoft Entra Connect with installation identifier 4f0c9d2a7b3148e6a1d05c3e9b7f2468 "+
		"running on computer "+syncServer+" configured to synchronize to tenant "+companyTenant+". This account must have directory replication "+
		"permissions in the local Active Directory and write permission on certain attributes to enable Hybrid Deployment.")
	f.known(RoleConnector, connector, "Practice-Sync-2026")
	sid := connector.sid.String()
	f.grant(f.w.root, "(OA;;CR;$getchanges;;"+sid+")(OA;;CR;$getchangesall;;"+sid+")")
	var programs []*entry
	for _, name := range []string{"svc-backup", "svc-print"} {
		p := f.user(ou, person{name: name, sam: name, title: "Service account"})
		p.put("userAccountControl", numberText(uacNormal|uacNeverExpires))
		if name == "svc-print" {
			p.put("servicePrincipalName", "HTTP/print")
		}
		programs = append(programs, p)
	}
	automation := f.group(groups, "Automation Accounts", 0, append(programs, connector)...)
	restricted := f.group(groups, "Restricted Accounts", 0, automation)
	f.grant(f.in("OU=Payroll,OU=Finance,OU=People,OU=Contoso"), "(OD;CIIO;CR;$reset;$user;"+restricted.sid.String()+")")
}

// helpdesk may reset passwords in Sales, and nowhere else.
func (f *founder) helpdesk(groups *entry, people map[string][]*entry) {
	staff := people["Support"][:6]
	g := f.group(groups, "Helpdesk", 0, staff...)
	sid := g.sid.String()
	f.grant(f.in("OU=Sales,OU=People,OU=Contoso"), "(OA;CIIO;CR;$reset;$user;"+sid+")(OA;CIIO;RPWP;"+f.w.types.must("pwdLastSet").guid.String()+";$user;"+sid+")")
	f.known(RoleHelpdesk, staff[0], "Practice-Help-2026")
	f.known(RoleUser, people["EMEA"][0], "Practice-User-2026")
}

// groups: one for each part of the company, those of larger parts around them.
func (f *founder) groups(ou *entry, people map[string][]*entry) {
	made := map[string]*entry{}
	for _, p := range parts {
		if p.members > 0 && p.name != "Former" {
			made[p.name] = f.group(ou, p.name+" Team", 0, people[p.name]...)
		}
	}
	sales := f.group(ou, "Sales", 0, made["EMEA"], made["Americas"])
	engineering := f.group(ou, "Engineering", 0, made["Platform"], made["Apps"])
	finance := f.group(ou, "Finance", 0, made["Accounting"], made["Payroll"])
	all := []*entry{sales, engineering, finance}
	for _, name := range []string{"HR", "Support", "Legal"} {
		all = append(all, made[name])
	}
	f.group(ou, "All Staff", 0, all...)
}

func (f *founder) machines(ou *entry) {
	dc := f.principal(f.in("OU=Domain Controllers"), "computer", "CN=DC1", "DC1$", 1000, attrs{
		"userAccountControl", "532480", "primaryGroupID", numberText(ridDCs), "sAMAccountType", samMachine, "dNSHostName", f.w.host,
		"operatingSystem", "Windows Server 2022 Standard", "operatingSystemVersion", "10.0 (20348)", "isCriticalSystemObject", "TRUE"})
	dc.put("pwdLastSet", numberText(fileTime(f.at)))
	f.w.find(f.w.server).link("serverReference", dc)
	for _, name := range []string{syncServer, "FILE01", "PRINT01", "LT-0101", "LT-0102", "LT-0103"} {
		c := f.principal(ou, "computer", "CN="+name, name+"$", 0, attrs{
			"userAccountControl", numberText(uacWorkstation), "primaryGroupID", numberText(ridDomainComputers), "sAMAccountType", samMachine,
			"dNSHostName", strings.ToLower(name) + "." + f.w.domain})
		c.put("pwdLastSet", numberText(fileTime(f.at)))
	}
}
