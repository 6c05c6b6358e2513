package cloudconfig

import (
	"strings"
	"testing"
	"time"
)

// The portal's switch of Cloud Sync is shown and decides nothing; an entry that names
// its agent does.
func TestCloudSyncsSwitchProvesNothing(t *testing.T) {
	now := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	all := Policy{CloudProvisioningEnabled: true}.Testify("portal", now)
	v := Judge(WritebackOn, all, now)
	if v.State != Unknown || len(v.Others) != 2 {
		t.Errorf("%+v", v)
	}
	shown := ""
	for _, o := range v.Others {
		if o.Witness == CloudSync {
			shown = o.What
		}
	}
	if !strings.Contains(shown, "not documented") || !strings.Contains(shown, "OnPremisesAgent is CloudSync") {
		t.Errorf("it says %q", shown)
	}
	all = append(all, TestifyAudits([]Audit{{At: now.Add(-time.Hour), Activity: AuditAdminReset, Success: true, Agent: "CloudSync"}}, "audit log")...)
	if v = Judge(WritebackOn, all, now); v.State != Verified || v.By.Product != "cloud" {
		t.Errorf("%+v", v)
	}
	if off := (Policy{}).Testify("portal", now); len(off) != 3 {
		t.Errorf("a switch that is off is told: %+v", off)
	}
}

// Of Cloud Sync nothing counts but an entry that names its agent; what speaks against
// it does.
func TestCloudSyncIsNamed(t *testing.T) {
	const hour = time.Hour
	for _, c := range []struct {
		name    string
		audits  []Audit
		product string
		want    State
	}{
		{"enabled, by nobody's name", []Audit{audit(AuditEnable, hour, "", "")}, "cloud", Unknown},
		{"an unlock by nobody's name", []Audit{audit(AuditUnlock, hour, "", "")}, "cloud", Unknown},
		{"an unlock by Connect", []Audit{audit(AuditUnlock, hour, "Microsoft Entra Connect", "")}, "cloud", Unknown},
		{"a reset by Connect", []Audit{audit(AuditAdminReset, hour, "Microsoft Entra Connect", "")}, "cloud", Unknown},
		{"a reset by its agent", []Audit{audit(AuditAdminReset, hour, "CloudSync", "")}, "cloud", Verified},
		{"an unlock by its agent", []Audit{audit(AuditUnlock, hour, "CloudSync", "")}, "cloud", Verified},
		{"a reset, then disabled", []Audit{audit(AuditAdminReset, 2*hour, "CloudSync", ""), audit(AuditDisable, hour, "", "")}, "cloud", IsOff},
		{"a reset, disabled and enabled again", []Audit{audit(AuditAdminReset, 3*hour, "CloudSync", ""), audit(AuditDisable, 2*hour, "", ""), audit(AuditEnable, hour, "", "")}, "cloud", Verified},
		{"a reset, then one that was lost", []Audit{audit(AuditAdminReset, 2*hour, "CloudSync", ""), audit(AuditSelfReset, hour, "", "SSPR_0030")}, "cloud", Unknown},
		{"disabled alone", []Audit{audit(AuditDisable, hour, "", "")}, "cloud", IsOff},
		{"enabled, and Connect writes back", []Audit{audit(AuditEnable, hour, "", "")}, "connect", Verified},
		{"an unlock, and nobody said which product", []Audit{audit(AuditUnlock, hour, "", "")}, "", Verified},
	} {
		all := TestifyAudits(c.audits, "audit log")
		OfProduct(c.product, all)
		if v := Judge(WritebackOn, all, noon); v.State != c.want {
			t.Errorf("%s: %s, want %s: %+v", c.name, v.State, c.want, v)
		}
	}
}
