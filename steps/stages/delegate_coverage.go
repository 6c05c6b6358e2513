package stages

import (
	"slices"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// Question is what coverage has to ask about the domain's users: by what was
// seen last, and with the changes that are planned where planned says so. ok is
// false where the stage has not looked yet.
func (d *Delegate) Question(planned bool) (q coverage.Question, ok bool) {
	if d.last == nil {
		return q, false
	}
	q.Connector, q.Token = d.Connector.SID, d.last.Trustee.Token
	for _, o := range d.last.Objects {
		if o.Scope {
			q.Scopes = append(q.Scopes, o.DN)
		}
	}
	if g := d.last.Guards; !g.More && slices.ContainsFunc(q.Scopes, func(dn string) bool { return adperms.SameDN(dn, d.Place.DomainDN) }) {
		q.Fresh = map[string]bool{} // the whole domain was looked through for them
		for _, a := range g.Accounts {
			q.Fresh[string(a.SID.Bytes())] = true
		}
	}
	for _, c := range d.classes() {
		q.Classes = append(q.Classes, c.GUID)
	}
	q.Unfit = d.unreached(*d.last)
	if planned {
		q.Edits = d.edits(*d.last)
	}
	return q, true
}

// edits are the planned changes, object by object. A DACL that cannot be added
// to is left alone, as it will be.
func (d *Delegate) edits(have Delegation) (out []adperms.Edit) {
	changes, _, err := d.Plan(have)
	if err != nil {
		return nil
	}
	return editsOf(have, changes)
}

func editsOf(have Delegation, changes []ACEChange) (out []adperms.Edit) {
	for _, o := range have.Objects {
		edit := adperms.Edit{DN: o.DN, Add: added(changes, o.GUID)}
		if len(edit.Add) == 0 {
			continue
		}
		if _, _, err := edit.Rewrite(o.Descriptor); err == nil {
			out = append(out, edit)
		}
	}
	return out
}

func added(changes []ACEChange, to secdesc.GUID) (out []secdesc.ACE) {
	for _, c := range changes {
		if a, err := c.ace(); err == nil && c.GUID == to {
			out = append(out, a)
		}
	}
	return out
}

// On is the stage as it looks at another DC of its domain. What is known of the
// schema holds there as well: a forest has one (MS-ADTS 3.1.1.2).
func (d *Delegate) On(dir Directory, dc string) *Delegate {
	there := *d
	there.Directory, there.Place.DC = dir, dc
	there.last, there.noticed, there.watching = nil, nil, true
	return &there
}

// Progress asks how far the rights have come on the DC that was looked at: who
// has them after and not before is still to get them. The question has an edit
// for every scope, with what is missing on it there or with nothing: the
// permissions of all below are then computed afresh, as the propagator of that
// DC does (MS-ADTS 3.1.1.6.3). arrived says that nothing is missing, so that the
// propagator has all that it needs. ok is false where the stage has not looked
// yet.
func (d *Delegate) Progress() (q coverage.Question, arrived, ok bool) {
	if q, ok = d.Question(false); !ok {
		return q, false, false
	}
	q.Unfit, q.Fresh = adperms.Reason{}, map[string]bool{} // rights arrive whoever has them, and for the time being
	changes, _, err := d.Plan(*d.last)
	for _, o := range d.last.Objects {
		if !o.Scope {
			continue
		}
		edit := adperms.Edit{DN: o.DN, Add: added(changes, o.GUID)}
		if _, _, err := edit.Rewrite(o.Descriptor); err == nil {
			q.Edits = append(q.Edits, edit)
		}
	}
	return q, err == nil && len(changes) == 0, true
}
