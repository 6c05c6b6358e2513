package stages

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"writeback/steps"
)

// What became of a write that was interrupted is told by looking. An ACE that is
// not there was not made. One that is there is ours, for it is the very one that
// was approved and announced, and was not there when it was planned; unless it
// can be shown that somebody else put it there after the interruption, by hand
// perhaps, because the program had stopped. This is shown where the descriptor
// was written exactly once since the plan, and that one write came so late
// that no process that was planning then could have made it (steps.InFlight). Somebody who adds
// the very same ACE within that time cannot be told from us: undo will take it
// for ours.

// Resolve looks whether a change, whose write was interrupted, is there.
func (d *DACLs) Resolve(ctx context.Context, c ACEChange) (ACEChange, bool, error) {
	now, err := d.find(ctx, c)
	if errors.Is(err, errDeleted) {
		return c, false, nil
	}
	if err != nil {
		return c, false, err
	}
	there, err := c.in(now.Descriptor)
	if err != nil {
		return c, false, err
	}
	name := steps.Plain(now.DN)
	switch {
	case !there && d.behind(c, now):
		return c, false, d.notReplicated(c)
	case !there && c.intent() && now.Version == c.Version && !strings.EqualFold(c.DC, d.Place.DC):
		d.notice("made-elsewhere", fmt.Sprintf("a write on %s was interrupted, and %s does not show it: it may have been made there and replicate later", c.DC, d.Place.DC),
			"run verify when the DCs have replicated")
	case there && c.intent() && foreign(c, now):
		there = false
		what := c.ACE + " on " + name + " was added"
		switch c.Does {
		case doesRemove:
			what = c.ACE + " on " + name + " was removed"
		case doesBlock:
			what = "inheritance of " + name + " was switched off"
		}
		d.notice("added-by-others", fmt.Sprintf("%s at %s, after the run was interrupted: it is somebody else's, and undo will leave it",
			what, now.Changed.UTC().Format(time.RFC3339)), "")
	case there && c.intent() && c.Version != 0 && now.Version > c.Version+1:
		d.noticeCount(c.Version, now)
	}
	return c.made(now), there, nil
}

// intent tells a change that was announced from one that was made.
func (c ACEChange) intent() bool { return !c.Read.IsZero() }

// foreign says that the one write since the plan cannot be ours.
func foreign(c ACEChange, now Seen) bool {
	return c.Version != 0 && now.Version == c.Version+1 && now.Changed.After(c.Read.Add(steps.InFlight))
}
