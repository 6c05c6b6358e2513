package syncserver

import (
	"fmt"
	"strings"
)

// RemoteError is a sync server that PowerShell remoting could not get to.
// Nothing was run there.
type RemoteError struct {
	Host string
	ID   string // FullyQualifiedErrorId, as "AccessDenied,PSSessionStateBroken"
	Says string
}

// The ids of Invoke-Command where there is no session. What they mean is said
// here once.
var remoteMeaning = map[string]string{
	"AccessDenied":          "it does not let this user in: it must be an administrator there, or a member of Remote Management Users and ADSyncAdmins",
	"ComputerNotFound":      "its name is not known, or Kerberos does not know it",
	"NetworkPathNotFound":   "its name is not known",
	"CannotConnect":         "it does not answer: does WinRM run there (Enable-PSRemoting), and is port 5985 open?",
	"WinRMOperationTimeout": "it does not answer in time: is port 5985 open?",
	"ServerNotTrusted":      "it is not in this domain and not trusted: run writeback from a computer of the domain",
	"LogonFailure":          "it does not accept the sign-in",
}

func (e *RemoteError) Error() string {
	id, _, _ := strings.Cut(e.ID, ",")
	text := remoteMeaning[id]
	if text == "" {
		text = "PowerShell remoting does not get there"
	}
	return fmt.Sprintf("%s: %s; or %s (%s: %s)", e.Host, text, handOff, e.ID, e.Says)
}

// NotWritten says that nothing was written.
func (e *RemoteError) NotWritten() bool { return true }

// remote tells a session that was never there from an error of the script.
func remote(host string, e *ScriptError) error {
	if strings.HasSuffix(e.ID, ",PSSessionStateBroken") {
		return &RemoteError{Host: host, ID: e.ID, Says: e.Says}
	}
	return e
}
