package stages

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

// Every write is a read, an edit of what was read, a replace of the DACL, and a
// read again. LDAP has no compare-and-swap, so that somebody else's write in
// between could be lost unseen: the count of writes to the descriptor, which
// the DC keeps, tells whether there was one.

// Kept is an object's descriptor before our first write to it: the journal's
// backup, raw for machines and in SDDL for people.
type Kept struct {
	DN         string       `json:"dn"`
	GUID       secdesc.GUID `json:"guid"`
	Descriptor string       `json:"descriptor"` // hexadecimal, as the DC sent it: owner, group and DACL
	SDDL       string       `json:"sddl"`
	Version    uint32       `json:"version"`
	DC         string       `json:"dc"`
	At         time.Time    `json:"at"`
}

// Keep saves the whole descriptor before the first write.
func (d *Delegate) Keep(ctx context.Context, c AddACE) (string, any, error) {
	o, err := d.find(ctx, c)
	if err != nil {
		return "", nil, err
	}
	return o.DN, Kept{
		DN: o.DN, GUID: o.GUID, Descriptor: hex.EncodeToString(o.Object.Descriptor), SDDL: o.Descriptor.SDDL(),
		Version: o.Version, DC: d.Place.DC, At: d.now().UTC(),
	}, nil
}

// find reads the object of a change by its GUID, wherever it was moved to.
func (d *Delegate) find(ctx context.Context, c AddACE) (Seen, error) {
	return d.see(ctx, "<GUID="+c.GUID.String()+">")
}

// errNotOurs: between the last look and the write somebody else did the same.
var errNotOurs = errors.New("somebody else added the same ACE just now, so that it is not ours to record: plan again")

// Apply adds the ACE.
func (d *Delegate) Apply(ctx context.Context, c AddACE) (AddACE, error) {
	a, err := c.ace()
	if err != nil {
		return c, err
	}
	was, now, ignored, err := d.edit(ctx, c, adperms.Edit{DN: c.DN, Add: []secdesc.ACE{a}})
	if err != nil {
		return c, err
	}
	if len(ignored.Present) > 0 {
		return c, errNotOurs
	}
	if !slices.Contains(now.Descriptor.DACL.ACEs, a) {
		return c, fmt.Errorf("the DC took the new DACL of %s, but the ACE %s is not in it: somebody else may have written at the same time", now.DN, a.SDDL())
	}
	c.DN, c.Version = now.DN, now.Version
	return c, nil
}

// Settle looks whether a change, whose write was interrupted, is there.
func (d *Delegate) Settle(ctx context.Context, c AddACE) (AddACE, bool, error) {
	a, err := c.ace()
	if err != nil {
		return c, false, err
	}
	now, err := d.find(ctx, c)
	if err != nil {
		return c, false, err
	}
	there := now.Descriptor.HasDACL() && slices.Contains(now.Descriptor.DACL.ACEs, a)
	c.DN, c.Version = now.DN, now.Version
	return c, there, nil
}

// Undo takes the ACE away, if it is still there.
func (d *Delegate) Undo(ctx context.Context, made AddACE) error {
	a, err := made.ace()
	if err != nil {
		return err
	}
	was, now, ignored, err := d.edit(ctx, made, adperms.Edit{DN: made.DN, Add: []secdesc.ACE{a}}.Invert())
	if err != nil || len(ignored.Absent) > 0 {
		return err
	}
	if count(now, a) >= count(was, a) {
		return fmt.Errorf("the DC took the new DACL of %s, but the ACE %s is still in it: somebody else may have written at the same time", now.DN, a.SDDL())
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

// edit reads, rewrites, writes and reads again. Nothing is written where the
// edit has nothing to do.
func (d *Delegate) edit(ctx context.Context, c AddACE, e adperms.Edit) (was, now Seen, ignored adperms.Ignored, err error) {
	if was, err = d.find(ctx, c); err != nil {
		return was, now, ignored, err
	}
	after, ignored, err := e.Rewrite(was.Descriptor)
	if err != nil {
		return was, now, ignored, fmt.Errorf("edit the DACL of %s: %w", was.DN, err)
	}
	done := e.Done(ignored)
	if len(done.Add)+len(done.Remove) == 0 {
		return was, was, ignored, nil
	}
	payload, err := adperms.Payload(after)
	if err != nil {
		return was, now, ignored, fmt.Errorf("edit the DACL of %s: %w", was.DN, err)
	}
	if err := d.Directory.WriteDACL(ctx, was.DN, payload); err != nil {
		return was, now, ignored, fmt.Errorf("write the DACL of %s: %w", was.DN, err)
	}
	now, err = d.find(ctx, c)
	if err == nil && !now.Descriptor.HasDACL() {
		err = adperms.ErrNoDACL
	}
	if err != nil {
		return was, now, ignored, fmt.Errorf("read back the DACL of %s: %w", was.DN, err)
	}
	d.notice(was, after, now)
	return was, now, ignored, nil
}

// notice remembers a write of somebody else between our read and our read back,
// for the findings: it may have been lost under ours.
func (d *Delegate) notice(was Seen, sent *secdesc.Descriptor, now Seen) {
	counted := was.Version != 0 && now.Version != 0
	if counted && now.Version == was.Version+1 && sameExplicit(sent.DACL, now.Descriptor.DACL) {
		return
	}
	if !counted && sameExplicit(sent.DACL, now.Descriptor.DACL) {
		return
	}
	text := fmt.Sprintf("the permissions of %s were written by somebody else while we wrote them", now.DN)
	if counted {
		text += fmt.Sprintf(" (the DC counts %d writes where ours is 1, the last at %s)", now.Version-was.Version, now.Changed.UTC().Format(time.RFC3339))
	}
	d.notices = append(d.notices, steps.Finding{
		Level: steps.LevelWarning, Code: "concurrent-write", Text: text,
		Fix: "compare the object's permissions with the descriptor saved in the journal, and ask who else changes them; a change of theirs may have to be made again",
	})
}

// sameExplicit compares as sets: a DC may order the ACEs as it likes.
func sameExplicit(x, y *secdesc.ACL) bool {
	tally := map[secdesc.ACE]int{}
	for _, a := range x.Explicit() {
		tally[a]++
	}
	for _, a := range y.Explicit() {
		tally[a]--
	}
	for _, n := range tally {
		if n != 0 {
			return false
		}
	}
	return true
}
