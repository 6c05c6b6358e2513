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
const notOurs = "somebody else added the same ACE just now, so that it is not ours to record, and nothing was written: plan again (%s)"

// Batch is the object: the ACEs that a plan adds to it are one modify, which is one
// propagation to all that inherit.
func (d *DACLs) Batch(c ACEChange) string { return c.GUID.String() }

// Apply adds the ACE.
func (d *DACLs) Apply(ctx context.Context, c ACEChange) (ACEChange, error) {
	made, err := d.ApplyAll(ctx, []ACEChange{c})
	if err != nil {
		return c, err
	}
	return made[0], nil
}

// ApplyAll adds the ACEs of one object. Where one of them is there by now, none is added.
func (d *DACLs) ApplyAll(ctx context.Context, cs []ACEChange) ([]ACEChange, error) {
	aces, err := acesOf(cs)
	if err != nil {
		return nil, steps.NotMade(err)
	}
	none := func(w written) error {
		if len(w.ignored.Present) > 0 {
			return fmt.Errorf(notOurs, w.ignored.Present[0].SDDL())
		}
		return nil
	}
	w, err := d.edit(ctx, cs, adperms.Edit{DN: cs[0].DN, Add: aces}, d.findAt, none)
	if err != nil {
		return nil, err
	}
	made := make([]ACEChange, len(cs))
	for i, c := range cs {
		if !slices.Contains(w.now.Descriptor.DACL.ACEs, aces[i]) {
			return nil, steps.Answered(fmt.Errorf("the DC took the new DACL of %s, but the ACE %s is not in it: somebody else wrote at the same time", steps.Plain(w.now.DN), aces[i].SDDL()))
		}
		made[i] = c.made(w.now)
	}
	return made, nil
}

// Undo takes the ACE away, if it is still there. With its object it is gone.
func (d *DACLs) Undo(ctx context.Context, made ACEChange) error {
	return d.UndoAll(ctx, []ACEChange{made})
}

// UndoAll takes those ACEs of one object away that are still there.
func (d *DACLs) UndoAll(ctx context.Context, made []ACEChange) error {
	aces, err := acesOf(made)
	if err != nil {
		return steps.NotMade(err)
	}
	var once []secdesc.ACE // one that others took away, and that was made again, is owned twice
	for _, a := range aces {
		if !slices.Contains(once, a) {
			once = append(once, a)
		}
	}
	replicated := func(w written) error {
		for i, c := range made {
			if slices.Contains(w.ignored.Absent, aces[i]) && d.behind(c, w.was) {
				return d.notReplicated(c)
			}
		}
		return nil
	}
	w, err := d.edit(ctx, made, adperms.Edit{DN: made[0].DN, Add: once}.Invert(), d.find, replicated)
	if errors.Is(err, errDeleted) {
		return nil
	}
	if err != nil {
		return err
	}
	d.noticeMove(made[0], w.now)
	for _, a := range once {
		switch {
		case slices.Contains(w.ignored.Absent, a):
			d.noticeBroader(w.was, a)
		case count(w.now, a) >= count(w.was, a):
			return steps.Answered(fmt.Errorf("the DC took the new DACL of %s, but the ACE %s is still in it: somebody else wrote at the same time", steps.Plain(w.now.DN), a.SDDL()))
		}
	}
	return nil
}

func acesOf(cs []ACEChange) (aces []secdesc.ACE, err error) {
	for _, c := range cs {
		a, err := c.ace()
		if err != nil {
			return nil, err
		}
		aces = append(aces, a)
	}
	return aces, nil
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
	done := e.Done(ignored)
	if len(done.Add)+len(done.Remove) == 0 {
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
