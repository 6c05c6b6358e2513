package guide

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/session"
	"writeback/internal/settings"
)

// The wizard reaches for a DC before anybody signs in: the authorities that vouch for it
// are looked at before that, too.
func TestTheGuideGuardsTheCAStore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o666); err != nil {
		t.Fatal(err)
	}
	given := new(settings.Settings)
	settings.DC.Put(given, "ldaps://127.0.0.1:9", settings.FromFlag)
	g := quiet(&session.Caller{Settings: given, LookupEnv: func(name string) (string, bool) { return file, name == "SSL_CERT_FILE" }})
	if err := g.reach(t.Context()); err == nil || !strings.Contains(err.Error(), "the system's certificate authorities") {
		t.Errorf("an authority that others may write: %v", err)
	}
}
