package checks

import (
	"fmt"

	"writeback/steps"
)

// answer is what a check says: what it saw and where, and what is to be done
// about it; or that it could not look.
type answer struct {
	text     string
	source   string
	unseen   bool
	findings []steps.Finding
	evidence []steps.Evidence
}

// saw is an answer of one source.
func saw(source, format string, args ...any) answer {
	return answer{text: fmt.Sprintf(format, args...), source: source}
}

// unchecked says why a check was not made.
func unchecked(format string, args ...any) answer {
	return answer{text: fmt.Sprintf(format, args...), unseen: true}
}

// warn, fail and note add a finding: one that needs somebody, one that writeback
// cannot work with, one to know.
func (a answer) warn(code, fix, format string, args ...any) answer {
	return a.add(steps.LevelWarning, code, fix, format, args...)
}

func (a answer) fail(code, fix, format string, args ...any) answer {
	return a.add(steps.LevelError, code, fix, format, args...)
}

func (a answer) note(code, fix, format string, args ...any) answer {
	return a.add(steps.LevelInfo, code, fix, format, args...)
}

func (a answer) add(level steps.Level, code, fix, format string, args ...any) answer {
	a.findings = append(a.findings, steps.Finding{Level: level, Code: code, Text: fmt.Sprintf(format, args...), Fix: fix})
	return a
}

// state is that of the worst finding. Without one that needs somebody, what could
// not be looked at is not checked.
func (a answer) state() State {
	worst := OK
	if a.unseen {
		worst = NotChecked
	}
	for _, f := range a.findings {
		switch f.Level {
		case steps.LevelError:
			return Error
		case steps.LevelWarning:
			worst = Warning
		}
	}
	return worst
}
