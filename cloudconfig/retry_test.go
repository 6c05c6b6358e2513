package cloudconfig

import (
	"strings"
	"testing"
)

// What to do next depends on how the answer came about, and is never what was done.
func TestRetry(t *testing.T) {
	yes, no := true, false
	failed := []string{"module ADSync: Retrieving the COM class factory failed: 80070005"}
	for _, c := range []struct {
		name      string
		server    Server
		elsewhere bool
		says      string // "": nothing has to be different
		not       string
	}{
		{"it says how it stands", Server{Product: "connect", PowerShell: "5.1.20348.1", Elevated: &yes, Reset: &ResetConfiguration{}}, false, "", ""},
		{"it says so from PowerShell 7", Server{Product: "connect", PowerShell: "7.4.1", Elevated: &no, Reset: &ResetConfiguration{}}, false, "", ""},
		{"Cloud Sync, which no cmdlet tells of", Server{Product: "cloud", PowerShell: "5.1", Elevated: &yes}, false, "", ""},
		{"staging", Server{Product: "connect", Staging: true, Reset: &ResetConfiguration{}}, true, "the active sync server", "elevated"},
		{"nothing is installed", Server{PowerShell: "5.1", Elevated: &yes}, true, "where it is installed", "elevated"},
		{"PowerShell 7", Server{PowerShell: "7.4.1", Elevated: &yes, Problems: failed}, false, "powershell.exe, not pwsh.exe", "ADSyncAdmins"},
		{"not elevated", Server{Product: "connect", PowerShell: "5.1.20348.1", Elevated: &no, Problems: failed}, false, "Run as administrator", "ADSyncAdmins"},
		{"no rights", Server{Product: "connect", PowerShell: "5.1.20348.1", Elevated: &yes, Problems: failed}, false, "ADSyncAdmins", "Run as administrator"},
		{"not said", Server{Product: "connect", Problems: failed}, false, "ADSyncAdmins", ""},
	} {
		c.server.Host = "SYNC01"
		r, ok := c.server.Retry()
		if ok != (c.says != "") || r.Elsewhere != c.elsewhere || !strings.Contains(r.How, c.says) || c.not != "" && strings.Contains(r.How, c.not) {
			t.Errorf("%s: %t %+v", c.name, ok, r)
		}
		if ok && !strings.Contains(r.Why, "SYNC01") {
			t.Errorf("%s: it does not name the server: %s", c.name, r.Why)
		}
	}
}
