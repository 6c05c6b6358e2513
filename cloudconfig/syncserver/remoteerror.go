package syncserver

import (
	"fmt"
	"strings"
)

// RemoteError is a sync server that PowerShell remoting could not get to.
// Nothing was run there.
type RemoteError struct {
	Host string
	ID   string // FullyQualifiedErrorId, as "AccessDenied,PSSessionOpenFailed"
	Says string
}

// The ids of New-PSSession. What they mean is said here once.
var remoteMeaning = map[string]string{
	noWSMan:                 "PowerShell on Linux and macOS has no WS-Management, which remoting to Windows takes: run writeback on a Windows computer, or on the sync server itself",
	"CannotUseIPAddress":    "an address is not enough for Kerberos: name the computer",
	"AuthenticationFailed":  "it does not accept the sign-in",
	"WinRMHttpError":        "something answers there that is not WinRM: a proxy, or another service at port 5985?",
	"0x80090322":            "its name and its service principal names (SPN) do not fit: name it by its full DNS name",
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
	if strings.Contains(e.Says, "0x80090322") {
		text = remoteMeaning["0x80090322"]
	}
	if text == "" {
		text = "PowerShell remoting does not get there"
	}
	text = fmt.Sprintf("%s: %s; or %s", e.Host, text, handOff)
	if e.ID == noWSMan {
		return text
	}
	return text + fmt.Sprintf(" (%s: %s)", e.ID, e.Says)
}

// NotWritten says that nothing was written.
func (e *RemoteError) NotWritten() bool { return true }

// noWSMan is what the frame says where PowerShell cannot do it.
const noWSMan = "there is no WS-Management"

// remote tells a session that was never there from all that may have happened in one:
// a session that breaks at its end has an id that looks like the former.
func remote(host string, e *ScriptError) error {
	if e.unopened {
		return &RemoteError{Host: host, ID: e.ID, Says: e.Says}
	}
	return e
}
