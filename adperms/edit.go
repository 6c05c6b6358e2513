package adperms

import (
	"errors"
	"fmt"
	"slices"

	"writeback/adperms/secdesc"
)

// Edit is a change to the DACL of one object: a delta, never a whole DACL.
// It speaks of explicit ACEs alone; inherited ones are the DC's to compute.
type Edit struct {
	DN     string
	Add    []secdesc.ACE
	Remove []secdesc.ACE
}

// Invert is the edit that takes e back, if all of e was done. Where Rewrite
// ignored a part, use Done first: what was there before is not ours to remove.
func (e Edit) Invert() Edit { return Edit{DN: e.DN, Add: e.Remove, Remove: e.Add} }

// Ignored tells what an edit did not have to do.
type Ignored struct {
	Present []secdesc.ACE // to be added, was there already
	Absent  []secdesc.ACE // to be removed, was not there
}

// Done is the part of e that was not ignored.
func (e Edit) Done(i Ignored) Edit {
	return Edit{DN: e.DN, Add: without(e.Add, i.Present), Remove: without(e.Remove, i.Absent)}
}

// without takes each ACE of some out of all once.
func without(all, some []secdesc.ACE) []secdesc.ACE {
	out := slices.Clone(all)
	for _, a := range some {
		if i := slices.Index(out, a); i >= 0 {
			out = slices.Delete(out, i, i+1)
		}
	}
	return out
}

// The descriptors that no edit is made to.
var (
	// ErrNullDACL: a NULL DACL grants everything to everybody. Adding an ACE
	// would take that away from all others.
	ErrNullDACL = errors.New("the object has a NULL DACL, which grants everything to everybody")
	// ErrNoDACL: the descriptor was read without its DACL, or has none.
	ErrNoDACL = errors.New("the object has no DACL")
)

// Rewrite gives the descriptor after the edit; d itself stays as it is. Foreign
// ACEs keep their bytes and their order among themselves. New ACEs are inserted
// in canonical order. It fails on a DACL that is NULL or absent, and where the
// result would not fit into 65,535 bytes.
func (e Edit) Rewrite(d *secdesc.Descriptor) (*secdesc.Descriptor, Ignored, error) {
	var ignored Ignored
	if err := hasList(d); err != nil {
		return nil, ignored, err
	}
	out := d.Clone()
	for _, a := range e.Remove {
		i := slices.Index(out.DACL.ACEs, a.Explicit())
		if i < 0 {
			ignored.Absent = append(ignored.Absent, a)
			continue
		}
		out.DACL.ACEs = slices.Delete(out.DACL.ACEs, i, i+1)
	}
	for _, added := range e.Add {
		a := added.Explicit()
		if slices.Contains(out.DACL.ACEs, a) {
			ignored.Present = append(ignored.Present, added)
			continue
		}
		out.DACL.ACEs = slices.Insert(out.DACL.ACEs, place(out.DACL, a), a)
		if a.Type.HasObject() { // MS-DTYP 2.4.5: object ACEs need this revision
			out.DACL.Revision = max(out.DACL.Revision, secdesc.ACLRevisionDS)
		}
	}
	if n := out.DACL.Size(); n > secdesc.MaxACLSize {
		return nil, ignored, fmt.Errorf("the DACL would have %d bytes, %d are allowed (MS-DTYP 2.4.5)", n, secdesc.MaxACLSize)
	}
	return out, ignored, nil
}

func hasList(d *secdesc.Descriptor) error {
	switch {
	case d.NullDACL():
		return ErrNullDACL
	case !d.HasDACL():
		return ErrNoDACL
	}
	return nil
}

// Payload is what is sent to the DC for a descriptor that was edited: its DACL
// and the DACL's control bits. Inherited ACEs are left out, because the DC
// computes them afresh; a protected DACL has nothing to inherit, so there all
// that stands is kept. Fails as Rewrite does where there is no list.
func Payload(d *secdesc.Descriptor) ([]byte, error) {
	if err := hasList(d); err != nil {
		return nil, err
	}
	p := d.DACLOnly()
	if !d.Protected() {
		p.DACL.ACEs = d.DACL.Explicit()
	}
	return p.Marshal()
}
