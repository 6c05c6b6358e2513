package adperms

import (
	"errors"
	"fmt"
	"slices"

	"writeback/adperms/secdesc"
)

// Edit is a change to the DACL of one object: a delta, never a whole DACL.
// Explicit ACEs are added and removed one by one. Inherited ones are the DC's to compute:
// they go, and come back, with Inheritance alone. One that is named in Remove beside
// BlockInheritance, or in Add beside AllowInheritance, is expected to; in any other edit it
// stands for an explicit one.
type Edit struct {
	DN          string
	Add         []secdesc.ACE
	Remove      []secdesc.ACE
	Inheritance Inheritance
}

// Inheritance is what an edit does about the ACEs that an object takes from above.
type Inheritance int

// The values of Inheritance.
const (
	KeepInheritance  Inheritance = iota
	BlockInheritance             // a protected DACL (SE_DACL_PROTECTED, MS-DTYP 2.4.6), without inherited ACEs
	AllowInheritance             // the opposite; the DC computes what is inherited
)

func (i Inheritance) invert() Inheritance {
	return map[Inheritance]Inheritance{BlockInheritance: AllowInheritance, AllowInheritance: BlockInheritance}[i]
}

// Invert is the edit that takes e back, if all of e was done. Where Rewrite
// ignored a part, use Done first: what was there before is not ours to remove.
func (e Edit) Invert() Edit {
	return Edit{DN: e.DN, Add: e.Remove, Remove: e.Add, Inheritance: e.Inheritance.invert()}
}

// Ignored tells what an edit did not have to do.
type Ignored struct {
	Present []secdesc.ACE // to be added, was there already
	Absent  []secdesc.ACE // to be removed, was not there
	Switch  bool          // inheritance was so already
}

// Done is the part of e that was not ignored.
func (e Edit) Done(i Ignored) Edit {
	out := Edit{DN: e.DN, Add: without(e.Add, i.Present), Remove: without(e.Remove, i.Absent), Inheritance: e.Inheritance}
	if i.Switch {
		out.Inheritance = KeepInheritance
	}
	return out
}

// Empty says that there is nothing to do.
func (e Edit) Empty() bool {
	return len(e.Add)+len(e.Remove) == 0 && e.Inheritance == KeepInheritance
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
	ignored.Switch = e.Inheritance.apply(out)
	for _, a := range e.Remove {
		if a.Inherited() && e.Inheritance == BlockInheritance {
			if !slices.Contains(d.DACL.ACEs, a) {
				ignored.Absent = append(ignored.Absent, a)
			}
			continue
		}
		i := slices.Index(out.DACL.ACEs, a.Explicit())
		if i < 0 {
			ignored.Absent = append(ignored.Absent, a)
			continue
		}
		out.DACL.ACEs = slices.Delete(out.DACL.ACEs, i, i+1)
	}
	for _, added := range e.Add {
		if added.Inherited() && e.Inheritance == AllowInheritance {
			continue // for the DC to compute
		}
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

// apply switches inheritance; so says that it was so already.
func (i Inheritance) apply(d *secdesc.Descriptor) (so bool) {
	switch i {
	case BlockInheritance:
		so = d.Protected()
		d.Control |= secdesc.DACLProtected
		d.DACL.ACEs = slices.DeleteFunc(d.DACL.ACEs, secdesc.ACE.Inherited)
	case AllowInheritance:
		so = !d.Protected()
		d.Control &^= secdesc.DACLProtected
	}
	return so
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
