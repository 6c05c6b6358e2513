package cloudconfig_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig"
)

var personNow = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// fine is a user with whom nothing is wrong.
func fine() cloudconfig.TenantPerson {
	yes, no := true, false
	return cloudconfig.TenantPerson{
		AskedSID: "S-1-5-21-1-2-3-1101", AskedUPN: "anna@corp.example", Found: true, ID: "1", UPN: "anna@contoso.com", Enabled: &yes,
		Sync: cloudconfig.Synced, SID: "S-1-5-21-1-2-3-1101", Domain: "corp.example", LastSync: personNow.Add(-time.Hour),
		Plans:        []cloudconfig.Plan{{ID: cloudconfig.PlanP1, Name: cloudconfig.PlanName(cloudconfig.PlanP1), Usable: true}},
		Registration: &cloudconfig.Registration{Admin: &no, Enabled: &yes, Registered: &yes, Capable: &yes, At: personNow.Add(-10 * time.Hour)},
		Roles:        []cloudconfig.Role{}, Events: []cloudconfig.Audit{}, EventsSince: personNow.Add(-cloudconfig.Age),
	}
}

func TestPersonReasons(t *testing.T) {
	yes, no := true, false
	ago := func(d time.Duration, a cloudconfig.Audit) cloudconfig.Audit { a.At = personNow.Add(-d); return a }
	written := cloudconfig.Audit{Activity: cloudconfig.AuditAdminReset, Success: true, Agent: "CloudSync"}
	failed := func(reason string) cloudconfig.Audit {
		return cloudconfig.Audit{Activity: cloudconfig.AuditSelfReset, Reason: reason}
	}
	cloudOnly := cloudconfig.Audit{Activity: cloudconfig.AuditAdminReset, Success: true, Agent: "None"}
	blocked := cloudconfig.Audit{Activity: cloudconfig.AuditBlocked, Success: true}
	events := func(all ...cloudconfig.Audit) func(*cloudconfig.TenantPerson) {
		return func(p *cloudconfig.TenantPerson) { p.Events = all }
	}
	roles := func(names ...string) func(*cloudconfig.TenantPerson) {
		return func(p *cloudconfig.TenantPerson) {
			for _, n := range names {
				p.Roles = append(p.Roles, cloudconfig.Role{Name: n})
			}
		}
	}
	for _, test := range []struct {
		name   string
		change func(p *cloudconfig.TenantPerson)
		want   string // "code weight", in order
		says   []string
	}{
		{"nothing", func(*cloudconfig.TenantPerson) {}, "", nil},
		{"not found", func(p *cloudconfig.TenantPerson) { p.Found = false }, "not-in-tenant blocks", nil},
		{"made in the cloud", func(p *cloudconfig.TenantPerson) {
			p.Sync, p.SID, p.Plans = cloudconfig.NeverSynced, "", []cloudconfig.Plan{}
		},
			"not-synced blocks", []string{"anna@contoso.com was made in the cloud"}},
		{"synchronised once", func(p *cloudconfig.TenantPerson) { p.Sync = cloudconfig.SyncedOnce }, "not-synced blocks", []string{"not any more"}},
		{"another's", func(p *cloudconfig.TenantPerson) { p.SID, p.Domain = "S-1-5-21-9-9-9-9", "other.example" },
			"synced-from-elsewhere blocks", []string{"S-1-5-21-9-9-9-9 in other.example"}},
		{"the SID was not asked for", func(p *cloudconfig.TenantPerson) { p.AskedSID = "" }, "", nil},
		{"the SID in other letters", func(p *cloudconfig.TenantPerson) { p.SID = strings.ToLower(p.SID) }, "", nil},
		{"moved to the cloud", func(p *cloudconfig.TenantPerson) { p.Sync = cloudconfig.Moved }, "authority-in-cloud blocks", []string{"anna@contoso.com", "isCloudManaged", "the tenant's alone"}},
		{"moved to the cloud, as the tenant says", func(p *cloudconfig.TenantPerson) { p.Sync, p.CloudManaged = cloudconfig.Moved, &yes }, "authority-in-cloud blocks", []string{"anna@contoso.com", "isCloudManaged of onPremisesSyncBehavior is true"}},
		{"as if moved to the cloud, and not", func(p *cloudconfig.TenantPerson) { p.Sync, p.CloudManaged = cloudconfig.Moved, &no }, "not-synced blocks", []string{"not any more"}},
		{"moved, and not synchronised", func(p *cloudconfig.TenantPerson) { p.Sync, p.CloudManaged = cloudconfig.SyncedOnce, &yes }, "authority-in-cloud blocks", nil},
		{"moved to the cloud, of another account", func(p *cloudconfig.TenantPerson) { p.Sync, p.SID = cloudconfig.Moved, "S-1-5-21-9-9-9-9" }, "synced-from-elsewhere blocks", nil},
		{"a guest", func(p *cloudconfig.TenantPerson) { p.Guest = true }, "guest-user hinders", []string{"userType"}},
		{"several", func(p *cloudconfig.TenantPerson) { p.Others = 1 }, "several-in-tenant hinders", []string{"2 users"}},
		{"disabled", func(p *cloudconfig.TenantPerson) { p.Enabled = &no }, "disabled-in-tenant hinders", []string{"not documented"}},
		{"no plan", func(p *cloudconfig.TenantPerson) { p.Plans = []cloudconfig.Plan{{ID: "x", Usable: true}} },
			"licence-missing-user hinders", []string{"no service plan"}},
		{"a plan that is taken away", func(p *cloudconfig.TenantPerson) { p.Plans[0].Usable = false },
			"licence-missing-user hinders", []string{"is not active"}},
		{"not enabled, not registered", func(p *cloudconfig.TenantPerson) { p.Registration.Enabled, p.Registration.Registered = &no, &no },
			"sspr-not-enabled hinders; sspr-not-registered hinders", []string{"the report of 2026-03-02T00:00:00Z", "by an administrator are written back"}},
		{"an administrator", roles("Helpdesk Administrator", "Directory Readers"), "administrator-rules hinders",
			[]string{"the roles Helpdesk Administrator, Directory Readers", "two authentication methods", "is not known", "contradict"}},
		{"an administrator who may not", func(p *cloudconfig.TenantPerson) { roles("User Administrator")(p); p.AdminSSPR = &no },
			"administrator-rules hinders", []string{"the role User Administrator", "SSPR_009"}},
		{"an administrator who may", func(p *cloudconfig.TenantPerson) { roles("Directory Writers")(p); p.AdminSSPR = &yes },
			"administrator-rules hinders", []string{"holds the role Directory Writers in the tenant: the rules of administrators hold. A reset takes"}},
		{"a role that does not count", roles("Global Reader", "Directory Readers"), "", nil},
		{"roles without names that the report calls none of an administrator", roles("", ""), "", nil},
		{"roles without names", func(p *cloudconfig.TenantPerson) { roles("", "")(p); p.Registration = nil }, "administrator-rules hinders", []string{"2 directory roles whose names are not shown", "is not known"}},
		{"the report says administrator", func(p *cloudconfig.TenantPerson) { p.Roles, p.Registration.Admin = nil, &yes },
			"administrator-rules hinders", []string{"an administrator role"}},
		{"written back", events(ago(time.Hour, written)), "last-writeback notes", []string{"Reset password (by admin) at 2026-03-02T09:00:00Z, by CloudSync"}},
		{"SSPR_0029", events(ago(time.Hour, failed("OnPremisesFailure: SSPR_0029"))), "last-writeback-failed hinders",
			[]string{"Reset password (self-service) at 2026-03-02T09:00:00Z", "SSPR_0029: Active Directory refused it", "remote calls to SAM"}},
		{"SSPR_0009", events(ago(time.Hour, failed("SSPR_0009"))), "last-writeback-failed hinders", []string{"TenantSSPRFlagDisabled"}},
		{"SSPR_0010", events(ago(time.Hour, failed("SSPR_0010"))), "last-writeback-failed hinders", []string{"WritebackNotEnabled"}},
		{"SSPR_0011", events(ago(time.Hour, failed("SSPR_0011"))), "last-writeback-failed hinders", []string{"SsprNotEnabledInUserPolicy"}},
		{"SSPR_0012", events(ago(time.Hour, failed("SSPR_0012"))), "last-writeback-failed hinders", []string{"UserNotLicensed"}},
		{"SSPR_0013", events(ago(time.Hour, failed("SSPR_0013"))), "last-writeback-failed hinders", []string{"UserNotMemberOfScopedAccessGroup"}},
		{"SSPR_0014", events(ago(time.Hour, failed("SSPR_0014"))), "last-writeback-failed hinders", []string{"UserNotProperlyConfigured"}},
		{"SSPR_0030", events(ago(time.Hour, failed("SSPR_0030"))), "last-writeback-failed hinders", []string{"OnPremisesConnectivityError"}},
		{"a banned password, in other words", events(ago(time.Hour, failed("PasswordDoesnotComplyFuzzyPolicy"))), "last-writeback-failed notes", []string{"never reached"}},
		{"SSPR_009", events(ago(time.Hour, failed("SSPR_009"))), "last-writeback-failed hinders", []string{"allowedToUseSSPR"}},
		{"a banned password", events(ago(time.Hour, failed("FuzzyPolicyViolationInvalidPassword"))), "last-writeback-failed notes", []string{"never reached"}},
		{"another failure", events(ago(time.Hour, failed("odd"))), "last-writeback-failed hinders", []string{", odd"}},
		{"no reason", events(ago(time.Hour, failed(""))), "last-writeback-failed hinders", []string{"2026-03-02T09:00:00Z"}},
		{"failed, then written back", events(ago(time.Hour, written), ago(2*time.Hour, failed("SSPR_0029"))), "last-writeback notes", nil},
		{"written back, then failed", events(ago(time.Hour, failed("SSPR_0029")), ago(2*time.Hour, written)),
			"last-writeback-failed hinders; last-writeback notes", nil},
		{"long ago", events(ago(31*24*time.Hour, failed("SSPR_0029")), ago(32*24*time.Hour, written)), "", nil},
		{"in the cloud alone", events(ago(time.Hour, cloudOnly), ago(2*time.Hour, written)),
			"last-reset-cloud-only hinders; last-writeback notes", []string{"another password since"}},
		{"in the cloud, then written back", events(ago(time.Hour, written), ago(2*time.Hour, cloudOnly)), "last-writeback notes", nil},
		{"blocked", events(ago(23*time.Hour, blocked)), "sspr-blocked hinders", []string{"until 2026-03-02T11:00:00Z"}},
		{"blocked no more", events(ago(24*time.Hour, blocked)), "", nil},
		{"unread", func(p *cloudconfig.TenantPerson) {
			p.Registration, p.Roles, p.Events, p.Plans, p.Enabled, p.Sync = nil, nil, nil, nil, nil, cloudconfig.SyncUnknown
			p.Unread = []cloudconfig.Unread{{What: "the audit log", Why: "it takes X"}, {What: "the roles", Why: "it takes Y"}}
		}, "tenant-user-unread notes", []string{"the audit log (it takes X); the roles (it takes Y)", "not known"}},
		{"the lightest last", func(p *cloudconfig.TenantPerson) {
			p.Events = []cloudconfig.Audit{ago(time.Hour, written)}
			p.Unread, p.Enabled = []cloudconfig.Unread{{What: "a", Why: "b"}}, &no
		}, "disabled-in-tenant hinders; last-writeback notes; tenant-user-unread notes", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := fine()
			test.change(&p)
			var got, texts []string
			for _, r := range cloudconfig.PersonReasons(p, personNow) {
				got = append(got, r.Code+" "+string(r.Weight))
				texts = append(texts, r.Text)
				if r.Fix == "" && r.Code != "last-writeback" {
					t.Errorf("%s says nothing about what to do", r.Code)
				}
			}
			if s := strings.Join(got, "; "); s != test.want {
				t.Errorf("reasons %q, want %q", s, test.want)
			}
			for _, words := range test.says {
				if !strings.Contains(strings.Join(texts, "\n"), words) {
					t.Errorf("%q is not in %q", words, texts)
				}
			}
		})
	}
}

