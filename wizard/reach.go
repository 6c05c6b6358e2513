package wizard

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"writeback/steps"
)

// That everything is set up does not say that it reaches everybody: these are two
// statements, and a verdict makes both.

// Reach is how many of the users in scope can have their passwords written back.
type Reach struct {
	InScope, Reached int
	why              []OutOfReach
}

// Reach counts by what is there; planned says by what the plan would make of it. ok
// is false where that was not counted.
func (c Coverage) Reach(planned bool) (r Reach, ok bool) {
	n := c.Writable
	if planned {
		n = c.After
	}
	if n == nil || c.InScope == nil || c.Reached == nil {
		return r, false
	}
	r = Reach{InScope: *c.InScope, Reached: *c.Reached}
	for _, b := range c.Blocked {
		if b.InScope > 0 {
			r.why = append(r.why, b)
		}
	}
	return r, true
}

// Meets says that at least so many percent of the users in scope are reached. Where
// there are none, it does.
func (r Reach) Meets(percent float64) bool {
	return float64(r.Reached)*100 >= percent*float64(r.InScope)
}

// Enough says whether a verification counted so many percent of the users in scope as
// reached; 0 is always enough. counted is false where it did not count.
func Enough(v steps.Verification, percent float64) (enough, counted bool) {
	c, ok := ReadCoverage(v.Coverage)
	r, counted := c.Reach(false)
	return percent <= 0 || ok && counted && r.Meets(percent), ok && counted
}

// Sentence says it, with the reasons of those who are not reached.
func (r Reach) Sentence() string {
	left := r.InScope - r.Reached
	users := "users"
	if r.InScope == 1 {
		users = "user"
	}
	if left <= 0 {
		return fmt.Sprintf("All of the %d %s in scope can be reached.", r.InScope, users)
	}
	slices.SortStableFunc(r.why, func(a, b OutOfReach) int { return cmp.Compare(b.InScope, a.InScope) })
	var why []string
	for _, b := range r.why {
		why = append(why, fmt.Sprintf("%s %d", b.Reason, b.InScope))
	}
	return fmt.Sprintf("%d of %d %s in scope can be reached; %d cannot: %s.", r.Reached, r.InScope, users, left, strings.Join(why, ", "))
}
