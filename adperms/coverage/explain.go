package coverage

import (
	"fmt"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// Decision is how one right on one user is decided, and where that comes from.
type Decision struct {
	adperms.Decision
	Right adperms.Right
	// From is the DN of the object on which the deciding ACE was set: the user
	// itself, or one above it. "" where no ACE decides, and where no object above
	// has it any more: it is left from where the user was before.
	From string
	// Stale says that an ACE decides that nothing above passes on.
	Stale bool
}

// Explanation is the whole path for one user.
type Explanation struct {
	Outcome
	Decisions [len(Rights)]Decision
	By        string // as Verdict.By
	Edited    bool   // the edits of the question change the outcome: After is not Before
	After     Outcome
}

// Explain tells how it stands with one user as it is, and what the edits of the
// question would make of it. above are the objects over the user, the nearest
// first. It agrees with [Survey.User]; the error is that of an edit, or of a
// descriptor that does not parse.
func Explain(q Question, u User, above []Object) (Explanation, error) {
	s := New(q)
	for _, o := range above {
		s.Add(o)
	}
	v, err := s.User(&u)
	if err != nil {
		return Explanation{}, err
	}
	now := q
	now.Edits = nil
	s = New(now)
	for _, o := range above {
		s.Add(o)
	}
	found, err := s.User(&u)
	if err != nil {
		return Explanation{}, err
	}
	e := Explanation{Outcome: found.Before, After: v.After, By: found.By, Edited: v.After != found.Before}
	if u.Descriptor == nil {
		return e, nil
	}
	sd, err := secdesc.Parse(u.Descriptor)
	if err != nil {
		return e, nil // the outcome says so
	}
	t := adperms.Target{Descriptor: sd, Class: u.Class}
	if slices.Equal(u.SID, q.Connector.Bytes()) {
		t.Self = q.Connector
	}
	for i, r := range Rights {
		d := Decision{Decision: adperms.Access(t, q.Token, r), Right: r}
		switch {
		case d.Ground != adperms.ByACE:
		case !d.ACE.Inherited():
			d.From = string(u.DN)
		default:
			d.From = origin(d.ACE, u, sd, above)
			d.Stale = d.From == ""
		}
		e.Decisions[i] = d
	}
	return e, nil
}

// ThroughGroup says that it is not the connector account itself that the deciding ACE
// names but a group.
func (d Decision) ThroughGroup(connector secdesc.SID) bool {
	of := d.ACE.Trustee.Domain()
	return d.Ground == adperms.ByACE && d.ACE.Trustee != connector && (of.IsAccountDomain() || of == builtin)
}

var builtin = secdesc.MustSID("S-1-5-32")

// Membership says how the connector account is in a group, by the names of those on the
// way, of which the last is the group.
func Membership(names []string) string {
	const most = 8
	if len(names) == 0 {
		return "how the connector account is in that group is not shown"
	}
	if n := len(names) - most; n > 0 {
		names = slices.Concat(names[:most/2], []string{fmt.Sprintf("%d more, each in the next", n)}, names[len(names)-most/2:])
	}
	return "the connector account is in " + strings.Join(names, ", which is in ")
}

// origin finds the object above on which an inherited ACE was set: the nearest
// one with an explicit ACE that becomes it on the way down.
func origin(want secdesc.ACE, u User, sd *secdesc.Descriptor, above []Object) string {
	way := []adperms.Child{{Class: u.Class, Owner: sd.Owner, Group: sd.Group}} // from the user up
	for _, o := range above {
		d, err := secdesc.Parse(o.Descriptor)
		if err != nil {
			return ""
		}
		if d.DACL == nil {
			return ""
		}
		for _, a := range d.DACL.Explicit() {
			if becomes(a, want, way) {
				return o.DN
			}
		}
		if d.Protected() {
			return ""
		}
		way = append(way, adperms.Child{Class: o.Class, Owner: d.Owner, Group: d.Group})
	}
	return ""
}

func becomes(a, want secdesc.ACE, way []adperms.Child) bool {
	aces := []secdesc.ACE{a}
	for i := len(way) - 1; i >= 0 && len(aces) > 0; i-- {
		aces = adperms.Inherit(secdesc.NewACL(aces...), way[i])
	}
	return slices.Contains(aces, want)
}
