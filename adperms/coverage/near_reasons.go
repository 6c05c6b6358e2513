package coverage

import (
	"fmt"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/shell"
)

// What is told of near misses, and how to make hits of them: a fix has to work where
// the user is, and there is none for who must not be reached.

// NearReasons tells of near misses, alike ones together. names has DOMAIN\name for
// their trustees, and the SID itself of who is no longer there; former has the names
// that some of those had.
func NearReasons(q Question, u User, above []Object, all []NearMiss, names, former map[secdesc.SID]string) (out []adperms.Reason, err error) {
	type place struct {
		why     Miss
		from    string
		trustee secdesc.SID
	}
	alike := map[place][]NearMiss{}
	var order []place
	for _, m := range all {
		at := place{m.Why, m.From, m.ACE.Trustee}
		if len(alike[at]) == 0 {
			order = append(order, at)
		}
		if !slices.ContainsFunc(alike[at], func(have NearMiss) bool { return have.Right == m.Right }) {
			alike[at] = append(alike[at], m)
		}
	}
	protected, err := q.protects(u)
	rank := func(m NearMiss) int { return slices.Index(Rights[:], m.Right) }
	for _, at := range order {
		// In the documents' order: that of the ACEs is the DC's.
		slices.SortStableFunc(alike[at], func(a, b NearMiss) int { return rank(a) - rank(b) })
		r, told := q.near(u, above, alike[at], names[at.trustee], former[at.trustee])
		if protected {
			r.Fix = ""
		}
		if told {
			out = append(out, r)
		}
	}
	return out, err
}

// Elsewhere tells of rights that were granted where the user is not. places are DNs.
func (q Question) Elsewhere(u User, above []Object, decided [len(Rights)]Decision, places []string) (r adperms.Reason) {
	lacks := slices.ContainsFunc(decided[:], func(d Decision) bool { return !d.Granted && d.Ground != adperms.ByACE })
	places = slices.DeleteFunc(slices.Clone(places), func(dn string) bool { return adperms.DNWithin(string(u.DN), dn) })
	if !lacks || len(places) == 0 || len(above) == 0 {
		return r
	}
	return adperms.Reason{Code: string(OtherScope), Weight: adperms.Notes, Fix: q.advice(u, above, above[0].DN),
		Text: "near miss: earlier runs granted the rights elsewhere, on " + strings.Join(places, "; ")}
}

// protects says that AdminSDHolder's task looks after the user, or will.
func (q Question) protects(u User) (bool, error) {
	if q.Fresh[string(u.SID)] {
		return true, nil
	}
	sid, err := secdesc.SIDFromBytes(u.SID)
	if err != nil || q.Protected == nil {
		return false, nil
	}
	return q.Protected(sid)
}

// near tells of misses that differ in the right alone; not, where it would be of a help
// desk that has some of the rights.
func (q Question) near(u User, above []Object, misses []NearMiss, name, was string) (r adperms.Reason, told bool) {
	m := misses[0]
	var rights []string
	for _, x := range misses {
		rights = append(rights, x.Right.Name)
	}
	trustee := m.ACE.Trustee.String()
	gone := name == "" || name == trustee
	if gone {
		name = trustee
	}
	r = adperms.Reason{Code: string(m.Why), Weight: adperms.Notes, Fix: q.advice(u, above, m.From)}
	r.Text = fmt.Sprintf("near miss: %s of %s for %s", strings.Join(rights, ", "), m.From, name)
	switch m.Why {
	case OtherRight:
		for i, x := range misses {
			rights[i] = resembles(x.ACE, x.Right) + ", not " + x.Right.Name
		}
		r.Text = fmt.Sprintf("near miss: %s grants %s %s", m.From, name, strings.Join(rights, "; "))
	case ThisObjectOnly:
		r.Text += " applies to this object only: nothing below inherits it"
	case OneLevelOnly:
		r.Text += " is inherited by what is right below alone: the user is further down"
	case OthersBelow:
		r.Text += " applies to what is below the user alone, and not to the user"
	case OtherClass:
		r.Text += " applies to another class of objects than the user's"
	case NoClass:
		r.Text += " applies to a class that is given as all zeros (InheritedObjectType): Samba takes that for every class, what Windows does is not documented, and so it is not counted"
	case OtherAccount:
		_, sam, _ := strings.Cut(name, `\`)
		switch {
		case gone && m.ACE.Trustee.Domain() != q.Connector.Domain():
			r.Text += ", an account of another domain, or one that is no longer there"
			r.Fix = "ask whoever runs that domain whose account it is; its ACEs are of no use to the present account"
		case gone:
			r.Code = string(DeletedAccount)
			r.Text += ", an account that is no longer there"
			if was != "" {
				r.Text += ": it was " + was
			}
			if m.Whole || adperms.ConnectorName(was) {
				r.Text += ", probably an earlier connector account"
			}
			r.Fix = "have its ACEs removed, once that is certain; they are of no use to the present account"
		case m.Whole, adperms.ConnectorName(sam):
			r.Text += ", which is not the account that this is about"
			r.Fix = "if the sync product uses that account, name it with --connector; if not, it may be left from an earlier installation"
		default:
			return r, false
		}
	}
	return r, true
}

// advice is the plan that grants what reaches the user.
func (q Question) advice(u User, above []Object, from string) string {
	plan := shell.Words("writeback plan")
	if !slices.Contains(q.Classes, u.Class) {
		if !slices.ContainsFunc(adperms.WritebackClasses(), func(s adperms.SchemaName) bool { return s.GUID == u.Class }) {
			return "grant the rights by hand for the class of the user: writeback grants them for user and inetOrgPerson alone"
		}
		plan = append(plan, shell.Words("--class user,inetOrgPerson")...)
	}
	scopes, more := q.Reaching(u, above, from)
	if more != "" {
		plan = append(plan, scopeWords(scopes)...)
	}
	return "plan the ones that reach the user: " + plan.String()
}

// scopeWords are the flags for scopes: --scope replaces what is there without it, so
// that all of them are named.
func scopeWords(scopes []string) (out shell.Line) {
	for _, dn := range scopes {
		out = append(out, shell.Words("--scope %s", dn)...)
	}
	return out
}
