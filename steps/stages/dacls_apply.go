package stages

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

// Every write is a read, an edit of what was read, a replace of the DACL, and a
// read again. LDAP has no compare-and-swap, so that somebody else's write in
// between could be lost unseen: the count of writes to the descriptor, which
// the DC keeps, tells whether there was one.

// notOurs: between the last inspection and the write somebody else did the same.
const notOurs = "somebody else %s just now, so that it is not ours to record, and nothing was written: plan again%s"

// Batch is the object: the changes that a plan makes to its DACL are one modify, which is
// one propagation to all that inherit.
func (d *DACLs) Batch(c ACEChange) string { return c.GUID.String() }

// Apply makes one change.
func (d *DACLs) Apply(ctx context.Context, c ACEChange) (ACEChange, error) {
	made, err := d.ApplyAll(ctx, []ACEChange{c})
	if err != nil {
		return c, err
	}
	return made[0], nil
}

// ApplyAll makes the changes of one object. Where one of them is made by now, none is.
func (d *DACLs) ApplyAll(ctx context.Context, cs []ACEChange) ([]ACEChange, error) {
	edit, err := editOf(cs)
	if err != nil {
		return nil, steps.NotMade(err)
	}
	none := func(w written) error {
		switch i := w.ignored; {
		case len(i.Present) > 0:
			return fmt.Errorf(notOurs, "added the same ACE", " ("+i.Present[0].SDDL()+")")
		case len(i.Absent) > 0:
			return fmt.Errorf(notOurs, "removed the same ACE", " ("+i.Absent[0].SDDL()+")")
		case i.Switch && edit.Inheritance != adperms.KeepInheritance:
			return fmt.Errorf(notOurs, "switched inheritance off", "")
		}
		return nil
	}
	w, err := d.edit(ctx, cs, edit, d.findAt, none)
	if err != nil {
		return nil, err
	}
	made := make([]ACEChange, len(cs))
	for i, c := range cs {
		is, err := c.in(w.now.Descriptor)
		if err == nil && !is {
			err = fmt.Errorf("the DC took the new DACL of %s, but %s: somebody else wrote at the same time", steps.Plain(w.now.DN), c.without())
		}
		if err != nil {
			return nil, steps.Answered(err)
		}
		made[i] = c.made(w.now)
	}
	return made, nil
}

// Undo takes the change back, if it is still there. With its object it is gone.
func (d *DACLs) Undo(ctx context.Context, made ACEChange) error {
	return d.UndoAll(ctx, []ACEChange{made})
}

// UndoAll takes those changes of one object back that are still there.
func (d *DACLs) UndoAll(ctx context.Context, made []ACEChange) error {
	var once []ACEChange // one that others took back, and that was made again, is owned twice
	for _, c := range made {
		if !slices.ContainsFunc(once, func(o ACEChange) bool { return o.Does == c.Does && o.ACE == c.ACE }) {
			once = append(once, c)
		}
	}
	edit, err := editOf(once)
	if err != nil {
		return steps.NotMade(err)
	}
	replicated := func(w written) error {
		for _, c := range made {
			if is, err := c.in(w.was.Descriptor); err != nil || !is && d.behind(c, w.was) {
				return errors.Join(err, d.notReplicated(c))
			}
		}
		return nil
	}
	w, err := d.edit(ctx, made, edit.Invert(), d.find, replicated)
	if errors.Is(err, errDeleted) {
		return nil
	}
	if err != nil {
		return err
	}
	d.noticeMove(made[0], w.now)
	for _, c := range once {
		if err := d.tookBack(c, w); err != nil {
			return steps.Answered(err)
		}
	}
	return nil
}

