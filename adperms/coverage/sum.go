package coverage

import (
	"cmp"
	"slices"
)

// Sum is the report of several domains together, with each of them in it; that
// of one is itself.
func Sum(all ...Report) Report {
	if len(all) == 1 {
		all[0].Domain = ""
		return all[0]
	}
	out := Report{Blocked: []Blocked{}, Domains: all}
	for _, r := range all {
		out.Users += r.Users
		out.Disabled += r.Disabled
		out.People = out.People.plus(r.People)
		out.InScope, out.Reached = out.InScope+r.InScope, out.Reached+r.Reached
		out.Before, out.After, out.Writable = plus(out.Before, r.Before), plus(out.After, r.After), plus(out.Writable, r.Writable)
		for _, b := range r.Blocked {
			out.Blocked = take(out.Blocked, b)
		}
		for _, b := range r.Notes {
			out.Notes = take(out.Notes, b)
		}
	}
	out.People.WithoutTenant = withoutTenant(all)
	slices.SortStableFunc(out.Blocked, func(a, b Blocked) int { return cmp.Compare(b.Count, a.Count) })
	return out
}

// take adds what one domain says of a reason. What to do about it is said for
// each domain where it differs.
func take(all []Blocked, b Blocked) []Blocked {
	i := slices.IndexFunc(all, func(have Blocked) bool { return have.Reason == b.Reason })
	if i < 0 {
		b.Examples, b.Where = slices.Clone(b.Examples), slices.Clone(b.Where)
		return append(all, b)
	}
	have := &all[i]
	have.Count, have.InScope, have.People = have.Count+b.Count, have.InScope+b.InScope, have.People+b.People
	have.Examples = append(have.Examples, b.Examples...)
	have.Examples = have.Examples[:min(len(have.Examples), maxExamples)]
	have.Where = append(have.Where, b.Where...)
	slices.SortStableFunc(have.Where, func(a, b Place) int { return cmp.Compare(b.Count, a.Count) })
	have.Where = have.Where[:min(len(have.Where), maxPlaces)]
	if have.Fix != b.Fix {
		have.Fix += "; " + b.Fix
	}
	return all
}

func plus(a, b *int) *int {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	n := *a + *b
	return &n
}
