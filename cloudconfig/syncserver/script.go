package syncserver

import (
	_ "embed"
	"fmt"
	"strings"

	"writeback/internal/visible"
)

var (
	//go:embed scripts/observe.ps1
	observeText string
	//go:embed scripts/inspect.ps1
	inspectText string
	//go:embed scripts/enable.ps1
	enableText string
	//go:embed scripts/frame.ps1
	frameText string
	//go:embed scripts/probe.ps1
	probeText string
	//go:embed scripts/show.ps1
	showText string
)

// Script is one of this package's scripts. It takes an [Ask] as JSON and gives a
// [Document] as JSON.
type Script struct {
	name string
	body string
	// For the person to whom it is handed: what it reads and changes, and what is so
	// where it stopped before it had an answer.
	reads, does, stopped string

	switches bool // it may change something
}

// The scripts. EnableConnect switches writeback off as well as on. Cloud Sync has no
// cmdlet that tells how its writeback stands, and the one that switches it wants an
// administrator's password without a second factor: that is the portal's part.
var (
	Inspect = Script{name: "inspect", body: inspectText, reads: "how password writeback stands on this server: Entra Connect and the Cloud Sync agent, the events of password writeback\n# in the Application log, and the registry value RestrictRemoteSam. It tries TCP port 443 of the relay hosts that those events name.",
		does: "changes nothing.", stopped: "Nothing was changed."}
	EnableConnect = Script{name: "enable", body: enableText, switches: true, reads: "how password writeback of Entra Connect stands on this server.",
		does:    "switches password writeback with Set-ADSyncAADPasswordResetConfiguration: only on the server that was asked before, and not in\n# staging mode.",
		stopped: "Whether writeback was switched is not known: run the script that changes nothing, and bring its answer."}
)

// Name is "inspect" or "enable": [Document.Kind] of its answer.
func (s Script) Name() string { return s.name }

// Text is the whole script. It begins with param([string]$Json).
func (s Script) Text() string { return observeText + "\n" + s.body }

// length counts what of it is not blank: lines may end in several ways on the way.
func (s Script) length() int { return len(strings.Join(strings.Fields(s.Text()), "")) }

// MarshalText writes the name, so that a [Handoff] can be kept.
func (s Script) MarshalText() ([]byte, error) { return []byte(s.name), nil }

// UnmarshalText reads a name.
func (s *Script) UnmarshalText(name []byte) error {
	for _, known := range []Script{Inspect, EnableConnect} {
		if known.name == string(name) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("there is no script %q", visible.Words(string(name), 40))
}

// command makes a frame into one line, to be given to -Command: lines of a
// command line are not safe everywhere, and no frame needs them.
func command(frame string) string {
	var out []string
	for line := range strings.Lines(frame) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return strings.Join(out, " ")
}
