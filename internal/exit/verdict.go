package exit

import (
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/wizard"
	"writeback/wizard/tell"
)

// Verdict is the exit code of a check that wants at least so much coverage, in percent.
// Where the users were not counted, nothing can be said of
// how many are reached.
func Verdict(v steps.Verification, least float64) (int, error) {
	if least > 0 {
		if enough, counted := tell.Enough(v, least); !counted {
			return Usage, settings.Usagef("--min-coverage needs the users to be counted: leave --coverage=false and --skip delegate out")
		} else if !enough {
			return Changes, nil
		}
	}
	return Standing(v), nil
}

// Standing is the exit code for how the stages stand.
func Standing(v steps.Verification) int {
	switch {
	case !v.Inspected():
		return Usage
	case v.OK:
		return Done
	}
	for _, s := range v.Steps {
		if s.State == steps.StateChange || s.State == steps.StateBlocked {
			return Changes
		}
	}
	return Manual
}

// Ending is the exit code of a session that ended well: how everything stands
// where it was looked at last, and what the run came to where it was not.
func Ending(end wizard.Ending) int {
	switch {
	case end.Checked != nil:
		return Standing(*end.Checked)
	case end.Undone == nil && end.Result.State == steps.ResultManual:
		return Manual
	}
	return Done
}
