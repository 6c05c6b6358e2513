package coverage

import (
	"fmt"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// node is an object that has, or may have, users below it.
type node struct {
	dn     string
	class  secdesc.GUID
	own    *descriptor // nil: not shown
	parent *node       // nil: there is none, or it is not known yet
	count  counts      // of the users right below it

	derived  bool
	inScope  bool         // it is a scope, or below one
	barrier  *node        // the nearest protected object between the scope and here, itself included; nil: none
	dark     *node        // the nearest object from here up whose descriptor is not known; nil: none
	reserved bool         // an OU from here up has a name with reserved characters
	before   sight        // whether the connector account sees what is right below it
	later    sight        // the same, after the edits
	after    *secdesc.ACL // what matters of its DACL after the edits; nil: they do not reach here
	gives    given
}

// given is what a user below a node has after the edits by inheritance alone. It is
// that of the last user asked about: neighbours are alike, mostly.
type given struct {
	known        bool
	class        secdesc.GUID
	owner, group secdesc.SID
	rights       rights
}

// tree is what is known of the objects above the users.
type tree struct {
	q       Question
	scopes  map[string]bool          // by folded DN
	edits   map[string]*adperms.Edit // by folded DN
	nodes   map[string]*node         // by DN as the DC spells it
	folded  map[string]*node
	last    *node           // that was found: neighbours have the same parent, mostly
	filter  *secdesc.Filter // for users
	reads   *secdesc.Filter // for users whom a deny may hide; nil: there was none yet
	above   *secdesc.Filter // for what is above them: also the rights that make visible
	err     error           // why there are no filters: with it nobody is asked about
	pending int             // edits that no object of the tree has been named for yet: they may be on users themselves
}

func newTree(q Question) tree {
	t := tree{q: q, scopes: map[string]bool{}, edits: map[string]*adperms.Edit{}, nodes: map[string]*node{},
		folded: map[string]*node{}}
	for _, dn := range q.Scopes {
		t.scopes[fold(dn)] = true
	}
	for i := range q.Edits {
		t.edits[fold(q.Edits[i].DN)] = &q.Edits[i]
	}
	t.pending = len(t.edits)
	if t.filter, t.err = newFilter(q.Token, Rights[:]...); t.err == nil {
		t.filter.AlsoDenied(secdesc.ReadProperty)
		t.above, t.err = newFilter(q.Token, append(Rights[:], adperms.ListContents, adperms.ListObject)...)
	}
	return t
}

// Add takes an object that may have users below it; its parents may come later.
// An object that is there already stays as it is.
func (t *tree) add(o Object) {
	if t.err != nil {
		return // as the first user says
	}
	key := fold(o.DN)
	if t.folded[key] != nil {
		return
	}
	n := &node{dn: o.DN, class: o.Class}
	if o.Descriptor != nil {
		n.own = &descriptor{}
		n.own.read(t.above, o.Descriptor)
	}
	t.nodes[o.DN], t.folded[key] = n, n
	if t.edits[key] != nil {
		t.pending--
	}
}

// at finds the object of a DN. It allocates nothing where the DC spells it as
// it did before.
func (t *tree) at(dn []byte) *node {
	if t.last != nil && t.last.dn == string(dn) {
		return t.last
	}
	if n := t.nodes[string(dn)]; n != nil {
		t.last = n
		return n
	}
	return t.folded[fold(string(dn))]
}

// missing names the objects above dn that the tree does not have, the nearest
// first, up to one whose DN is not below root.
func (t *tree) missing(dn, root string) (out []string) {
	end := fold(root)
	for up := parent(dn); len(up) >= len(end) && up != ""; up = parent(up) {
		if t.folded[fold(up)] != nil {
			return out
		}
		out = append(out, up)
		if fold(up) == end {
			break
		}
	}
	return out
}

// derive works out what a node passes on, after everything above it.
func (t *tree) derive(n *node) error {
	var path []*node
	for at := n; at != nil && !at.derived; at = at.parent {
		path = append(path, at)
		at.parent = t.folded[fold(parent(at.dn))]
	}
	for i := len(path) - 1; i >= 0; i-- {
		if err := t.deriveNode(path[i]); err != nil {
			return err
		}
		path[i].before, path[i].later = t.sees(path[i], &adperms.ListContents)
	}
	return nil
}

func (t *tree) deriveNode(n *node) error {
	key := fold(n.dn)
	up := n.parent
	if up == nil {
		up = &node{}
	}
	n.reserved = up.reserved || adperms.ReservedOU(n.dn)
	n.inScope, n.barrier, n.dark = up.inScope || t.scopes[key], up.barrier, up.dark
	known := n.own != nil && n.own.err == nil
	switch {
	case !known:
		n.dark = n
	case n.own.fixed:
		n.barrier, n.dark = n, nil
	}
	if t.scopes[key] {
		n.barrier = nil
	}
	n.derived = true
	edit := t.edits[key]
	if !known {
		if edit != nil {
			return fmt.Errorf("predict the permissions below %s: its own cannot be read", n.dn)
		}
		n.after = nil
		return nil
	}
	from := up.after
	if n.own.fixed {
		from = nil
	}
	if from == nil && edit == nil {
		return nil
	}
	return t.inherit(n, from, edit)
}

// inherit computes the DACL that the node will have.
func (t *tree) inherit(n *node, from *secdesc.ACL, edit *adperms.Edit) error {
	sd := &n.own.sd.Descriptor
	if edit != nil {
		var err error
		if sd, _, err = edit.Rewrite(sd); err != nil {
			return fmt.Errorf("predict the permissions of %s: %w", n.dn, err)
		}
	}
	n.after = sd.DACL
	if from != nil {
		n.after = adperms.ChildDACL(from, sd, n.class)
	}
	return nil
}
