package main

import (
	"fmt"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// nearReasons tells of what looks as if it granted the rights. names has those of the
// trustees; who has none is no longer there.
func nearReasons(all []coverage.NearMiss, names map[secdesc.SID]string) (out []adperms.Reason) {
	type place struct {
		why     coverage.Miss
		from    string
		trustee secdesc.SID
	}
	rights := map[place]string{}
	var order []place
	for _, m := range all {
		at := place{m.Why, m.From, m.ACE.Trustee}
		if rights[at] == "" {
			order = append(order, at)
			rights[at] = m.Right.Name
		} else {
			rights[at] += ", " + m.Right.Name
		}
	}
	for _, at := range order {
		who, gone := nameOr(names, at.trustee), names[at.trustee] == "" || names[at.trustee] == at.trustee.String()
		r := adperms.Reason{Code: string(at.why), Weight: adperms.Notes}
		has := fmt.Sprintf("near miss: %s of %s for %s", rights[at], at.from, who)
		switch {
		case at.why == coverage.ThisObjectOnly:
			r.Text, r.Fix = has+" applies to this object only: nothing below inherits it", "writeback plan adds the ones that are inherited"
		case at.why == coverage.OthersBelow:
			r.Text, r.Fix = has+" applies to what is below the user alone, and not to the user", "writeback plan adds the ones that apply to users"
		case at.why == coverage.OtherClass:
			r.Text, r.Fix = has+" applies to another class of objects than the user's", "grant them for its class as well: --class user,inetOrgPerson"
		case gone:
			r.Code = string(coverage.DeletedAccount)
			r.Text = has + ", an account that is no longer there: probably an earlier connector account"
			r.Fix = "have its ACEs removed, once that is certain; they are of no use to the present account"
		default:
			r.Text = has + ", which is not the account that this is about"
			r.Fix = "if the sync product uses that account, name it with --connector; if not, it may be left from an earlier installation"
		}
		out = append(out, r)
	}
	return out
}
