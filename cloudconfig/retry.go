package cloudconfig

import (
	"slices"
	"strconv"
	"strings"
)

// Retry is what has to be different for a sync server's answer to say how writeback
// stands: what was just done must not be the advice.
type Retry struct {
	Why       string // what stands in the way of this answer
	Elsewhere bool   // another server has to be asked
	How       string // what to do instead, an imperative without its full stop
}

// Retry looks at what the answer itself tells of how it came about. ok is false where
// it says how writeback stands, or where nothing else could be done there.
func (s Server) Retry() (r Retry, ok bool) {
	asked := s.Product == "cloud" || s.Reset != nil
	switch {
	case s.Staging:
		return Retry{s.Host + " is in staging mode: it writes nothing back, and cannot say how the active server stands", true,
			"Run the script on the active sync server, where Get-ADSyncScheduler shows StagingModeEnabled False"}, true
	case asked:
		return Retry{}, false
	case s.Product == "" && len(s.Problems) == 0:
		return Retry{"neither Entra Connect nor the Cloud Sync agent is installed on " + s.Host, true, "Run the script on the server where it is installed"}, true
	case s.Product == "connect" && s.Cloud == "" && s.complains(manyConnectors) != "":
		return Retry{s.Host + " answered, and it is not known which connector is the one to Microsoft Entra ID (" + strings.TrimPrefix(s.complains(manyConnectors), "Get-ADSyncConnector: ") + ")", false,
			"See in Synchronization Service Manager there which of the connectors is in use, and go on by hand: --writeback-method manual"}, true
	case s.complains(refusedByPolicy) != "":
		return Retry{"a group policy (Turn on Script Execution) keeps PowerShell on " + s.Host + " from loading the product's module", false,
			"Have the policy take signed scripts, and run the script there once more; or go on by hand, with --writeback-method manual"}, true
	case major(s.PowerShell) > 5:
		return Retry{"PowerShell " + s.PowerShell + " could not ask the product's cmdlets on " + s.Host + ", which are made for Windows PowerShell 5.1", false,
			"Run the script there in Windows PowerShell (powershell.exe, not pwsh.exe), elevated"}, true
	case s.Elevated != nil && !*s.Elevated:
		return Retry{"the script did not run elevated on " + s.Host + ", and could not ask the product's cmdlets", false,
			"Run the script there again from a Windows PowerShell that was opened with Run as administrator"}, true
	}
	return Retry{"the product's cmdlets on " + s.Host + " did not answer", false,
		"Have whoever runs it made a member of the local group ADSyncAdmins there, sign out and in again, and run the script once more"}, true
}

// What the script's problems begin with that have a next step of their own: a module that
// no execution policy lets it load, and a number of connectors other than one.
const (
	refusedByPolicy = "module ADSync (execution policy)"
	manyConnectors  = "Get-ADSyncConnector: there are "
)

// complains is the problem that begins so; "": there is none.
func (s Server) complains(begins string) string {
	if i := slices.IndexFunc(s.Problems, func(p string) bool { return strings.HasPrefix(p, begins) }); i >= 0 {
		return s.Problems[i]
	}
	return ""
}

// major is the first number of a version; 0: none.
func major(version string) int {
	first, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(first)
	if err != nil {
		return 0
	}
	return n
}
