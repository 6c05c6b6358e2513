package stages

import (
	"context"
	"fmt"
	"strings"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

// DACLs edits the DACLs of objects, one ACE a change. It is the part of a procedure that
// writes, takes back and looks what became of a write; what is to be changed is for the
// procedure that has it.
type DACLs struct {
	Directory Directory
	Place     Place
	Clock     func() time.Time // nil: time.Now
	// ReadOnly says that nothing will be written by whoever is signed in now. Who
	// applies the plan may be somebody else, so that rights which only a write
	// takes are worth a warning then.
	ReadOnly bool

	domain  secdesc.SID     // of the domain, once asked
	noticed []steps.Finding // what a write turned up, and nobody was told yet
	wrote   bool            // by this process
}

// see reads the object dn, which errors call name. What comes is that object, or
// it is not looked at.
func (d *DACLs) see(ctx context.Context, dn, name string) (Seen, error) {
	o, err := d.Directory.Object(ctx, dn)
	switch {
	case err != nil:
	case o.GUID.IsZero():
		err = other(name, "an object without objectGUID")
	case !strings.HasPrefix(dn, "<") && !adperms.SameDN(dn, o.DN):
		err = other(name, o.DN)
	}
	if err != nil {
		return Seen{}, fmt.Errorf("read the permissions of %s: %w", name, err)
	}
	sd, err := secdesc.Parse(o.Descriptor)
	if err != nil {
		return Seen{}, fmt.Errorf("read the permissions of %s: %w", name, err)
	}
	return Seen{Object: o, Descriptor: sd, At: d.now().UTC().Truncate(time.Second)}, nil
}

func (d *DACLs) now() time.Time {
	if d.Clock != nil {
		return d.Clock()
	}
	return time.Now()
}

// foreign says that a SID is of another domain: that nobody here has it says nothing of it.
func (d *DACLs) foreign(ctx context.Context, sid secdesc.SID) bool {
	if !sid.Domain().IsAccountDomain() {
		return false
	}
	if d.domain.IsZero() {
		root, err := d.Directory.Object(ctx, d.Place.DomainDN)
		if err != nil {
			return false
		}
		d.domain = root.SID
	}
	return !d.domain.IsZero() && sid.Domain() != d.domain
}