// What was not read is not known, and never no.
func TestPersonFacts(t *testing.T) {
	says := func(p cloudconfig.TenantPerson) (out []string) {
		for _, f := range p.Facts() {
			out = append(out, f.What+": "+f.Says)
			if f.Known == (f.Says == "not known") {
				t.Errorf("%+v contradicts itself", f)
			}
		}
		return out
	}
	p := fine()
	p.Events = []cloudconfig.Audit{{At: personNow, Activity: cloudconfig.AuditSelfReset, Success: true}}
	want := []string{
		"in the tenant: yes, as anna@contoso.com",
		"synchronised: yes, from corp.example, last at 2026-03-02T09:00:00Z",
		"licensed: yes, by Microsoft Entra ID P1",
		"may reset a forgotten password: yes, as the report of 2026-03-02T00:00:00Z has it",
		"registered for it: yes, as the report of 2026-03-02T00:00:00Z has it",
		"directory roles: none",
		"last password set through the tenant: Reset password (self-service) at 2026-03-02T10:00:00Z: not said whether it reached Active Directory",
	}
	if got := says(p); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	p.Roles = []cloudconfig.Role{{Name: "Global Reader"}, {}, {}}
	if got := says(p)[5]; got != "directory roles: Global Reader, (name not shown)" {
		t.Error(got)
	}
	p.Roles = nil
	if got := says(p)[5]; got != "directory roles: none of an administrator" {
		t.Error(got)
	}
	for agent, how := range map[string]string{"CloudSync": "written back by CloudSync", "None": "in the cloud alone"} {
		p.Events[0].Agent = agent
		if got := says(p)[6]; !strings.HasSuffix(got, ": "+how) {
			t.Error(got)
		}
	}
	blank := cloudconfig.TenantPerson{Found: true, UPN: "x@contoso.com"}
	for _, line := range says(blank)[1:] {
		if !strings.HasSuffix(line, ": not known") {
			t.Errorf("%q is said of a user of whom nothing was read", line)
		}
	}
	blank.Found = false
	if got := says(blank); !slices.Equal(got, []string{"in the tenant: no"}) {
		t.Errorf("%q", got)
	}
	if rs := cloudconfig.PersonReasons(cloudconfig.TenantPerson{Found: true}, personNow); len(rs) != 0 {
		t.Errorf("reasons of a user of whom nothing was read: %+v", rs)
	}
}
