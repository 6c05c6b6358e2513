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

// errNotOurs: between the last inspection and the write somebody else did the same.
var errNotOurs = errors.New("somebody else added the same ACE just now, so that it is not ours to record: plan again")

// Apply adds the ACE.
func (d *Delegate) Apply(ctx context.Context, c AddACE) (AddACE, error) {
	a, err := c.ace()
	if err != nil {
		return c, steps.NotMade(err)
	}
	w, err := d.edit(ctx, c, adperms.Edit{DN: c.DN, Add: []secdesc.ACE{a}}, d.findAt)
	if err != nil {
		return c, err
	}
	if len(w.ignored.Present) > 0 {
		return c, steps.NotMade(errNotOurs)
	}
	if !slices.Contains(w.now.Descriptor.DACL.ACEs, a) {
		return c, steps.Answered(fmt.Errorf("the DC took the new DACL of %s, but the ACE %s is not in it: somebody else wrote at the same time", steps.Plain(w.now.DN), a.SDDL()))
	}
	return c.made(w.now), nil
}

// Undo takes the ACE away, if it is still there. With its object it is gone.
func (d *Delegate) Undo(ctx context.Context, made AddACE) error {
	a, err := made.ace()
	if err != nil {
		return steps.NotMade(err)
	}
	w, err := d.edit(ctx, made, adperms.Edit{DN: made.DN, Add: []secdesc.ACE{a}}.Invert(), d.find)
	if err == nil {
		d.noticeMove(made, w.now)
	}
	switch {
	case errors.Is(err, errDeleted):
		return nil
	case err != nil:
		return err
	case len(w.ignored.Absent) > 0 && d.behind(made, w.was):
		return steps.NotMade(d.notReplicated(made))
	case len(w.ignored.Absent) > 0:
		d.noticeBroader(w.was, a)
		return nil
	case count(w.now, a) >= count(w.was, a):
		return steps.Answered(fmt.Errorf("the DC took the new DACL of %s, but the ACE %s is still in it: somebody else wrote at the same time", steps.Plain(w.now.DN), a.SDDL()))
	}
	return nil
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
func (d *Delegate) behind(c AddACE, now Seen) bool {
	return !strings.EqualFold(c.DC, d.Place.DC) && now.Version != 0 && now.Version < c.Version
}

func (d *Delegate) notReplicated(c AddACE) error {
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
// is written where the edit has nothing to do. An error before the write proves
// that there was none.
func (d *Delegate) edit(ctx context.Context, c AddACE, e adperms.Edit, find func(context.Context, AddACE) (Seen, error)) (w written, err error) {
	if w.was, err = find(ctx, c); err != nil {
		return w, steps.NotMade(err)
	}
	if err := d.sameName(ctx, c, w.was); err != nil {
		return w, steps.NotMade(err)
	}
	name := steps.Plain(w.was.DN)
	after, ignored, err := e.Rewrite(w.was.Descriptor)
	if err != nil {
		return w, steps.NotMade(fmt.Errorf("edit the DACL of %s: %w", name, err))
	}
	w.ignored = ignored
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
