package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// SchemaGUIDs reads the names of [adperms.Schema] from the live directory, in the form
// that [adperms.CompareSchema] takes: attributes and classes by lDAPDisplayName from
// the schema, extended rights and property sets by CN from CN=Extended-Rights.
// Two searches. A name that is not there is not in the answer.
func (c *Conn) SchemaGUIDs(ctx context.Context) (out []adperms.SchemaName, err error) {
	read := func(e *Entry, as func(*Entry) (adperms.SchemaName, error)) error {
		if _, wanted := adperms.Lookup(cmp.Or(e.Text("lDAPDisplayName"), e.Text("cn"))); !wanted {
			return nil
		}
		name, err := as(e)
		if err != nil {
			return c.nonsense(e.DN, err)
		}
		out = append(out, name)
		return nil
	}
	if err := c.schema(ctx, func(e *Entry) error { return read(e, schemaName) }); err != nil {
		return nil, err
	}
	f, err := c.forest(ctx)
	if err != nil {
		return nil, err
	}
	err = each(f.rights, func(e *Entry) error { return read(e, rightName) })
	return out, err
}

var schemaFilter = "(objectClass=classSchema)" + attributesFilter()

var schemaAttributes = []string{"lDAPDisplayName", "objectClass", "schemaIDGUID", "attributeSecurityGUID"}

func attributesFilter() string {
	var b strings.Builder
	for _, s := range adperms.Schema {
		if s.Kind == adperms.Attribute {
			fmt.Fprintf(&b, "(lDAPDisplayName=%s)", ldap.EscapeFilter(s.Name))
		}
	}
	return b.String()
}

// schema reads all classes, and the attributes that rights are about. To ask for each
// class by itself took seven searches in a domain as it is installed.
func (c *Conn) schema(ctx context.Context, visit func(*Entry) error) error {
	if c.answers(ctx) != nil {
		f, err := c.forest(ctx)
		if err != nil || len(f.schema) > 0 {
			return errors.Join(err, each(f.schema, visit))
		}
	}
	return c.Search(ctx, c.root.SchemaNC, OneDown, "(|"+schemaFilter+")", schemaAttributes, visit)
}

func each(all []*Entry, visit func(*Entry) error) error {
	for _, e := range all {
		if err := visit(e); err != nil {
			return err
		}
	}
	return nil
}

// classGUIDs reads the schemaIDGUID of every class of the schema, by lDAPDisplayName.
func (c *Conn) classGUIDs(ctx context.Context, into map[string]secdesc.GUID) error {
	return c.schema(ctx, func(e *Entry) error {
		if len(into) >= maxClasses {
			return c.nonsense(e.DN, fmt.Errorf("a schema of more than %d classes", maxClasses))
		}
		if e.Raw("schemaIDGUID") == nil { // not shown
			return nil
		}
		name, err := schemaName(e)
		if err != nil {
			return c.nonsense(e.DN, err)
		}
		if name.Kind == adperms.Class {
			into[name.Name] = name.GUID
		}
		return nil
	})
}

func schemaName(e *Entry) (adperms.SchemaName, error) {
	n := adperms.SchemaName{Kind: adperms.Attribute, Name: e.Text("lDAPDisplayName")}
	if slices.ContainsFunc(e.Texts("objectClass"), func(s string) bool { return strings.EqualFold(s, "classSchema") }) {
		n.Kind = adperms.Class
	}
	var err error
	if n.GUID, err = secdesc.GUIDFromBytes(e.Raw("schemaIDGUID")); err != nil {
		return n, fmt.Errorf("schemaIDGUID: %w", err)
	}
	if set := e.Raw("attributeSecurityGUID"); set != nil {
		if n.PropertySet, err = secdesc.GUIDFromBytes(set); err != nil {
			return n, fmt.Errorf("attributeSecurityGUID: %w", err)
		}
	}
	return n, nil
}

// rightName tells a property set from an extended right by validAccesses
// (MS-ADTS 5.1.3.2.1): read or write property, or control access.
func rightName(e *Entry) (adperms.SchemaName, error) {
	n := adperms.SchemaName{Kind: adperms.ExtendedRight, Name: e.Text("cn")}
	accesses, err := strconv.ParseInt(e.Text("validAccesses"), 10, 64)
	if err != nil {
		return n, fmt.Errorf("validAccesses: %w", err)
	}
	if accesses&int64(secdesc.ReadProperty|secdesc.WriteProperty) != 0 {
		n.Kind = adperms.PropertySet
	}
	n.GUID, err = secdesc.ParseGUID(e.Text("rightsGuid")) // a string here, not 16 bytes
	if err != nil {
		return n, fmt.Errorf("rightsGuid: %w", err)
	}
	return n, nil
}
