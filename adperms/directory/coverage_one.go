package directory

import (
	"context"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/directory/scan"
	"writeback/adperms/secdesc"
)

// What coverage needs of one user, and of the classes of objects.

// Above reads the objects above a DN up to the domain's root, the nearest first:
// one search. Those that are not shown are there without a descriptor.
func (c *Conn) Above(ctx context.Context, dn string) ([]coverage.Object, error) {
	x := newCover(c)
	q, out := c.aboveQuery(dn)
	if len(out) == 0 {
		return nil, nil
	}
	err := c.list(ctx, q, func(e *Entry) error {
		classes := e.Texts("objectClass")
		for i := range out {
			if !adperms.SameDN(out[i].DN, e.DN) || len(classes) == 0 {
				continue
			}
			class, err := x.guid(ctx, classes[len(classes)-1])
			if err != nil {
				return err
			}
			out[i] = coverage.Object{DN: e.DN, Class: class, Descriptor: e.Raw("nTSecurityDescriptor")}
		}
		return nil
	})
	return out, err
}

// aboveQuery asks for what is above a DN, and says which objects these are.
func (c *Conn) aboveQuery(dn string) (q query, out []coverage.Object) {
	var filter strings.Builder
	for _, up := range coverage.New(coverage.Question{}).Missing([]byte(dn), c.root.DefaultNC) {
		out = append(out, coverage.Object{DN: up})
		filter.WriteString("(distinguishedName=" + ldap.EscapeFilter(up) + ")")
	}
	if len(out) == 0 {
		return q, nil
	}
	return listing(c.root.DefaultNC, Subtree, "(|"+filter.String()+")", []string{"objectClass", "nTSecurityDescriptor"}), out
}

// SDHolder is the descriptor of the domain's AdminSDHolder; nil where it is not
// shown.
func (c *Conn) SDHolder(ctx context.Context) ([]byte, error) {
	found, err := c.ask(ctx, "search", query{base: adperms.HolderDN(c.root.DefaultNC), scope: Base, filter: "(objectClass=*)",
		attributes: []string{"nTSecurityDescriptor"}, controls: []ldap.Control{sdFlags(ownerGroupDACL)}})
	if _, none := err.(*NotFoundError); none || err == nil && len(found) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return found[0].Raw("nTSecurityDescriptor"), nil
}

// Class is the schemaIDGUID of a class by its lDAPDisplayName; zero where the
// schema does not show it.
func (c *Conn) Class(ctx context.Context, name string) (secdesc.GUID, error) {
	return newCover(c).guid(ctx, name)
}

func newCover(c *Conn) *cover {
	x := &cover{c: c, classes: map[string]secdesc.GUID{}}
	for _, s := range adperms.Schema {
		if s.Kind == adperms.Class {
			x.classes[s.Name] = s.GUID
		}
	}
	return x
}

// class is the schemaIDGUID of a row's most specific class: the last value of
// objectClass (MS-ADTS 3.1.1.1.4).
func (x *cover) class(ctx context.Context, r *scan.Row) (secdesc.GUID, error) {
	name := last(r, 0)
	if g, known := x.classes[string(name)]; known { // does not allocate
		return g, nil
	}
	return x.guid(ctx, string(name))
}

// last is the last value of an attribute.
func last(r *scan.Row, at int) (value []byte) {
	for v := range r.Values(at) {
		value = v
	}
	return value
}

// guid asks the schema once, for all of its classes.
func (x *cover) guid(ctx context.Context, class string) (secdesc.GUID, error) {
	if g, known := x.classes[class]; known || x.allClasses {
		return g, nil
	}
	err := x.learnClasses(ctx)
	return x.classes[class], err
}

func (x *cover) learnClasses(ctx context.Context) error {
	err := x.beside(ctx, func(c *Conn) error { return c.classGUIDs(ctx, x.classes) })
	x.allClasses = err == nil
	return err
}
