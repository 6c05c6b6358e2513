package stages

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

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

// BackUp saves the whole descriptor before the first write.
func (d *DACLs) BackUp(ctx context.Context, c ACEChange) (string, any, error) {
	o, err := d.findAt(ctx, c)
	if err != nil {
		return "", nil, err
	}
	if n := len(o.Object.Descriptor); n > maxDescriptor {
		return "", nil, fmt.Errorf("its security descriptor is %d bytes, and no domain controller keeps one of more than %d", n, maxDescriptor)
	}
	return steps.Plain(o.DN), Kept{
		DN: o.DN, GUID: o.GUID, Descriptor: hex.EncodeToString(o.Object.Descriptor), SDDL: o.Descriptor.SDDL(),
		Version: o.Version, DC: d.Place.DC, At: d.now().UTC(),
	}, nil
}

// errDeleted says that an object is gone, and with it all its ACEs. Should it be
// restored from the recycle bin, they are restored with it: no journal can know.
var errDeleted = errors.New("the object was deleted")

// find reads the object of a change by its GUID, wherever it was moved to, and
// holds what came against it.
func (d *DACLs) find(ctx context.Context, c ACEChange) (Seen, error) {
	name := steps.Plain(c.DN)
	s, err := d.see(ctx, formOf(c.GUID), name)
	if err == nil {
		return s, d.same(ctx, c, s)
	}
	if gone, unknown := d.Directory.Deleted(ctx, c.GUID); unknown == nil && gone {
		err = fmt.Errorf("%s: %w", name, errDeleted)
	}
	return s, err
}

// findAt reads the object of a change as it was when the change was approved: in
// its place, which the approved line names, and of its class. Undo asks neither:
// an object that was moved since is still the one that was changed.
func (d *DACLs) findAt(ctx context.Context, c ACEChange) (Seen, error) {
	s, err := d.find(ctx, c)
	switch {
	case err != nil:
	case !adperms.SameDN(s.DN, c.DN):
		err = fmt.Errorf("%s is at %s now, which is not what was approved: plan again", steps.Plain(c.DN), steps.Plain(s.DN))
	case c.Class != "" && !strings.EqualFold(c.Class, classOf(s)):
		err = other(steps.Plain(c.DN), "an object of class "+classOf(s))
	}
	return s, err
}

// same says that what came is the object of a change: it has its GUID, and is
// where it was, or below the domain's root, which itself is never moved. A DC that
// says that the object was moved has to show it there, too.
func (d *DACLs) same(ctx context.Context, c ACEChange, s Seen) error {
	name := steps.Plain(c.DN)
	switch {
	case s.GUID != c.GUID:
		return other(name, s.DN+" (objectGUID "+s.GUID.String()+")")
	case adperms.SameDN(s.DN, c.DN):
		return nil
	case adperms.SameDN(c.DN, d.Place.DomainDN), adperms.SameDN(s.DN, d.Place.DomainDN), !adperms.DNWithin(s.DN, d.Place.DomainDN):
		return other(name, s.DN)
	}
	there, err := d.see(ctx, s.DN, steps.Plain(s.DN))
	if err == nil && there.GUID != c.GUID {
		err = other(name, s.DN)
	}
	return err
}

// other is the error for an answer that is about something else.
func other(asked, came string) error {
	return fmt.Errorf("the DC was asked about %s and answered with %s: nothing of this answer is used; look at the DC, or name another one with --dc",
		asked, steps.Plain(came))
}

// formOf names an object in a request, whatever its DN is by then (MS-ADTS
// 3.1.1.3.1.2.4).
func formOf(g secdesc.GUID) string { return "<GUID=" + g.String() + ">" }

// classOf is the most specific class, which objectClass names last (MS-ADTS
// 3.1.1.1.4).
func classOf(s Seen) string {
	if len(s.Classes) == 0 {
		return ""
	}
	return s.Classes[len(s.Classes)-1]
}
