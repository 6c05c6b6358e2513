package steps

import (
	"fmt"
	"time"

	"writeback/internal/visible"
)

// Level says how much a [Finding] weighs.
type Level string

// The levels, lightest first. A finding of level error blocks its step: its
// changes are shown, and never applied.
const (
	LevelInfo    Level = "info"
	LevelWarning Level = "warning"
	LevelError   Level = "error"
)

// Finding is something that a person should know about a step. Codes are
// short, lower case, hyphenated and stable.
type Finding struct {
	Level Level  `json:"level"`
	Code  string `json:"code"`
	Text  string `json:"text"`
	Fix   string `json:"fix,omitempty"` // what to do about it
	// Manual says that a person has to do what Fix says: a step that is left
	// with nothing but such findings is in state "manual".
	Manual bool `json:"manual,omitempty"`
	// AtApply says of a warning that only a reader could go on in spite of it: an
	// apply under the same circumstances is refused, with a finding of level error
	// and the same code.
	AtApply bool `json:"atApply,omitempty"`
	// Accept is what --accept takes for a finding that a person may accept by name:
	// "CODE", or "CODE=VALUE"; "" where it can only be mended.
	Accept     string `json:"accept,omitempty"`
	AcceptAlso string `json:"-"` // other values for it, with blanks between
	// Accepted says of a warning that it would be an error, had nobody accepted it.
	Accepted bool `json:"accepted,omitempty"`
}

// The states of an [Evidence].
const (
	EvidenceVerified = "verified" // the program looked
	EvidenceAttested = "attested" // a person says so
	// EvidenceReported is below attested: a file says so that anybody could have made.
	EvidenceReported = "reported"
	EvidenceUnknown  = "unknown"
	EvidenceOff      = "off"
)

// Evidence is something that was looked at or said, by whom and when.
type Evidence struct {
	State  string    `json:"state"` // [EvidenceVerified], [EvidenceAttested], …
	What   string    `json:"what"`
	Source string    `json:"source"` // where it was seen: a DC, an endpoint, a person
	At     time.Time `json:"at"`     // UTC
	By     string    `json:"by,omitempty"`
}

// plain returns f with nothing in it that a terminal could be deceived by.
// Findings are not approved, so they are cleaned instead of refused.
func (f Finding) plain() Finding {
	f.Code, f.Text, f.Fix, f.Accept = Plain(f.Code), visible.Text(f.Text), visible.Text(f.Fix), Plain(f.Accept)
	return f
}

func (f Finding) check() error {
	switch f.Level {
	case LevelInfo, LevelWarning, LevelError:
	default:
		return fmt.Errorf("finding %q: level %q is none of info, warning, error", f.Code, f.Level)
	}
	if f != f.plain() {
		return fmt.Errorf("finding %q contains control characters", f.Code)
	}
	return nil
}

// plain returns e with nothing in it that a terminal could be deceived by.
func (e Evidence) plain() Evidence {
	e.What, e.Source, e.By = visible.Text(e.What), Plain(e.Source), Plain(e.By)
	return e
}

func (e Evidence) check() error {
	switch e.State {
	case EvidenceVerified, EvidenceAttested, EvidenceReported, EvidenceUnknown, EvidenceOff:
	default:
		return fmt.Errorf("evidence %q: state %q is none of verified, attested, reported, unknown, off", e.What, e.State)
	}
	if e != e.plain() {
		return fmt.Errorf("evidence %q contains control characters", e.What)
	}
	return nil
}

// blocks returns the findings of level error.
func blocks(fs []Finding) []Finding {
	var out []Finding
	for _, f := range fs {
		if f.Level == LevelError {
			out = append(out, f)
		}
	}
	return out
}