// tookBack says why a change is still there after its undo, and notices what others made
// of it before.
func (d *DACLs) tookBack(c ACEChange, w written) error {
	was, err := c.in(w.was.Descriptor)
	if err != nil {
		return err
	}
	a, _ := c.ace() // in has read it
	switch {
	case c.Does == doesRemove && a.Inherited():
		if is, _ := c.in(w.now.Descriptor); is && !w.now.Descriptor.Protected() {
			d.noticeNotInherited(w.now, c.ACE)
		}
		return nil
	case !was && c.Does == doesAdd:
		d.noticeBroader(w.was, a)
		return nil
	case !was:
		return nil
	case c.Does == doesAdd && count(w.now, a) < count(w.was, a):
		return nil
	case c.Does != doesAdd:
		if is, _ := c.in(w.now.Descriptor); !is {
			return nil
		}
	}
	return fmt.Errorf("the DC took the new DACL of %s, but %s: somebody else wrote at the same time", steps.Plain(w.now.DN), c.with())
}

// without and with say how a DACL is that does not have the change, and that has it.
func (c ACEChange) without() string { return c.state(c.Does != doesAdd) }
func (c ACEChange) with() string    { return c.state(c.Does == doesAdd) }

func (c ACEChange) state(there bool) string {
	switch {
	case c.Does == doesBlock && there:
		return "inheritance is still on"
	case c.Does == doesBlock:
		return "inheritance is still off"
	case there:
		return "the ACE " + c.ACE + " is still in it"
	}
	return "the ACE " + c.ACE + " is not in it"
}

func count(s Seen, a secdesc.ACE) int {
	n := 0
	for _, b := range s.Descriptor.DACL.ACEs {
		if a == b {
			n++
		}
	}
	return n
}

// behind says that we read another DC than the one that the change was written
// on, and that what was written there has not replicated to it yet. A lower
// count on the same DC is one that was restored from a backup: what it shows is
// so.
func (d *DACLs) behind(c ACEChange, now Seen) bool {
	return !strings.EqualFold(c.DC, d.Place.DC) && now.Version != 0 && now.Version < c.Version
}

func (d *DACLs) notReplicated(c ACEChange) error {
	return fmt.Errorf("the permissions of %s that %s shows are older than the change that was made on %s: use that DC (--dc), or wait until it has replicated",
		steps.Plain(c.DN), d.Place.DC, c.DC)
}

// written is one write: what was there, what is there, and what of the edit was
// so already.
type written struct {
	was, now Seen
	ignored  adperms.Ignored
}

// edit reads, rewrites, writes and reads again, what is written by its GUID. Nothing
// is written where the edit has nothing to do, or may says why it is not to be done. An
// error before the write proves that there was none. The changes are all of one object.
func (d *DACLs) edit(ctx context.Context, cs []ACEChange, e adperms.Edit, find func(context.Context, ACEChange) (Seen, error), may func(written) error) (w written, err error) {
	c := cs[0]
	if w.was, err = find(ctx, c); err != nil {
		return w, steps.NotMade(err)
	}
	for i, c := range cs {
		if i > 0 && !adperms.SameDN(c.DN, cs[0].DN) { // they were made at different times
			err = d.same(ctx, c, w.was)
		}
		if err = errors.Join(err, d.sameName(ctx, c, w.was)); err != nil {
			return w, steps.NotMade(err)
		}
	}
	name := steps.Plain(w.was.DN)
	after, ignored, err := e.Rewrite(w.was.Descriptor)
	if err != nil {
		return w, steps.NotMade(fmt.Errorf("edit the DACL of %s: %w", name, err))
	}
	w.ignored = ignored
	if err := may(w); err != nil {
		return w, steps.NotMade(err)
	}
	if e.Done(ignored).Empty() {
		w.now = w.was
		return w, nil
	}
	payload, err := adperms.Payload(after)
	if err != nil {
		return w, steps.NotMade(fmt.Errorf("edit the DACL of %s: %w", name, err))
	}
	d.wrote = true
	if err := d.Directory.WriteDACL(ctx, formOf(w.was.GUID), payload); err != nil {
		return w, fmt.Errorf("write the DACL of %s: %w", name, err)
	}
	if w.now, err = find(ctx, c); err == nil && !w.now.Descriptor.HasDACL() {
		err = adperms.ErrNoDACL
	}
	if err != nil {
		return w, steps.Answered(fmt.Errorf("read back the DACL of %s: %w", name, err))
	}
	d.noticeOthers(w, after)
	return w, nil
}
