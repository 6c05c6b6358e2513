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
