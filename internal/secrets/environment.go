package secrets

import "os"

// A secret that came in the environment is for this program alone. Whatever it
// starts (a browser, az, PowerShell, a pager, the clipboard's program) would get a
// copy, and keep it as long as it runs, so the secrets are taken out first.

// Variables are those of the environment that hold secrets.
var Variables = []string{"WRITEBACK_AD_PASSWORD", "WRITEBACK_CLIENT_SECRET", "WRITEBACK_GRAPH_TOKEN", "WRITEBACK_PORTAL_TOKEN"}

// TakenEnvironment looks variables up in this process's environment, from which
// the secrets have been taken.
func TakenEnvironment() func(name string) (string, bool) {
	taken := map[string]string{}
	for _, name := range Variables {
		if value, there := os.LookupEnv(name); there {
			taken[name] = value
			os.Unsetenv(name)
		}
	}
	return func(name string) (string, bool) {
		if value, there := taken[name]; there {
			return value, true
		}
		return os.LookupEnv(name)
	}
}
