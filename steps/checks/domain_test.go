package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/cloudconfig"
	"writeback/steps"
)

// outcome is one thing that is broken, or healthy, and what a check says of it.
type outcome struct {
	check string
	name  string
	broke func(*world)
	want  string // state and codes; those in brackets are of level info
	says  string
}

func (c outcome) try(t *testing.T) {
	t.Run(c.check+", "+c.name, func(t *testing.T) {
		w := healthy()
		if c.broke != nil {
			c.broke(w)
		}
		r := w.run(t, c.check).Results[0]
		if got := summary(r); got != c.want {
			t.Errorf("got %q, want %q: %s", got, c.want, whole(r))
		}
		if !strings.Contains(whole(r), c.says) {
			t.Errorf("it does not say %q:\n%s", c.says, whole(r))
		}
		if (r.State == NotChecked) != (r.Source == "") {
			t.Errorf("%s, by source %q", r.State, r.Source)
		}
	})
}

func TestTransportChecks(t *testing.T) {
	for _, c := range []outcome{
		{"dc-certificate", "good", nil, "ok", "issued by CN=CA, for dc1.corp.example, valid until 2026-09-30"},
		{"dc-certificate", "ends soon", func(w *world) { w.s.Link.NotAfter = noon.Add(soon - time.Second) }, "warning certificate-expiring", "in 20 days"},
		{"dc-certificate", "ends in a day", func(w *world) { w.s.Link.NotAfter = noon.Add(26 * time.Hour) }, "warning certificate-expiring", "in 26h0m0s"},
		{"dc-certificate", "not soon yet", func(w *world) { w.s.Link.NotAfter = noon.Add(soon) }, "ok", ""},
		{"dc-certificate", "ended", func(w *world) { w.s.Link.NotAfter = noon }, "error certificate-expired", ""},
		{"dc-certificate", "another name", func(w *world) { w.s.Link.OwnName, w.s.Link.Names = false, nil }, "ok (certificate-name)", "for no name"},
		{"dc-certificate", "self-signed", func(w *world) { w.s.Link.Issuer = "CN=dc1" }, "ok (certificate-self-signed)", ""},
		{"dc-certificate", "a deceiving name", func(w *world) { w.s.Link.Subject = "CN=\x1b[2Jdc1" }, "ok", `\u001b[2Jdc1`},
		{"tls-version", "1.3", nil, "ok", "TLS 1.3, TLS_AES"},
		{"tls-version", "unknown", func(w *world) { w.s.Link.Version = "" }, "not-checked", ""},
		{"ldap-signing", "required", nil, "ok", "refuses"},
		{"ldap-signing", "not required", func(w *world) { w.signing = false }, "ok (signing-not-required)", "2889"},
		{"ldap-signing", "no way to ask", func(w *world) { w.signErr = errDown }, "not-checked", "nobody answers"},
		{"channel-binding", "Kerberos", nil, "ok", "not bound"},
		{"channel-binding", "a password", func(w *world) { w.s.Place.Kerberos = false }, "not-checked", "3039"},
	} {
		c.try(t)
	}
}

func TestForestChecks(t *testing.T) {
	for _, c := range []outcome{
		{"functional-level", "2016", nil, "ok", "forest Windows Server 2016, domain Windows Server 2016"},
		{"functional-level", "2000", func(w *world) { w.s.Place.ForestLevel = 0 }, "error functional-level", "Windows 2000"},
		{"functional-level", "a new one", func(w *world) { w.s.Place.DomainLevel = 12 }, "ok", "level 12"},
		{"functional-level", "not told", func(w *world) { w.s.Place.ForestLevel = -1 }, "not-checked", ""},
		{"dc-version", "2022", nil, "ok", "Windows Server 2022 Standard, of level Windows Server 2016"},
		{"dc-version", "2012 R2", func(w *world) { w.s.Place.DCLevel, w.system = 6, "" }, "warning dc-version", "does not name, of level Windows Server 2012 R2"},
		{"dc-version", "read-only", func(w *world) { w.s.Place.ReadOnly = true }, "warning read-only-dc", ""},
		{"dc-version", "not replicated", func(w *world) { w.s.Place.Synced = false }, "warning dc-not-synchronized", ""},
		{"dc-version", "not told", func(w *world) { w.s.Place.DCLevel = -1 }, "not-checked", ""},
		{"ldap-controls", "all", nil, "ok", "policy hints"},
		{"ldap-controls", "no policy hints", func(w *world) { w.s.Place.PolicyHints = false }, "warning policy-hints", "6329"},
		{"ldap-controls", "no paging", func(w *world) { w.s.Place.Paging = false }, "error ldap-controls", ""},
		{"live-schema", "as documented", nil, "ok", "7 rights"},
		{"live-schema", "another GUID", func(w *world) {
			w.schema = slices.Clone(w.schema)
			w.schema[0].GUID[3]++
		}, "error schema-mismatch", "User-Force-Change-Password"},
		{"live-schema", "a name is missing", func(w *world) { w.schema = w.schema[1:] }, "error schema-mismatch", "has no"},
	} {
		c.try(t)
	}
}

