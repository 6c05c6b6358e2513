package tell

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"writeback/steps"
)

// That everything is set up does not say that it reaches everybody: these are two
// statements, and a verdict makes both. Whom it has to reach are people.

// Reach is how many of the people in scope can have their passwords written back.
type Reach struct {
	InScope, Reached int
	who              string // they are
	why              []miss
	rest             []string // who else is in scope
	unsynced         int      // of the rest
	without          string   // why the tenant was not asked who is synchronized; "": it was, or there is none
}

type miss struct {
	reason string
	count  int
}

// ReachOf counts by what is there; planned says by what the plan would make of it. ok
// is false where that was not counted. An earlier program counted all users as people.
func ReachOf(c steps.Coverage, planned bool) (r Reach, ok bool) {
	n := c.Writable
	if planned {
		n = c.After
	}
	if n == nil || c.InScope == nil || c.Reached == nil {
		return r, false
	}
	r = Reach{InScope: *c.InScope, Reached: *c.Reached, who: oneOr(*c.InScope, "user", "users")}
	if p := c.People; p != nil {
		r = Reach{InScope: p.InScope, Reached: p.Reached, who: oneOr(p.InScope, "person", "people")}
		if p.Disabled > 0 {
			r.rest = append(r.rest, fmt.Sprintf("%d disabled", p.Disabled))
		}
		if p.Services > 0 {
			r.rest = append(r.rest, fmt.Sprintf("%d %s", p.Services, oneOr(p.Services, "service account", "service accounts")))
		}
		if p.Guests > 0 {
			r.rest = append(r.rest, fmt.Sprintf("%d %s", p.Guests, oneOr(p.Guests, "guest", "guests")))
		}
		if n := p.NotSynced; n != nil && *n > 0 {
			r.rest, r.unsynced = append(r.rest, fmt.Sprintf("%d not synchronized", *n)), *n
		}
		r.without = p.WithoutTenant
	}
	for _, b := range c.Blocked {
		out := miss{b.Reason, b.InScope}
		if c.People != nil {
			out.count = b.People
		}
		if out.count > 0 {
			r.why = append(r.why, out)
		}
	}
	slices.SortStableFunc(r.why, func(a, b miss) int { return cmp.Compare(b.count, a.count) })
	return r, true
}

// Headline is the sentence of a plan; "" where people were not told from the rest.
func Headline(c steps.Coverage) string {
	if r, ok := ReachOf(c, true); ok && c.People != nil {
		return r.Sentence()
	}
	return ""
}

// Meets says that at least so many percent of the people in scope are reached; 0 is
// always met. Where there are none, nobody is: the scope may be mistyped.
func (r Reach) Meets(percent float64) bool {
	return percent <= 0 || r.InScope > 0 && float64(r.Reached)*100 >= percent*float64(r.InScope)
}

// Enough says whether a verification counted so many percent of the people in scope as
// reached; 0 is always enough. counted is false where it did not count.
func Enough(v steps.Verification, percent float64) (enough, counted bool) {
	c, ok := v.Coverage.Coverage()
	r, counted := ReachOf(c, false)
	return percent <= 0 || ok && counted && r.Meets(percent), ok && counted
}

// Sentence says it, with the reasons of those who are not reached, and who else there
// is.
func (r Reach) Sentence() string {
	text := fmt.Sprintf("All of the %d %s in scope can be reached.", r.InScope, r.who)
	switch {
	case r.InScope == 0 && r.unsynced > 0:
		text = "Nobody in scope can be reached: the tenant has none of the people there."
	case r.InScope == 0:
		text = "Nobody is in scope."
	case r.InScope == 1:
		text = "The one " + r.who + " in scope can be reached."
	}
	if left := r.InScope - r.Reached; left > 0 {
		var why []string
		for _, m := range r.why {
			why = append(why, fmt.Sprintf("%s %d", m.reason, m.count))
		}
		text = fmt.Sprintf("%d of %d %s in scope can be reached; %d cannot: %s.", r.Reached, r.InScope, r.who, left, strings.Join(why, ", "))
	}
	if len(r.rest) > 0 {
		text += " The rest: " + strings.Join(r.rest, ", ") + "."
	}
	if r.without != "" {
		text += " Counted without the tenant: " + strings.TrimSuffix(r.without, ".") + "."
	}
	return text
}

func oneOr(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
