package main

import (
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/internal/sambatest"
	"writeback/steps"
)

// Whom the tenant does not have from AD is none of the people who are to be reached:
// plan and verify count alike, on one pass over the tenant's users, and without it where
// it cannot be read.
func TestCloudNotSynced(t *testing.T) {
	b := newCloudBench(t, tenant.Options{People: tenant.Population{Users: 250, Synced: 100, Enabled: 100}, PageSize: 100,
		Policy: &cloudconfig.Policy{AccountUnlockSupported: true, AccountUnlockEnabled: true, PasswordWritebackSupported: true, EnablementForTenant: true}})
	ou := b.dc.OU(t)
	var in []tenant.Person
	for _, name := range []string{"here", "off", "moved", "guest", "away"} {
		dn := b.dc.AddUser(t, ou, sambatest.Unique(name), "Start-1234")
		in = append(in, tenant.Person{UPN: name + "@corp.example", SID: b.dc.SID(t, dn), Disabled: name == "off", Moved: name == "moved", Guest: name == "guest"})
	}
	in = in[:4] // nobody there has heard of the last one
	b.tenant.Change(func(o *tenant.Options) { o.Persons = in })
	b = b.with("--scope", ou, "--coverage")

	passes := func(args ...string) (requests int, o outcome) {
		t.Helper()
		b.tenant.Forget()
		o = b.run(args...)
		for _, r := range b.tenant.Requests() {
			if r.Path == "/v1.0/users" {
				requests++
			} else if strings.HasPrefix(r.Path, "/v1.0/users/") {
				t.Errorf("%v: somebody is asked for: %s", args, r.Path)
			}
		}
		return requests, o
	}
	const rest = " The rest: 1 disabled, 1 guest, 2 not synchronized."
	if n, o := passes("plan", "--users-out", b.dir+"/users.jsonl"); n != 3 || !strings.Contains(o.out, "The one person in scope can be reached."+rest) {
		t.Errorf("plan read %d pages of users, and says: %s%s", n, o.out, o.err)
	}
	users := strings.Split(read(t, b.dir+"/users.jsonl"), "\n")
	for code, want := range map[string]int{`"tenant":"synchronized"`: 1, `"tenant":"disabled"`: 1, `"tenant":"guest"`: 1, `"tenant":"not-synchronized"`: 2} {
		n := 0
		for _, u := range users {
			if strings.Contains(u, code) && strings.Contains(strings.ToLower(u), strings.ToLower(ou)) {
				n++
			}
		}
		if n != want {
			t.Errorf("%d users have %s, want %d", n, code, want)
		}
	}
	if n, o := passes("plan", "--coverage=false"); n != 0 || o.code != exitDone {
		t.Errorf("nobody is counted, and %d pages of users are read", n)
	}
	if n, o := passes("plan", "--only", "delegate"); n != 3 || !strings.Contains(o.out, rest) {
		t.Errorf("of the stage delegate: %d pages; %s", n, o.out)
	}
	if n, o := passes("apply", "--yes"); n != 0 || o.code != exitDone {
		t.Errorf("apply ends with %d and read %d pages: %s%s", o.code, n, o.out, o.err)
	}
	n, o := passes("verify", "--output", "json", "--min-coverage", "100")
	if n != 3 || o.code != exitDone {
		t.Errorf("verify ends with %d and read %d pages of users, with those for the registrations: %s", o.code, n, o.err)
	}
	v := decode[steps.Verification](t, o)
	if p := peopleOf(t, v.Coverage); p.InScope != 1 || p.Reached != 1 || p.Disabled != 1 || p.Guests != 1 || p.NotSynced == nil || *p.NotSynced != 2 || p.WithoutTenant != "" {
		t.Errorf("verify counts %+v", p)
	}
	proof(t, stepOf(t, v.Steps, "sspr"), steps.EvidenceVerified, "of 253 synchronised users")

	// There is nobody whom it could reach.
	b.tenant.Change(func(o *tenant.Options) {
		o.Persons = []tenant.Person{{UPN: "x@corp.example", SID: b.dc.SID(t, b.connector.DN)}}
	})
	if o := b.run("verify", "--min-coverage", "1"); o.code != exitChanges || !strings.Contains(o.out, "Nobody in scope can be reached: the tenant has none of the people there. The rest: 5 not synchronized.") {
		t.Errorf("nobody is synchronized, verify ends with %d: %s", o.code, o.out)
	}
	// Another tenant, or one of before the first synchronization.
	b.tenant.Change(func(o *tenant.Options) { o.Persons = nil })
	o = b.want(exitDone, "verify", "--min-coverage", "100")
	if want := "All of the 5 people in scope can be reached. Counted without the tenant: it shows no synchronized user of this domain."; !strings.Contains(o.out, want) {
		t.Errorf("nobody of the domain is synchronized: %s", o.out)
	}
	// Who may not look at users is told, once, and what can be counted is.
	b.giveTokens(b.tenant.Mint(tenant.TokenOptions{Scopes: []string{"Organization.Read.All", "AuditLog.Read.All", "Policy.Read.All"}}), "")
	for _, verb := range []string{"plan", "verify"} {
		n, o := passes(verb)
		if n == 0 || o.code == exitError || strings.Count(o.out, "Counted without the tenant: read the synchronised users: ") != 1 || !strings.Contains(o.out, "All of the 5 people in scope can be reached.") {
			t.Errorf("%s ends with %d after %d requests: %s%s", verb, o.code, n, o.out, o.err)
		}
	}
}

func peopleOf(t *testing.T, m *steps.Measured) steps.People {
	t.Helper()
	c, ok := m.Coverage()
	if !ok || c.People == nil {
		t.Fatalf("%+v", c)
	}
	return *c.People
}