func TestPasswordPolicyChecks(t *testing.T) {
	pso := func(p adperms.PasswordPolicy, to ...string) func(*world) {
		p.Name = "Strict"
		return func(w *world) { w.settings = []adperms.PasswordSettings{{PasswordPolicy: p, AppliesTo: to}} }
	}
	for _, c := range []outcome{
		{"password-policy", "no minimum age", nil, "ok", "minimum age none, maximum age 42 days, length 8, history 24, complex"},
		{"password-policy", "a minimum age", func(w *world) { w.policy.MinAge = day }, "ok (min-password-age)", "after 1 day"},
		{"password-policy", "lockout", func(w *world) { w.policy.LockoutThreshold = 5 }, "ok", "locked after 5 wrong passwords"},
		{"password-policy", "hidden", func(w *world) { w.policy = adperms.PasswordPolicy{Unread: true} }, "not-checked", ""},
		{"fine-grained-policies", "none", nil, "ok", "only Domain Admins"},
		{"fine-grained-policies", "none for an administrator", func(w *world) { w.s.Place.Administrator = true }, "ok", "none"},
		{"fine-grained-policies", "harmless", pso(adperms.PasswordPolicy{MinLength: 15}, "CN=Staff"), "ok", "Strict (for 1 group or user): minimum age none"},
		{"fine-grained-policies", "a minimum age", pso(adperms.PasswordPolicy{MinAge: 36 * time.Hour}, "CN=A", "CN=B"), "ok (min-password-age)", "object Strict lets a password be replaced only after 36h0m0s"},
		{"fine-grained-policies", "for nobody", pso(adperms.PasswordPolicy{MinAge: day}), "ok", "for nobody"},
		{"fine-grained-policies", "hidden", pso(adperms.PasswordPolicy{Unread: true}), "ok (policy-unread)", "not shown"},
	} {
		c.try(t)
	}
}

