package syncserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"
	"time"

	"writeback/internal/visible"
)

// Reason is why a script did not switch, as a stable code.
type Reason string

const (
	NoModule       Reason = "no-module"    // it is not installed there
	ModuleFails    Reason = "module-fails" // it is, and could not be loaded
	LinesMissing   Reason = "lines-missing"
	PolicyRefuses  Reason = "execution-policy"
	Staging        Reason = "staging"
	StagingUnknown Reason = "staging-unknown"
	OtherConnector Reason = "connector"
	OtherHost      Reason = "host"    // it is another computer
	OtherForest    Reason = "forest"  // it has no connector to the forest
	OtherAccount   Reason = "account" // it signs in to the forest as somebody else
	StateUnknown   Reason = "state-unknown"
)

// RefusedError is a script that did not switch, because something was not as it
// was shown. Nothing was changed.
type RefusedError struct {
	Host     string
	Reason   Reason
	Wanted   string   // the connector that was shown
	Problems []string // what the server could not answer
}

// refusals are all reasons, for people.
var refusals = map[Reason]string{
	NoModule:       "the product's cmdlets are not installed there: name the right server with --sync-server",
	ModuleFails:    "the product's cmdlets could not be loaded there: have the script run in Windows PowerShell 5.1 (powershell.exe), elevated",
	LinesMissing:   "lines of the script got lost on the way: save it there as a file, and run that",
	PolicyRefuses:  "a group policy (Turn on Script Execution) keeps PowerShell there from loading the product's module: switch by hand, with --writeback-method manual",
	Staging:        "the server is in staging mode and writes nothing back: name the active server with --sync-server",
	StagingUnknown: "it does not tell whether it is in staging mode: is the session elevated, and the user a member of ADSyncAdmins?",
	OtherConnector: "its connector to Microsoft Entra ID has another name than the one that was shown: look again",
	OtherHost:      "it is not the server that this is for: run the script on that one",
	OtherForest:    "it does not synchronize the forest that this is for: name the right server with --sync-server",
	OtherAccount:   "it signs in to the forest as another account than this is for: name that one with --connector",
	StateUnknown:   "it does not tell whether writeback is on: is the session elevated, and the user a member of ADSyncAdmins?",
}

func (e *RefusedError) Error() string {
	text := fmt.Sprintf("%s did not switch: %s", e.Host, refusals[e.Reason])
	if e.Reason == OtherConnector {
		text += fmt.Sprintf(" (%q)", e.Wanted)
	}
	if len(e.Problems) > 0 {
		text += " (" + strings.Join(e.Problems[:min(3, len(e.Problems))], "; ") + ")"
	}
	return text
}

// NotWritten says that nothing was written.
func (e *RefusedError) NotWritten() bool { return true }

// DoubtError is a switch of which the server did not tell what became of it. Whether it
// was made has to be looked up.
type DoubtError struct {
	Host string
	Says string
}

func (e *DoubtError) Error() string {
	return fmt.Sprintf("whether writeback was switched on %s is not known: %s", e.Host, e.Says)
}

// CmdletError is a cmdlet after which writeback stands as before.
type CmdletError struct {
	Host string
	Says string // the cmdlet's words
}

func (e *CmdletError) Error() string {
	return fmt.Sprintf("the cmdlet failed on %s: %s", e.Host, e.Says)
}

// Answered says that the cmdlet ended: nothing that it did can show later.
func (e *CmdletError) Answered() bool { return true }

// OtherAnswerError is the answer to another question than the one that was asked.
type OtherAnswerError struct {
	Host  string
	At    time.Time
	Nonce string // its own
}

func (e *OtherAnswerError) Error() string {
	return fmt.Sprintf("it does not answer what was asked (its nonce is %s, from %s at %s): after a hand-off, run the script that was left last, and bring its answer",
		visible.Words(e.Nonce, 40), e.Host, e.At.UTC().Format(time.RFC3339))
}

const handOff = "hand the script over instead: --writeback-method handoff"

// NoPowerShellError says that there is no PowerShell to run scripts with: none is there,
// or none answered before it was given an order.
type NoPowerShellError struct{ Seen []Seen }

func (e *NoPowerShellError) Error() string {
	var seen []string
	for _, s := range e.Seen {
		seen = append(seen, s.Program+": "+s.why())
	}
	return fmt.Sprintf("there is no PowerShell here that answers (%s): name one with --powershell, or %s", strings.Join(seen, "; "), handOff)
}

// why is the error without the program, which stands before it.
func (s Seen) why() string {
	var lookup *exec.Error
	var start *fs.PathError
	switch {
	case errors.Is(s.Err, exec.ErrNotFound), errors.Is(s.Err, fs.ErrNotExist):
		return "it is not there"
	case errors.As(s.Err, &lookup):
		return lookup.Err.Error()
	case errors.As(s.Err, &start):
		return start.Err.Error()
	}
	return s.Err.Error()
}

func (e *NoPowerShellError) Unwrap() (all []error) {
	for _, s := range e.Seen {
		all = append(all, s.Err)
	}
	return all
}

// NotWritten says that nothing was written.
func (e *NoPowerShellError) NotWritten() bool { return true }

// UnsafePowerShellError says that somebody else could have written the PowerShell that
// was named: what it is given to run, it would run.
type UnsafePowerShellError struct {
	Program string
	Err     error
}

func (e *UnsafePowerShellError) Error() string {
	return fmt.Sprintf("--powershell %s: %v", e.Program, e.Err)
}

func (e *UnsafePowerShellError) Unwrap() error { return e.Err }

// NotWritten says that nothing was written.
func (e *UnsafePowerShellError) NotWritten() bool { return true }

// HostError is a name that PowerShell remoting is not given.
type HostError struct{ Host string }

func (e *HostError) Error() string {
	return fmt.Sprintf("%q is not the name or address of a computer", visible.Words(e.Host, 80))
}

// NotWritten says that nothing was written.
func (e *HostError) NotWritten() bool { return true }

// LateError is a script that was ended because it took too long. What it did by
// then is not known.
type LateError struct {
	Script string
	Within time.Duration
}

func (e *LateError) Error() string {
	return fmt.Sprintf("script %s did not end within %s and was stopped: does it wait for somebody on the server's console? then %s", e.Script, e.Within, handOff)
}

// ScriptError is a script that ended with an error of PowerShell.
type ScriptError struct {
	ID   string // FullyQualifiedErrorId
	Says string

	unopened bool // there was no session: nothing was run
}

func (e *ScriptError) Error() string {
	if e.ID == "" {
		return "PowerShell: " + e.Says
	}
	return fmt.Sprintf("PowerShell: %s (%s)", e.Says, e.ID)
}

// ExitError is a PowerShell that ended without an answer.
type ExitError struct {
	Code   int    // -1: it was ended
	Stderr string // its end, shortened
	Err    error
}

func (e *ExitError) Error() string {
	text := fmt.Sprintf("PowerShell ended with code %d and without an answer", e.Code)
	if e.Stderr != "" {
		text += ": " + e.Stderr
	}
	return text
}

func (e *ExitError) Unwrap() error { return e.Err }
