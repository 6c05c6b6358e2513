package stages

import (
	"writeback/adperms/coverage"
	"writeback/steps"
)

// CoverageOf is what a survey has counted, for the engine's documents.
func CoverageOf(r coverage.Report) steps.Coverage {
	people := steps.People(r.People)
	c := steps.Coverage{
		Domain: r.Domain, Users: r.Users, Disabled: r.Disabled, InScope: &r.InScope, Reached: &r.Reached, People: &people,
		Before: r.Before, After: r.After, Writable: r.Writable, Blocked: outOfReach(r.Blocked), Notes: outOfReach(r.Notes),
	}
	for _, d := range r.Domains {
		c.Domains = append(c.Domains, CoverageOf(d))
	}
	return c
}

func outOfReach(all []coverage.Blocked) []steps.OutOfReach {
	out := make([]steps.OutOfReach, 0, len(all))
	for _, b := range all {
		one := steps.OutOfReach{Reason: b.Reason, Text: b.Text, Count: b.Count, InScope: b.InScope, People: b.People, Examples: b.Examples, Fix: b.Fix}
		for _, p := range b.Where {
			one.Where = append(one.Where, steps.UsersAt(p))
		}
		out = append(out, one)
	}
	return out
}
