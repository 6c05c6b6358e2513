package steps

import (
	"slices"
	"time"
)

// "Not there now" is not "never". A write whose answer did not come may still be
// in a queue: of the network, a server, a replication. So a write that came back
// with an error, and is not seen, stays in doubt until [InFlight] has passed
// since its announcement; what is not there then never will be. A process that
// died left no such error: its connections ended with it, and looking decides at
// once.
//
// While a write is in doubt the run can be continued: a change that is still
// needed is made anew, and is owned once. It can be undone: what is ours is taken
// back, and the doubt stays.

// InFlight is how long after its announcement a write can still take effect: longer
// than every timeout of ours (two minutes for a write, one for a setting to show,
// ten for the sync server's cmdlet), and the clocks of a domain may differ by five
// minutes on top (RFC 4120 section 8.2).
const InFlight = 15 * time.Minute

// passed is how much time the records, of which the first is an announcement, show
// to have passed. Where the clock was set back between two of them none did, so
// that a doubt ends neither early nor never.
func passed(records []Record) (d time.Duration) {
	for i := 1; i < len(records); i++ {
		d += max(0, records[i].Time.Sub(records[i-1].Time))
	}
	return d
}

// waiting are the doubts that matter: those of changes that the run owns by
// another record do not, as undo takes these back anyway, and neither do undoings
// of what is no longer ours.
func (r *Run) waiting() (out []doubt) {
	for _, d := range r.doubts {
		if !r.covers(d) {
			out = append(out, d)
		}
	}
	return out
}

// covers tells whether nothing depends on a doubt for now.
func (r *Run) covers(d doubt) bool {
	if d.undo() {
		_, ours := r.owned(d.of)
		return !ours
	}
	for _, o := range r.Made {
		if o.Step == d.step && o.intent.change.Key(o.Step) == d.draft.change.Key(d.step) {
			return true
		}
	}
	return false
}

// until is when a doubt ends, if it does not by looking; the zero time where it
// has, or where looking decides.
func (j *Journal) until(d doubt) time.Time {
	if !d.late {
		return time.Time{}
	}
	now, last := j.now().UTC(), j.records[len(j.records)-1].Time
	left := InFlight - d.since - max(0, now.Sub(last))
	if left <= 0 {
		return time.Time{}
	}
	return now.Add(left)
}

// undecided are the doubts that are left, as errors, but for those of steps that not
// accepts; nil accepts none. Changes of one object that are in doubt one after the other
// are one error.
func (j *Journal) undecided(not func(step string) bool) (all []error) {
	run := j.Run()
	var last *DoubtError
	for _, d := range run.waiting() {
		if not != nil && not(d.step) {
			continue
		}
		until := j.until(d)
		switch {
		case until.IsZero():
		case last != nil && last.Step == d.step && last.Change.Target == d.draft.change.Target && last.Undo == d.undo():
			if same := func(c Change) bool { return c.Line == d.draft.change.Line }; !same(last.Change) && !slices.ContainsFunc(last.With, same) {
				last.With = append(last.With, d.draft.change)
			}
			if until.After(last.Until) {
				last.Until = until
			}
		default:
			last = &DoubtError{Run: j.id, Step: d.step, Change: d.draft.change, Undo: d.undo(), Until: until}
			all = append(all, last)
		}
	}
	return all
}