func TestConnectorChecks(t *testing.T) {
	account := func(change func(*adperms.Account)) func(*world) { return func(w *world) { change(&w.account) } }
	ageing := func(days int) func(*world) {
		return account(func(a *adperms.Account) {
			a.Control = adperms.NormalAccount
			a.PasswordSet = noon.Add(-time.Duration(days) * day)
		})
	}
	alone := func(change func(*adperms.Account)) func(*world) {
		return func(w *world) { change(&w.account); w.s.Delegation = nil }
	}
	found := func(all ...steps.Finding) func(*world) { return func(w *world) { w.delegate.Findings = all } }
	helpdesk := domainID.Child(1300).String()
	over := func(dn, ace string) func(*world) {
		return func(w *world) { w.sddl[dn] = "O:BAG:BAD:AI(A;;GA;;;BA)" + ace }
	}
	off := func(w *world) { w.hashSync = new(bool) }
	hashes := "(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;" + syncSID.String() + ")(OA;;CR;1131f6ad-9c07-11d1-f79f-00c04fc2dcd2;;" + syncSID.String() + ")"
	on := func(dn, ace string) func(*world) { return func(w *world) { w.sddl[dn] += ace } }
	grant := func(ace string) func(*world) { return on(rootDN, ace) }
	held := func(ace string) func(*world) {
		return func(w *world) { w.sddl[holderDN] = "O:BAG:BAD:PAI(A;;GA;;;SY)" + ace }
	}
	for _, c := range []outcome{
		{"connector-account", "one", nil, "ok", "MSOL_1,CN=Users,DC=corp,DC=example (Entra Connect, sync server SYNC01, tenant corp.onmicrosoft.example)"},
		{"connector-account", "named", func(w *world) { w.s.Named = true }, "ok", "as it was named"},
		{"connector-account", "none", func(w *world) { w.s.Connectors = nil }, "error connector-missing", "--connector"},
		{"connector-account", "named, and not there", func(w *world) { w.s.Connectors, w.s.NoConnector = nil, "there is no account svc" }, "error connector-missing", "there is no account svc"},
		{"connector-account", "a computer", alone(func(a *adperms.Account) { a.Object.Classes = []string{"top", "user", "computer"} }), "error connector-not-account", "computer's account"},
		{"connector-account", "a person", alone(func(a *adperms.Account) { a.Traits.Manager = true }), "warning connector-unproven", "a manager"},
		{"connector-account", "an operator", alone(func(a *adperms.Account) { a.ProtectedBy = []adperms.Protected{{Name: "Backup Operators"}} }), "error connector-protected", "skip delegate"},
		{"connector-account", "a disabled one", alone(func(a *adperms.Account) { a.Control |= adperms.AccountDisabled }), "ok", ""},
		{"connector-account", "the stage was not looked at", func(w *world) {
			w.account.Traits.Manager = true
			w.s.Delegation = func(context.Context) (steps.StepPlan, error) { return steps.StepPlan{}, errDown }
		}, "warning connector-unproven", "a manager"},
		{"connector-account", "as the stage says", found(steps.Finding{Level: steps.LevelError, Code: "connector-protected", Text: "is Tier 0. It has all", Fix: "another"}), "error connector-protected", "It has all"},
		{"connector-account", "as the stage says, to be accepted", found(steps.Finding{Level: steps.LevelError, Code: "connector-unproven", Text: "a sales person", Fix: "say --accept", Accept: "connector-unproven"}), "warning connector-unproven", "a sales person\n" + adperms.CheckConnector},
		{"connector-account", "the stage knows that the sync server uses it", account(func(a *adperms.Account) { a.Traits.Service, a.SAM = true, "svc" }), "ok", ""},
		{"connector-account", "what other checks tell", found(steps.Finding{Level: steps.LevelError, Code: "connector-disabled"}), "ok", ""},
		{"connector-account", "the sync server uses another one", found(steps.Finding{Level: steps.LevelError, Code: "connector-mismatch", Text: "that is MSOL_2", Fix: "--connector MSOL_2"}), "error connector-mismatch", "MSOL_2"},
		{"connector-account", "two", func(w *world) { w.s.Connectors = append(w.s.Connectors, w.s.Connectors[0]) }, "warning several-connectors", "2 accounts"},

		{"connector-state", "good", nil, "ok", "MSOL_1: enabled, password set 400 days ago"},
		{"connector-state", "none", func(w *world) { w.s.Connectors = nil }, "not-checked", "--connector"},
		{"connector-state", "disabled", account(func(a *adperms.Account) { a.Control |= adperms.AccountDisabled }), "error connector-disabled", "MSOL_1: disabled"},
		{"connector-state", "locked", account(func(a *adperms.Account) { a.LockedAt = noon.Add(-time.Minute) }), "warning connector-locked", "2026-03-14T11:59:00Z"},
		{"connector-state", "expired", account(func(a *adperms.Account) { a.Expires = noon }), "error connector-expired", ""},
		{"connector-state", "must change", account(func(a *adperms.Account) { a.MustChange = true; a.PasswordSet = time.Time{} }), "error connector-must-change", "of unknown age"},
		{"connector-state", "a smart card is required", account(func(a *adperms.Account) { a.Control |= adperms.SmartCardRequired }), "warning connector-smart-card", "random one"},
		{"connector-state", "disabled, for another product", func(w *world) {
			w.account.Control |= adperms.AccountDisabled
			w.s.Product = adperms.OtherProduct
		}, "warning connector-disabled", ""},
		{"connector-state", "password expired", ageing(42), "error connector-password-expired", "2026-03-14T12:00:00Z"},
		{"connector-state", "password expires soon", ageing(30), "warning connector-password-expiring", "in 12 days"},
		{"connector-state", "password expires later", ageing(3), "ok", "3 days ago"},
		{"connector-state", "a hidden policy", account(func(a *adperms.Account) {
			a.Control, a.PasswordSet = adperms.NormalAccount, noon.Add(-99*day)
			a.Policy = adperms.PasswordPolicy{Name: "Secret", Unread: true, MaxAge: day}
		}), "ok", ""},
		{"connector-state", "a gMSA's password", account(func(a *adperms.Account) {
			a.Object.Classes = []string{"top", "user", "computer", "msDS-GroupManagedServiceAccount"}
			a.Control, a.PasswordSet = 0x1000, noon.Add(-99*day)
		}), "ok", ""},

		{"connector-state", "hidden", account(func(a *adperms.Account) { a.Control, a.Unread = 0, []string{"userAccountControl"} }), "not-checked", "not shown its userAccountControl"},

		{"connector-privileges", "few", nil, "ok", "in no protected group"},
		{"connector-privileges", "Domain Admins", account(func(a *adperms.Account) {
			a.ProtectedBy = []adperms.Protected{{SID: domainID.Child(512), Name: "Domain Admins"}, {Name: "Administrators"}}
		}), "warning connector-too-powerful", "a member of Domain Admins and of Administrators"},
		{"connector-privileges", "may change permissions", grant("(A;;WD;;;" + syncSID.String() + ")"), "warning connector-too-powerful", "may change the permissions of DC=corp"},
		{"connector-privileges", "full control by a group", grant("(A;;GA;;;S-1-5-32-554)"), "warning connector-too-powerful connector-controlled", ""},
		{"connector-privileges", "may take it over", grant("(A;;WO;;;AU)"), "warning connector-too-powerful connector-controlled", "become the owner"},
		{"connector-privileges", "Protected Users", account(func(a *adperms.Account) { a.Token = adperms.NewToken(syncSID, domainID.Child(525)) }), "warning connector-protected-users", "Protected Users"},
		{"connector-privileges", "a help desk over it", on(syncDN, "(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;"+domainID.Child(1300).String()+")"), "warning connector-controlled", `CORP\Helpdesk may reset the password of ` + syncDN},
		{"connector-privileges", "a help desk over its OU", on(usersDN, "(A;;WD;;;"+domainID.Child(1300).String()+")"), "warning connector-controlled", `CORP\Helpdesk may change the permissions of ` + usersDN},
		{"connector-privileges", "a help desk that may write in its OU", on(usersDN, "(A;;WP;;;"+helpdesk+")"), "ok", ""},
		{"connector-privileges", "a help desk that may add a key", on(syncDN, "(OA;;WP;5b47d60f-6090-40b2-9f37-2a4de88f3063;;"+helpdesk+")"), "warning connector-controlled", "write msDS-KeyCredentialLink of " + syncDN},
		{"connector-privileges", "a help desk that may name a service", on(syncDN, "(OA;;WP;f3a64788-5306-11d1-a9c5-0000f80367c1;;"+helpdesk+")"), "warning connector-controlled", "write servicePrincipalName"},
		{"connector-privileges", "a help desk over the domain", grant("(A;;WO;;;" + helpdesk + ")"), "warning connector-controlled", `become the owner of ` + rootDN + ", which holds"},
		{"connector-privileges", "a help desk over all of the way, told once", func(w *world) {
			for _, dn := range []string{syncDN, usersDN, rootDN} {
				w.sddl[dn] += "(A;;GA;;;" + helpdesk + ")"
			}
		}, "warning connector-controlled", "of " + usersDN + ", which holds the connector account " + syncDN + "; and change the permissions of " + rootDN},
		{"connector-privileges", "a help desk above a protected OU", func(w *world) {
			w.sddl[usersDN] = "O:BAG:BAD:P(A;;GA;;;BA)"
			w.sddl[rootDN] += "(A;;GA;;;" + helpdesk + ")"
		}, "ok", ""},
		{"connector-privileges", "a deep account", func(w *world) {
			at := usersDN
			for i := range 20 {
				w.sddl[at] = "O:BAG:BAD:AI(A;;GA;;;BA)"
				at = fmt.Sprintf("OU=%d,%s", i, at)
			}
			w.account.DN = "CN=deep," + strings.TrimPrefix(at, "OU=19,")
			w.sddl[w.account.DN], w.s.Connectors[0].DN = "O:BAG:BAD:AI", w.account.DN
		}, "ok", "permissions of OU=3,OU=2,OU=1,OU=0," + usersDN + " are not shown"},
		{"connector-privileges", "its OU is not shown", func(w *world) { delete(w.sddl, usersDN) }, "ok", usersDN + " are not shown"},
		{"connector-privileges", "through AdminSDHolder", held("(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;" + syncSID.String() + ")"), "warning granted-by-adminsdholder", "Reset password on every protected account"},
		{"connector-privileges", "through AdminSDHolder, by a group", held("(A;;GA;;;S-1-5-32-554)"), "warning connector-too-powerful granted-by-adminsdholder", "Write pwdLastSet"},
		{"connector-privileges", "AdminSDHolder lets accounts change themselves", held("(A;;GA;;;PS)"), "ok", "in no protected group"},
		{"connector-privileges", "AdminSDHolder passes on what is not in force", held("(A;CIIO;GA;;;" + syncSID.String() + ")"), "ok", "in no protected group"},
		{"connector-privileges", "AdminSDHolder is not shown", func(w *world) { delete(w.sddl, holderDN) }, "ok", "AdminSDHolder are not shown"},
		{"connector-privileges", "may change AdminSDHolder", held("(A;;WD;;;" + syncSID.String() + ")"), "warning connector-too-powerful", "domain administrator"},
		{"connector-privileges", "may write all of AdminSDHolder", held("(A;;GW;;;" + syncSID.String() + ")"), "warning connector-too-powerful granted-by-adminsdholder", "write all properties of CN=AdminSDHolder"},
		{"connector-privileges", "may write the members of protected groups", held("(OA;;WP;bf9679c0-0de6-11d0-a285-00aa003049e2;;" + syncSID.String() + ")"), "warning connector-too-powerful", "write member of"},
		{"connector-privileges", "may write all of the domain", grant("(A;;GW;;;" + syncSID.String() + ")"), "warning connector-too-powerful", "write all properties of " + rootDN},
		{"connector-privileges", "has every extended right on the domain", grant("(A;;CR;;;" + syncSID.String() + ")"), "warning connector-too-powerful", "use every extended right of " + rootDN},
		{"connector-privileges", "may link policies to the domain", grant("(OA;;WP;f30e3bbe-9ff0-11d1-b603-0000f80367c1;;" + syncSID.String() + ")"), "warning connector-too-powerful", "write gPLink"},
		{"connector-privileges", "may link policies to the domain controllers", over(dcsDN, "(A;;WP;;;"+syncSID.String()+")"), "warning connector-too-powerful", "of " + dcsDN},
		{"connector-privileges", "may write the members of Domain Admins", over(adminsDN, "(OA;;WP;bf9679c0-0de6-11d0-a285-00aa003049e2;;"+syncSID.String()+")"), "warning connector-too-powerful", "may write member of " + adminsDN},
		{"connector-privileges", "may reset Administrator", over(administratorDN, "(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;"+syncSID.String()+")"), "warning connector-too-powerful", "may reset the password of " + administratorDN},
		{"connector-privileges", "the same as AdminSDHolder gives", func(w *world) {
			held("(A;;GA;;;" + syncSID.String() + ")")(w)
			over(adminsDN, "(A;;GA;;;"+syncSID.String()+")")(w)
		}, "warning connector-too-powerful granted-by-adminsdholder", ""},
		{"connector-privileges", "four rights of writeback", grant("(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;" + syncSID.String() + ")(OA;;CR;ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501;;" + syncSID.String() + ")"), "ok", ""},

		{"connector-privileges", "replicates, and nobody says that hashes are not synchronized", grant(hashes), "ok", ""},
		{"connector-privileges", "replicates, and hashes are synchronized", func(w *world) { grant(hashes)(w); off(w); *w.hashSync = true }, "ok", ""},
		{"connector-privileges", "replicates, and hashes are not synchronized", func(w *world) { grant(hashes)(w); off(w) }, "warning connector-replication", "passwordSyncEnabled is false"},
		{"connector-privileges", "does not replicate", off, "ok", ""},
		{"connector-privileges", "the account of another product replicates", func(w *world) { grant(hashes)(w); off(w); w.s.Product = adperms.OtherProduct }, "ok", ""},
		{"connector-privileges", "nobody is asked", func(w *world) { grant(hashes)(w); w.s.HashSync = nil }, "ok", ""},

		{"connector-privileges", "an authentication policy", account(func(a *adperms.Account) { a.AuthPolicies = []string{"CN=Tier 0,CN=AuthN Silos"} }), "warning connector-authentication-policy", "assigned to CN=Tier 0,CN=AuthN Silos"},
		{"connector-privileges", "read by others", account(func(a *adperms.Account) { a.Readers = readers("(A;;GA;;;" + helpdesk + ")") }), "ok (connector-password-readers)", `read by CORP\Helpdesk`},
		{"connector-privileges", "read by domain controllers", account(func(a *adperms.Account) { a.Readers = readers("(A;;GA;;;" + domainID.Child(516).String() + ")") }), "ok", ""},
		{"connector-privileges", "read by nobody knows whom", account(func(a *adperms.Account) { a.Readers = []byte{1} }), "ok", "not well-formed"},
		{"connector-privileges", "control below only", grant("(A;CIIO;GA;;;" + syncSID.String() + ")"), "ok", ""},
	} {
		c.try(t)
	}
}

