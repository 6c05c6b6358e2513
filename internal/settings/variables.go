package settings

import (
	"fmt"
	"slices"
	"strings"
)

// A Variable is one of the environment, with what it says.
type Variable struct{ Name, What string }

// Variables are those of the environment that are read beside WRITEBACK_ and the
// flag's name. The first ones hold secrets, which no flag takes.
var Variables = []Variable{
	{"WRITEBACK_AD_PASSWORD", "the password of --ad-user"},
	{"WRITEBACK_CLIENT_SECRET", "the secret of the application that --auth client-secret signs in as"},
	{"WRITEBACK_GRAPH_TOKEN", "the token for Microsoft Graph of --auth token"},
	{"WRITEBACK_PORTAL_TOKEN", "the token for the portal's settings of --auth token"},
	{"NO_COLOR", "not empty: no colours; only --no-color=false outweighs it"},
	{"CLICOLOR_FORCE", "neither empty nor 0: colours also where the output is no terminal"},
	{"CLICOLOR", "0: no colours, unless CLICOLOR_FORCE wants them"},
	{"ACCESSIBLE", "1: setup asks and answers in plain lines, for screen readers"},
	{"TERM", "dumb: plain lines, and no colours"},
	{"DISPLAY", "there (X11): setup can show a browser, and reach the clipboard"},
	{"WAYLAND_DISPLAY", "the same (Wayland)"},
	{"SSH_CONNECTION", "there: setup copies through the terminal"},
	{"PAGER", "what shows output that is longer than the terminal; \"\" or cat: nothing does"},
	{"LESS", "options of less; FRX where it is not set"},
	{"KRB5_CONFIG", "the Kerberos configuration, where --krb5-conf is not given"},
	{"KRB5CCNAME", "the Kerberos tickets"},
	{"USERNAME", "on Windows: who is signed in, as setup proposes it"},
	{"USERDNSDOMAIN", "on Windows: the domain of who is signed in, as setup proposes it"},
	{"XDG_STATE_HOME", "where the state directory is, where --state-dir is not given (not on Windows and macOS)"},
	{"HTTPS_PROXY", "the proxy to the tenant; NO_PROXY names the hosts that are reached without it"},
	{"NO_PROXY", "see HTTPS_PROXY"},
	{"GOGC", "how much memory may be garbage, in percent of what is in use; 50 where it is not set"},
}

// EnvironmentText names the variable of every setting by the rule, and the others
// one by one.
func EnvironmentText() string {
	var b strings.Builder
	b.WriteString(`Every setting can stand in the environment: WRITEBACK_ and the flag in capitals, with _
for -. A flag outweighs the environment, and the environment the configuration file. A
variable that is there and empty says nothing. Lists stand with commas; scopes,
domains and what is accepted one a line.

`)
	for _, x := range slices.SortedFunc(slices.Values(Of("")), func(x, y *Setting) int { return strings.Compare(x.Name, y.Name) }) {
		fmt.Fprintf(&b, "  %-36s --%s\n", EnvName(x.Name), x.Name)
	}
	b.WriteString("\nThe flags of a verb alone have theirs, too: WRITEBACK_DETAILED_EXITCODE, WRITEBACK_OUT.\n\n")
	b.WriteString("Beside these are read:\n\n")
	for _, v := range Variables {
		fmt.Fprintf(&b, "  %-24s %s\n", v.Name, v.What)
	}
	return strings.TrimRight(b.String(), "\n")
}
