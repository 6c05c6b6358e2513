package stages

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

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

// Keep saves the whole descriptor before the first write.
func (d *Delegate) Keep(ctx context.Context, c AddACE) (string, any, error) {
	o, err := d.find(ctx, c)
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

// find reads the object of a change by its GUID, wherever it was moved to.
func (d *Delegate) find(ctx context.Context, c AddACE) (Seen, error) {
	s, err := d.see(ctx, "<GUID="+c.GUID.String()+">", steps.Plain(c.DN))
	if err == nil {
		return s, nil
	}
	if gone, unknown := d.Directory.Deleted(ctx, c.GUID); unknown == nil && gone {
		err = fmt.Errorf("%s: %w", steps.Plain(c.DN), errDeleted)
	}
	return s, err
}