func TestRightsChecks(t *testing.T) {
	missing := func(w *world) {
		w.delegate.State = steps.StateChange
		w.delegate.Changes = []steps.Change{{Line: "Allow X: Reset password", Target: rootDN}}
	}
	barred := func(w *world) {
		admins := "O:BAG:BAD:(A;;RC;;;BA)"
		w.server.Events, w.server.RestrictRemoteSAM = nil, &admins
	}
	outsider := func(w *world) { w.account.Token = adperms.NewToken(syncSID, domainID.Child(513)) }
	both := func(all ...func(*world)) func(*world) {
		return func(w *world) {
			for _, f := range all {
				f(w)
			}
		}
	}
	scoped := func(dn string) func(*world) {
		return func(w *world) {
			if w.s.Scopes = []string{dn}; strings.HasSuffix(dn, rootDN) && w.sddl[dn] == "" {
				w.sddl[dn] = "D:"
			}
		}
	}
	for _, c := range []outcome{
		{"delegated-rights", "granted", nil, "ok", "is granted"},
		{"delegated-rights", "missing", missing, "warning rights-missing", "Allow X: Reset password on DC=corp"},
		{"delegated-rights", "denied", func(w *world) {
			w.delegate.Findings = []steps.Finding{{Level: steps.LevelError, Code: "denied-by-ace", Text: "denied"}, {Level: steps.LevelInfo, Code: "already-granted"}}
		}, "error denied-by-ace", ""},
		{"delegated-rights", "told by other checks", func(w *world) {
			for _, code := range elsewhere {
				if barsAccount(code) {
					continue
				}
				w.delegate.Findings = append(w.delegate.Findings, steps.Finding{Level: steps.LevelError, Code: code})
			}
		}, "ok", ""},
		{"delegated-rights", "an account that is refused", func(w *world) {
			w.delegate.Findings = []steps.Finding{{Level: steps.LevelError, Code: "connector-not-account"}}
		}, "not-checked", "connector-account"},
		{"delegated-rights", "a sync server of another forest", func(w *world) {
			w.delegate.Findings = []steps.Finding{{Level: steps.LevelError, Code: cloudconfig.WrongServer}}
		}, "not-checked", "sync-server"},
		{"delegated-rights", "AdminSDHolder for a scope", scoped(holderDN), "error admin-sd-holder", "leave it alone"},
		{"delegated-rights", "a scope in another domain", scoped("OU=X,DC=other,DC=example"), "error not-a-scope", "another naming context"},
		{"delegated-rights", "the configuration for a scope", scoped("CN=Sites,CN=Configuration," + rootDN), "error not-a-scope", "configuration"},
		{"delegated-rights", "a scope that is not there", func(w *world) { scoped("OU=Gone," + rootDN)(w); delete(w.sddl, "OU=Gone,"+rootDN) }, "error not-a-scope", "there is no OU=Gone"},
		{"delegated-rights", "a DC that does not answer", func(w *world) {
			scoped("OU=X," + rootDN)(w)
			w.down, w.s.Delegation = errDown, func(context.Context) (steps.StepPlan, error) { return steps.StepPlan{}, errDown }
		}, "not-checked", "nobody answers"},
		{"delegated-rights", "nobody to have them", func(w *world) { w.s.Delegation = nil }, "not-checked", "--connector"},

		{"unexpire-right", "by Authenticated Users", nil, "ok", "has it by (OA;;CR;ccc2dc7d"},
		{"unexpire-right", "taken from them", func(w *world) { w.sddl[rootDN] = "O:BAG:BAD:AI(A;;RPLCRC;;;AU)" }, "warning unexpire-missing", "expires at once"},
		{"unexpire-right", "denied", func(w *world) {
			w.sddl[rootDN] = "O:BAG:BAD:AI(OD;;CR;ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501;;" + syncSID.String() + ")(A;;GA;;;AU)"
		}, "warning unexpire-missing", ""},
		{"unexpire-right", "for those below only", func(w *world) {
			w.sddl[rootDN] = "O:BAG:BAD:AI(OA;CIIO;CR;ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501;;AU)"
		}, "warning unexpire-missing", ""},
		{"unexpire-right", "a NULL DACL", func(w *world) { w.sddl[rootDN] = "O:BAG:BAD:NO_ACCESS_CONTROL" }, "ok", "has it"},

		{"sam-access", "as Windows has it", nil, "ok", "is in Pre-Windows 2000"},
		{"sam-access", "the group is empty", outsider, "warning sam-access", "not in Pre-Windows 2000"},
		{"sam-access", "Authenticated Users read it", both(outsider, func(w *world) { w.sddl[serverDN] += "(A;;RPLC;;;AU)" }), "ok", "by other rights"},
		{"sam-access", "may read, not list", func(w *world) { w.sddl[serverDN] = "O:BAG:BAD:(A;;RP;;;S-1-5-32-554)" }, "warning sam-access", "which has no right there"},
		{"sam-access", "the sync server's registry bars it", barred, "warning remote-sam-restricted", "reads the samServer object"},
		{"sam-access", "barred, and a password was written back since", func(w *world) {
			barred(w)
			w.server.Events = append(w.server.Events, cloudconfig.Event{ID: 31002, At: noon})
		}, "ok", ""},
		{"sam-access", "the registry lets it", func(w *world) { barred(w); *w.server.RestrictRemoteSAM += "(A;;RC;;;" + syncSID.String() + ")" }, "ok", ""},
		{"sam-access", "calls were denied", func(w *world) {
			w.server.Events = append(w.server.Events, cloudconfig.Event{ID: 6329, At: noon, Message: "Failed to acquire user information: CORP\\MSOL_1. Error Code: ERROR_ACCESS_DENIED"})
		}, "warning remote-sam-restricted", ""},
		{"sam-access", "not shown", func(w *world) { delete(w.sddl, serverDN) }, "not-checked", serverDN},
		{"sam-access", "no connector", func(w *world) { w.s.Connectors = nil }, "not-checked", "--connector"},

		{"operator-rights", "may", nil, "ok", `CORP\admin may change the permissions of DC=corp`},
		{"operator-rights", "may not, and must", both(missing, func(w *world) { w.rights = 8 }), "warning no-right-to-write", "would be refused"},
		{"operator-rights", "may not, need not", func(w *world) { w.rights = 0 }, "ok (no-right-to-write)", "granted already"},
		{"operator-rights", "may not, unknown if they must", func(w *world) { w.rights, w.s.Delegation = 0, nil }, "warning no-right-to-write", ""},
		{"operator-rights", "a scope too", func(w *world) {
			w.s.Scopes = []string{"OU=X," + rootDN, strings.ToLower(rootDN)}
			w.sddl["OU=X,"+rootDN] = "D:"
		}, "ok", "DC=corp,DC=example and OU=X,DC=corp,DC=example"},
		{"operator-rights", "a scope that is not there", func(w *world) { w.s.Scopes = []string{"OU=Gone," + rootDN} }, "not-checked", "delegated-rights"},
	} {
		c.try(t)
	}
}

// A descriptor that does not parse makes its checks not checked.
func TestMalformedDescriptor(t *testing.T) {
	w := healthy()
	x := &examination{Sources: w.s, now: noon}
	x.Directory = mangled{w}
	for _, check := range []func() (answer, error){
		func() (answer, error) { return unexpireRight(t.Context(), x) },
		func() (answer, error) { return samAccess(t.Context(), x) },
		func() (answer, error) { return connectorPrivileges(t.Context(), x) },
	} {
		if a, err := check(); err == nil {
			t.Errorf("%+v", a)
		}
	}
	if _, err := secdesc.Parse([]byte{1, 2}); err == nil {
		t.Error("the mangled descriptor parses")
	}
}
