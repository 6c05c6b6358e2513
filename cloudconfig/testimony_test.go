package cloudconfig

import (
	"strings"
	"testing"
	"time"
)

func TestServerTestifies(t *testing.T) {
	running := &ResetConfiguration{Enabled: true, ServiceStatus: "Started", OnboardingStatus: "NotRequired"}
	for _, c := range []struct {
		name   string
		server Server
		state  State
	}{
		{"it cannot be asked", Server{At: noon}, Unknown},
		{"on and running", Server{At: noon, Reset: running}, Verified},
		{"on in staging mode", Server{At: noon, Staging: true, Reset: running}, Unknown},
		{"off", Server{At: noon, Reset: &ResetConfiguration{ServiceStatus: "Stopped", OnboardingStatus: "Required"}}, IsOff},
		{"on, and the service does not run", Server{At: noon, Reset: &ResetConfiguration{Enabled: true, ServiceStatus: "Stopped", OnboardingStatus: "NotRequired"}}, Unknown},
		{"heartbeat without the cmdlet", Server{At: noon, Events: []Event{{ID: 31019, At: noon.Add(-time.Minute)}}}, Verified},
		{"stopped after the heartbeat", Server{At: noon, Events: []Event{{ID: 31019, At: noon.Add(-time.Hour)}, {ID: 31016, At: noon.Add(-time.Minute)}}}, Unknown},
		{"events that say nothing about the switch", Server{At: noon, Events: []Event{{ID: 31001, At: noon}, {ID: 1, At: noon}}}, Unknown},
	} {
		if v := Judge(WritebackOn, c.server.Testify(), noon); v.State != c.state {
			t.Errorf("%s: %s, want %s", c.name, v.State, c.state)
		}
	}
}

func TestPolicyTestifies(t *testing.T) {
	for _, c := range []struct {
		name         string
		policy       Policy
		sspr, unlock State
	}{
		{"all off", Policy{}, IsOff, IsOff},
		{"all on", Policy{PasswordWritebackSupported: true, EnablementForTenant: true, AccountUnlockEnabled: true}, Verified, Verified},
		{"the two readings differ", Policy{EnablementForTenant: true}, Unknown, IsOff},
		{"the two readings differ the other way", Policy{PasswordWritebackSupported: true, AccountUnlockEnabled: true}, Unknown, Verified},
	} {
		all := c.policy.Testify("test", noon)
		if v := Judge(SSPROn, all, noon); v.State != c.sspr {
			t.Errorf("%s: sspr is %s, want %s", c.name, v.State, c.sspr)
		}
		if v := Judge(UnlockOn, all, noon); v.State != c.unlock {
			t.Errorf("%s: unlock is %s, want %s", c.name, v.State, c.unlock)
		}
		if v := Judge(WritebackOn, all, noon); v.State != Unknown {
			t.Errorf("%s: the portal decides about the server: %s", c.name, v.State)
		}
	}
}

func TestAuditsTestify(t *testing.T) {
	entry := func(activity string, success bool, agent string) Audit {
		return Audit{At: noon.Add(-time.Hour), Activity: activity, Success: success, Agent: agent, By: "somebody"}
	}
	for _, c := range []struct {
		entry                   Audit
		writeback, sspr, unlock State
	}{
		{entry(AuditEnable, true, ""), Verified, Unknown, Unknown},
		{entry(AuditEnable, false, ""), Unknown, Unknown, Unknown},
		{entry(AuditDisable, true, ""), IsOff, Unknown, Unknown},
		{entry(AuditSelfReset, true, "Microsoft Entra Connect"), Verified, Verified, Unknown},
		{entry(AuditSelfReset, true, "None"), Unknown, Unknown, Unknown},
		{entry(AuditSelfReset, true, ""), Unknown, Unknown, Unknown},
		{entry(AuditSelfReset, false, "CloudSync"), Unknown, Unknown, Unknown},
		{entry(AuditAdminReset, true, "CloudSync"), Verified, Unknown, Unknown},
		{entry(AuditUnlock, true, "CloudSync"), Verified, Unknown, Verified},
		{entry(AuditUnlock, true, ""), Verified, Unknown, Verified},
		{entry(AuditUnlock, true, "None"), Unknown, Unknown, Unknown},
		{entry(AuditUnlock, false, ""), Unknown, Unknown, Unknown},
		{entry("Update user", true, "CloudSync"), Unknown, Unknown, Unknown},
	} {
		all := TestifyAudits([]Audit{c.entry}, "test")
		for claim, want := range map[Claim]State{WritebackOn: c.writeback, SSPROn: c.sspr, UnlockOn: c.unlock} {
			if v := Judge(claim, all, noon); v.State != want {
				t.Errorf("%+v: %s is %s, want %s", c.entry, claim, v.State, want)
			}
		}
	}
}

func TestLicensed(t *testing.T) {
	for _, c := range []struct {
		plans []Plan
		want  string
	}{
		{nil, ""},
		{[]Plan{{ID: "9aaf7827-d63c-4b61-89c3-182f06f82e5c", Name: "EXCHANGE_S_STANDARD", Usable: true}}, ""},
		{[]Plan{{ID: PlanP1, Name: "AAD_PREMIUM"}}, ""},
		{[]Plan{{ID: "41781FB2-BC02-4B7C-BD55-B576C07BB09D", Name: "AAD_PREMIUM", Usable: true}}, "AAD_PREMIUM"},
		{[]Plan{{ID: PlanP2, Name: "AAD_PREMIUM_P2", Usable: true}}, "AAD_PREMIUM_P2"},
	} {
		if got := (Tenant{Plans: c.plans}).Licensed(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.plans, got, c.want)
		}
	}
}

func TestTenantIs(t *testing.T) {
	tenant := Tenant{ID: "6f2b0c5e-8d5a-4a35-9d0b-2f6f2f6b0a11", Domains: []string{"corp.example", "corp.onmicrosoft.com"}}
	for name, want := range map[string]bool{"CORP.example": true, tenant.ID: true, "other.example": false, "": false} {
		if tenant.Is(name) != want {
			t.Errorf("Is(%q) is %t", name, !want)
		}
	}
}

func TestEventsHaveMeaning(t *testing.T) {
	for _, id := range EventIDs() {
		m, ok := Meaning(id)
		if !ok || m.Name == "" || m.Text == "" {
			t.Errorf("event %d has no meaning", id)
		}
		if m.Sign.says() == On && m.Sign != Reached && m.Fix != "" {
			t.Errorf("event %d says on and needs a fix", id)
		}
	}
}

func TestEndpoints(t *testing.T) {
	for _, c := range Clouds() {
		e, err := c.Endpoints()
		if err != nil || e.Login == "" || e.Graph == "" || e.Admin == "" {
			t.Errorf("%s: %+v, %v", c, e, err)
		}
	}
	for _, c := range []Cloud{"bleu", "Delos", "govsg"} {
		if _, err := c.Endpoints(); err == nil || !strings.Contains(err.Error(), "known, and not supported here") {
			t.Errorf("%s: %v", c, err)
		}
	}
	if _, err := Cloud("mars").Endpoints(); err == nil {
		t.Error("there is no cloud mars")
	}
}
