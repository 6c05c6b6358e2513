package tenant_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
)

func TestWhatATenantTells(t *testing.T) {
	c := newClock()
	no := false
	w := start(t, tenant.Options{Clock: c.time, ID: "11111111-2222-4333-8444-555555555555", Name: "Fabrikam", Domains: []string{"fabrikam.com", "fabrikam.onmicrosoft.com"},
		AdminSSPR: &no, GraphFlag: true, SKUs: []tenant.SKU{{PartNumber: "AAD_PREMIUM", ID: "078d2b04-f1bd-4111-bbd4-b4b1b354cef4", Status: "Warning",
			Plans: []tenant.Plan{{ID: cloudconfig.PlanP1, Name: "AAD_PREMIUM", Status: "PendingInput"}}}}})
	org := w.get("/organization").rows()[0]
	if org["id"] != w.ID() || org["displayName"] != "Fabrikam" || org["onPremisesSyncEnabled"] != true || org["onPremisesLastSyncDateTime"] != "2026-03-02T09:50:00Z" {
		t.Errorf("%v", org)
	}
	domains := org["verifiedDomains"].([]any)
	if first := domains[0].(map[string]any); len(domains) != 2 || first["name"] != "fabrikam.com" || first["isDefault"] != true || first["isInitial"] != false {
		t.Errorf("%v", domains)
	}
	sku := w.get("/subscribedSkus").rows()[0]
	plan := sku["servicePlans"].([]any)[0].(map[string]any)
	if sku["capabilityStatus"] != "Warning" || plan["servicePlanId"] != cloudconfig.PlanP1 || plan["provisioningStatus"] != "PendingInput" {
		t.Errorf("%v", sku)
	}
	if p := w.get("/policies/authorizationPolicy").doc; p["allowedToUseSSPR"] != false {
		t.Errorf("%v", p)
	}
	sync := w.get("/directory/onPremisesSynchronization").rows()[0]
	if sync["id"] != w.ID() || sync["features"].(map[string]any)["passwordWritebackEnabled"] != true {
		t.Errorf("%v", sync)
	}
	if me := w.get("/me").doc; me["userPrincipalName"] != "admin@fabrikam.com" {
		t.Errorf("%v", me)
	}
}

func TestSynchronisationStates(t *testing.T) {
	c := newClock()
	w := start(t, tenant.Options{Clock: c.time, LastSync: c.time().Add(-48 * time.Hour)})
	for sync, want := range map[tenant.Sync][2]any{
		tenant.SyncOn:    {true, "2026-02-28T10:00:00Z"},
		tenant.SyncOff:   {false, "2026-02-28T10:00:00Z"},
		tenant.SyncNever: {nil, nil},
	} {
		w.Change(func(o *tenant.Options) { o.Sync = sync })
		org := w.get("/organization?$select=onPremisesSyncEnabled,onPremisesLastSyncDateTime").rows()[0]
		if got := [2]any{org["onPremisesSyncEnabled"], org["onPremisesLastSyncDateTime"]}; got != want {
			t.Errorf("%d: %v, want %v", sync, got, want)
		}
	}
}

func TestTheCAInAFile(t *testing.T) {
	w := start(t, tenant.Options{})
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := w.CAFile(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil || !cert.IsCA {
		t.Errorf("%v, %v", cert, err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	if !roots.Equal(w.RootCAs()) {
		t.Error("the file holds another CA")
	}
}
