package stages

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/misread"
	"writeback/steps"
)

// Whose an ACE is, nobody can see on it. Ours is one that stands there now, that
// the journal says we added, and that the descriptor which was kept before our
// first write does not have; of what was removed, that it has.

// maxDescriptor is how large a descriptor is kept: an ACL takes 64 KiB at most
// (MS-DTYP 2.4.5), and a descriptor has two, an owner and a group.
const maxDescriptor = 256 << 10

// Ours says why an ACE is not ours to take away, by the descriptor that was kept.
func (d *DACLs) Ours(made ACEChange, kept json.RawMessage) error {
	was, err := readKept(kept)
	if err != nil {
		return fmt.Errorf("read the kept descriptor of %s: %w", steps.Plain(made.DN), err)
	}
	if was.GUID != made.GUID {
		return fmt.Errorf("the descriptor that was kept is of the object %s, and the change is on %s", was.GUID, made.GUID)
	}
	is, err := made.in(was.sd)
	if err != nil {
		return err
	}
	switch name := steps.Plain(made.DN); {
	case is && made.Does == doesBlock:
		return fmt.Errorf("inheritance of %s was off before the run, as the kept descriptor shows: it is not ours to switch on", name)
	case is && made.Does == doesRemove:
		return fmt.Errorf("the ACE %s was not on %s before the run, as the kept descriptor shows: it is not ours to bring back", made.ACE, name)
	case is:
		return fmt.Errorf("the ACE %s was on %s before the run, as the kept descriptor shows: it is not ours to take away", made.ACE, name)
	}
	return nil
}

type keptDescriptor struct {
	Kept
	sd *secdesc.Descriptor
}

func readKept(raw json.RawMessage) (k keptDescriptor, err error) {
	if err = json.Unmarshal(raw, &k.Kept); err != nil {
		return k, errors.New(misread.JSON(err))
	}
	octets, err := hex.DecodeString(k.Descriptor)
	if err != nil {
		return k, errors.New("the descriptor in it is not written in hexadecimal digits")
	}
	k.sd, err = secdesc.Parse(octets)
	return k, err
}

// Same tells whether made is c, as the DC made it: the object may have been moved.
func (c ACEChange) Same(made ACEChange) bool {
	return c.Does == made.Does && c.GUID == made.GUID && c.ACE == made.ACE && c.Trustee == made.Trustee && c.DC == made.DC
}

// InPlace are the ACEs that the plan would add, were they not there or granted
// otherwise already.
func (d *Delegate) InPlace(have Delegation) (out []ACEChange) {
	for _, c := range d.covers(have) {
		if len(c.Missing) == 0 && c.on.Descriptor.HasDACL() {
			out = append(out, d.add(c.on, c.Want.ACE(), have.Names))
		}
	}
	return out
}

// Renew gives the change with the object's place and the trustee's name as they are
// now. An account that nobody knows any more is shown by its SID; one of another domain by the
// name that it had, where that domain is not asked.
func (d *DACLs) Renew(ctx context.Context, made ACEChange) (ACEChange, error) {
	if made.Does != doesBlock {
		if err := d.renewTrustee(ctx, &made); err != nil {
			return made, err
		}
	}
	s, err := d.find(ctx, made)
	if err == nil {
		made.DN = s.DN
	}
	return made, ctx.Err() // what is not shown, or is gone, undo does not write to either
}

func (d *DACLs) renewTrustee(ctx context.Context, made *ACEChange) error {
	a, err := made.ace()
	if err != nil {
		return err
	}
	names, err := d.Directory.Names(ctx, []secdesc.SID{a.Trustee})
	if err != nil {
		return fmt.Errorf("look up the name of a trustee: %w", err)
	}
	if name := nameOf(a.Trustee, names); name != a.Trustee.String() || !d.foreign(ctx, a.Trustee) {
		made.Trustee = name
	}
	return nil
}

// sameName refuses an object that is not the one that was shown: it goes by
// another name, and another object goes by that which people read. One that was
// moved, so that nothing goes by its old name, is the one that was shown.
func (d *DACLs) sameName(ctx context.Context, c ACEChange, found Seen) error {
	if adperms.SameDN(c.DN, found.DN) {
		return nil
	}
	other, err := d.Directory.Object(ctx, c.DN)
	var none interface{ NotFound() bool }
	switch {
	case errors.As(err, &none) && none.NotFound(), err == nil && other.GUID == found.GUID:
		return nil // nothing, or the same in another spelling
	case err != nil:
		return fmt.Errorf("look what has the name %s now: %w", steps.Plain(c.DN), err)
	}
	return fmt.Errorf("the change is on %s, and its object %s is now %s, while another one has that name: look at both by hand",
		steps.Plain(c.DN), c.GUID, steps.Plain(found.DN))
}
