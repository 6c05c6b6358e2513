package coverage

import (
	"cmp"
	"slices"

	"writeback/adperms"
)

// What a report names at most of each reason.
const (
	maxExamples = 5
	maxPlaces   = 10
)

// counts is what is counted for each object that has users below it.
type counts struct {
	users, before, after int
	blocked              [reasons]int32
	barred               int32 // users anywhere below whom its protected DACL, or its unreadable descriptor, keeps from the rights
}

type tally struct {
	users, disabled, before, after int
	inScope, reached               int // users below a scope, and those of them who can after
	blocked                        [reasons]int
	missed                         [reasons]int // of those in scope
	people                         People
	notSynced                      int          // see People
	inTenant                       bool         // the tenant has users of the domain
	unreached                      [reasons]int // of the people in scope
	examples                       [reasons][]string
	parents                        []*node // those that have users
	bars                           []*node // those that keep users from the rights
}

func (s *Survey) count(u *User, n *node, v Verdict) {
	t := &s.tally
	if n.count.users == 0 {
		t.parents = append(t.parents, n)
	}
	t.users++
	n.count.users++
	if u.Disabled {
		t.disabled++
	}
	t.inTenant = t.inTenant || v.Tenant != NotSaid
	if n.inScope || len(s.scopes) > 0 && s.scopes[fold(string(u.DN))] {
		t.inScope++
		person := t.person(u, v)
		if r := v.After.Reasons.First(); v.After.Writable() {
			t.reached++
		} else if t.missed[r]++; person {
			t.unreached[r]++
		}
	}
	if v.Before.Writable() {
		t.before++
		n.count.before++
	}
	if v.After.Writable() {
		t.after++
		n.count.after++
	}
	r := v.After.Reasons.First()
	if r == None {
		return
	}
	t.blocked[r]++
	n.count.blocked[r]++
	if len(t.examples[r]) < maxExamples {
		t.examples[r] = append(t.examples[r], string(u.DN))
	}
	by := n.barrier
	switch {
	case v.By == "":
		return
	case r == ParentUnknown:
		by = n.dark
	case r != InheritanceBlocked: // something else counts first
		return
	}
	if by.count.barred == 0 {
		t.bars = append(t.bars, by)
	}
	by.count.barred++
}

// Report is what a survey has counted.
type Report struct {
	Domain   string // DNS name; "": of all together
	Users    int
	Disabled int    // of Users
	InScope  int    // of Users: those below one of the scopes
	Reached  int    // of InScope: those whose password can be written back, after the edits
	People   People // those InScope
	Before   *int
	After    *int
	Writable *int
	Blocked  []Blocked
	Notes    []Blocked // of users whose password can be written back
	Domains  []Report  // where there are several
}

// Blocked is a reason with the users that it stands in the way of, or is told of.
type Blocked struct {
	Reason   string
	Text     string
	Count    int
	InScope  int      // of Count: those below one of the scopes
	People   int      // of InScope: the people
	Examples []string // DNs, raw
	Where    []Place  // what blocks, or else the objects with the most of them
	Fix      string
}

// Place is an object and how many of the users it has to do with.
type Place struct {
	DN    string // raw
	Count int
}

// Predicted is the report before and after the edits.
func (s *Survey) Predicted() Report {
	r := s.report()
	r.Before, r.After = &s.tally.before, &s.tally.after
	return r
}

// Found is the report of how it is.
func (s *Survey) Found() Report {
	r := s.report()
	r.Writable = &s.tally.after
	return r
}

func (s *Survey) report() Report {
	t := s.tally
	r := Report{Users: t.users, Disabled: t.disabled, InScope: t.inScope, Reached: t.reached, People: t.people, Blocked: []Blocked{}}
	r.People.NotSynced, r.People.WithoutTenant = s.notSynced()
	for reason := None + 1; reason < reasons; reason++ {
		if t.blocked[reason] == 0 {
			continue
		}
		b := Blocked{
			Reason: reason.Code(), Text: s.text(reason), Fix: s.fix(reason), Count: t.blocked[reason], InScope: t.missed[reason], People: t.unreached[reason],
			Examples: slices.Sorted(slices.Values(t.examples[reason])), Where: s.where(reason),
		}
		if reason.Weight() == adperms.Hinders {
			r.Notes = append(r.Notes, b)
			continue
		}
		r.Blocked = append(r.Blocked, b)
	}
	slices.SortStableFunc(r.Blocked, func(a, b Blocked) int { return cmp.Compare(b.Count, a.Count) })
	return r
}

func (s *Survey) text(r Reason) string {
	if r == s.unfit {
		return s.q.Unfit.Text
	}
	return r.Text()
}

// fix says what to do; where OUs block, with the scopes that it takes, those of
// the question first, because --scope replaces what is there without it.
func (s *Survey) fix(r Reason) string {
	switch {
	case r == s.unfit:
		return s.q.Unfit.Fix
	case r != InheritanceBlocked || len(s.Blocking()) == 0:
		return r.Fix()
	}
	there := slices.Clone(s.q.Scopes)
	for _, p := range s.Blocking() {
		there = append(there, p.DN)
	}
	return "grant the rights there as well: " + scopeWords(there).String() + "; or enable inheritance, there and on accounts that block it themselves"
}

// where names what bars users for the reason, or else where most of them are.
func (s *Survey) where(r Reason) (out []Place) {
	all, n := s.tally.parents, func(x *node) int { return int(x.count.blocked[r]) }
	if bars := s.bars(r); len(bars) > 0 {
		all, n = bars, func(x *node) int { return int(x.count.barred) }
	}
	for _, x := range all {
		if n(x) > 0 && x.dn != "" {
			out = append(out, Place{x.dn, n(x)})
		}
	}
	slices.SortFunc(out, func(a, b Place) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.DN, b.DN)) })
	return out[:min(len(out), maxPlaces)]
}

func (s *Survey) bars(r Reason) (out []*node) {
	for _, n := range s.tally.bars {
		known := n.own != nil && n.own.err == nil
		if r == InheritanceBlocked && known || r == ParentUnknown && !known {
			out = append(out, n)
		}
	}
	return out
}

// Blocking are the objects whose protected DACLs keep users from the rights:
// what further scopes would be granted on, those with the most users first.
func (s *Survey) Blocking() []Place {
	if len(s.bars(InheritanceBlocked)) == 0 {
		return nil
	}
	return s.where(InheritanceBlocked)
}
