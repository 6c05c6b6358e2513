package paste

import (
	"slices"
	"strings"
	"testing"
)

// The tests that use this package must be able to fail: raw, such names are obeyed.
func TestRawNamesAreObeyed(t *testing.T) {
	for shell, x := range map[string]struct {
		into  func(*testing.T, []string) []string
		names []string
	}{
		"sh":         {Sh, []string{"x$(mkdir canary)y", "x`mkdir canary`y", "a;mkdir canary;b", "'; mkdir canary; '"}},
		"PowerShell": {PowerShell, []string{"x$(mkdir canary)y", "a;mkdir canary;b", "”; mkdir canary; “", "’; mkdir canary; ‘"}},
		"cmd.exe":    {Cmd, []string{"R&mkdir canary&D", `" & mkdir canary & "`, "O' & mkdir canary & 'Brien"}},
	} {
		t.Run(shell, func(t *testing.T) {
			var texts []string
			for _, name := range x.names {
				if !slices.Contains(Hostile, name) {
					t.Errorf("%q is not tried", name)
				}
				texts = append(texts, "say --scope "+name, `say --scope "`+name+`"`, "say --scope '"+name+"'")
			}
			bad := x.into(t, append(texts, "say --scope nothing"))
			for _, name := range x.names {
				if !slices.ContainsFunc(bad, func(text string) bool { return strings.Contains(text, name) }) {
					t.Errorf("%q was not obeyed: %q were", name, bad)
				}
			}
			if slices.Contains(bad, "say --scope nothing") {
				t.Error("nothing was obeyed")
			}
		})
	}
}
