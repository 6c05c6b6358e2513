package stages

import (
	"fmt"
	"slices"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

// Notices gives what writes turned up since it was last asked.
func (d *DACLs) Notices() []steps.Finding {
	out := d.noticed
	d.noticed = nil
	return out
}

func (d *DACLs) notice(code, text, fix string) {
	f := steps.Finding{Level: steps.LevelWarning, Code: code, Text: text, Fix: fix}
	if !slices.Contains(d.noticed, f) { // each change of one write may find it
		d.noticed = append(d.noticed, f)
	}
}

// noticeOthers notices a write of somebody else between our read and our read
// back: it may have been lost under ours. sent is what we wrote.
func (d *DACLs) noticeOthers(w written, sent *secdesc.Descriptor) {
	counted := w.was.Version != 0 && w.now.Version != 0
	switch {
	case counted && w.now.Version != w.was.Version+1:
		d.noticeCount(w.was.Version, w.now)
	case !sameExplicit(sent.DACL, w.now.Descriptor.DACL) || sent.Protected() != w.now.Descriptor.Protected():
		d.noticeWrite(fmt.Sprintf("the permissions of %s are not quite those that we wrote: somebody else wrote them at the same time", steps.Plain(w.now.DN)))
	}
}

// noticeCount is for a descriptor that was written more often than by us.
func (d *DACLs) noticeCount(before uint32, now Seen) {
	d.noticeWrite(fmt.Sprintf("the permissions of %s were written by somebody else while we wrote them: the DC counts %d writes where ours is 1, the last at %s",
		steps.Plain(now.DN), int64(now.Version)-int64(before), now.Changed.UTC().Format(time.RFC3339)))
}

func (d *DACLs) noticeWrite(text string) {
	d.notice("concurrent-write", text,
		"compare the object's permissions with the descriptor saved in the journal, and ask who else changes them; a change of theirs may have to be made again")
}

// noticeMove tells where an object is that was moved after the change.
func (d *DACLs) noticeMove(made ACEChange, now Seen) {
	if !adperms.SameDN(made.DN, now.DN) {
		d.noticed = append(d.noticed, steps.Finding{Level: steps.LevelInfo, Code: "object-moved",
			Text: fmt.Sprintf("%s was moved after the change and is now %s: the permission was taken back there", steps.Plain(made.DN), steps.Plain(now.DN))})
	}
}

// noticeBroader is for an undo that did not find the ACE: the consoles merge
// ACEs for the same trustee and things into one when somebody edits them, and
// then the right is still there.
func (d *DACLs) noticeBroader(now Seen, a secdesc.ACE) {
	for _, b := range now.Descriptor.DACL.Explicit() {
		merged := b
		merged.Mask = a.Mask
		if merged == a && b.Mask.Has(a.Mask) {
			d.notice("still-granted", fmt.Sprintf("the ACE %s that was added to %s was made into %s by somebody else: it is not ours to take back, and the right is still there",
				a.SDDL(), steps.Plain(now.DN), b.SDDL()), "remove the right by hand, if it is not needed")
		}
	}
}

// noticeNotInherited is for an undo after which an ACE did not come back from above.
func (d *DACLs) noticeNotInherited(now Seen, ace string) {
	d.notice("not-inherited-again", fmt.Sprintf("%s inherits again, but not the ACE %s, as it did before the run: what is above it has changed, or the DC has not computed it yet",
		steps.Plain(now.DN), ace), "look at the permissions of the object above it")
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
