package domain

import (
	"fmt"
	"strings"
	"time"

	"writeback/adperms/secdesc"
)

// restore makes a world of what another one left. The state may have been kept
// by an older program, or edited: what cannot be a domain is an error that says
// which object is wrong.
func restore(s State, clock func() time.Time) (*world, error) {
	if s.FormatVersion != stateVersion {
		return nil, fmt.Errorf("the practice domain's state has format %d, and this program knows %d: reset the practice, or use a newer program", s.FormatVersion, stateVersion)
	}
	if s.Domain == "" || s.NetBIOS == "" || !s.SID.IsAccountDomain() {
		return nil, fmt.Errorf("the practice domain's state names no domain")
	}
	founded := func() time.Time { return s.Founded }
	f := founding(founded, s.Domain, s.NetBIOS, s.SID, nil)
	w := f.w
	w.clock = clock
	for _, o := range s.Objects {
		if err := w.restoreObject(o); err != nil {
			return nil, fmt.Errorf("read %q in the practice domain's state: %w", string(o.Name), err)
		}
	}
	for _, o := range s.Objects {
		for name, targets := range o.Links {
			a := w.types.attribute(name)
			for _, g := range targets {
				to := w.byGUID[g]
				if a == nil || !a.forward() || to == nil {
					return nil, fmt.Errorf("read %q in the practice domain's state: its %s leads nowhere", string(o.Name), name)
				}
				w.byGUID[o.GUID].link(name, to)
			}
		}
	}
	if w.deletedObjects() == nil || w.root.sid.IsZero() {
		return nil, fmt.Errorf("the practice domain's state has no whole domain in it")
	}
	w.inherit(w.root)
	w.inherit(w.config)
	w.accounts, w.nextRID, w.usn = s.Accounts, max(s.NextRID, firstRID), max(s.USN, w.usn)
	return w, nil
}

func (w *world) restoreObject(o ObjectState) error {
	c := w.types.class(o.Class)
	if c == nil {
		return fmt.Errorf("the schema has no class %q", o.Class)
	}
	sd, err := secdesc.Parse(o.SD)
	if err != nil {
		return err
	}
	if !sd.HasDACL() {
		return fmt.Errorf("it has no DACL")
	}
	e, err := w.placeFor(o, c)
	if err != nil {
		return err
	}
	e.sd, e.secret, e.deleted = sd, o.Secret, o.Deleted
	e.created, e.changed, e.usnCreated, e.usnChanged = o.Created, o.Changed, o.USNCreated, o.USNChanged
	e.values, e.versions = map[string][]string{}, map[string]stamp{}
	for name, values := range o.Values {
		if w.types.attribute(name) == nil || len(values) == 0 {
			return fmt.Errorf("the schema has no attribute %q, or it has no value", name)
		}
		for _, v := range values {
			e.values[strings.ToLower(name)] = append(e.values[strings.ToLower(name)], string(v))
		}
	}
	for name, v := range o.Versions {
		e.versions[strings.ToLower(name)] = stamp{v.Version, v.At, v.USN}
	}
	return nil
}

// placeFor is the entry for an object, in its place: a head that is there
// already, or a new one below its parent.
func (w *world) placeFor(o ObjectState, c *class) (*entry, error) {
	if o.Parent.IsZero() {
		e := w.find(string(o.Name))
		if e == nil || !e.isHead() || e.guid != o.GUID {
			return nil, fmt.Errorf("it has no parent, and heads no naming context here")
		}
		return e, nil
	}
	parent := w.byGUID[o.Parent]
	kind, value, ok := strings.Cut(string(o.Name), "=")
	switch {
	case parent == nil:
		return nil, fmt.Errorf("its parent does not stand before it")
	case !ok || kind == "" || value == "":
		return nil, fmt.Errorf("its name is no RDN")
	case o.GUID.IsZero() || w.byGUID[o.GUID] != nil || !o.SID.IsZero() && w.bySID[o.SID] != nil:
		return nil, fmt.Errorf("its GUID or SID is another object's")
	}
	e := w.fresh(c, rdn{kind, value})
	if w.byDN[e.rdn.key()+","+keyOf(parent.dn())] != nil {
		return nil, fmt.Errorf("its name is another object's")
	}
	e.guid, e.sid = o.GUID, o.SID
	w.attach(e, parent)
	return e, nil
}
