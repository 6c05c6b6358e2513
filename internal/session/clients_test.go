package session

import (
	"context"
	"testing"
	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
)

// The engine bounds a write by less than a sync server may take.
func TestEnableIsNotCutShort(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	tn, err := tenant.Start(tenant.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer tn.Close()
	server := tn.Join(tenant.SyncOptions{Cloud: "corp - AAD"})
	if _, err := (serverClient{runner: server}).Enable(over, cloudconfig.Bound{Connector: "corp - AAD"}, true); err != nil || !server.Enabled() {
		t.Errorf("it is cut short: %v", err)
	}
	if _, err := (serverClient{runner: server}).Server(over); err == nil {
		t.Error("a look is cut short")
	}
}
