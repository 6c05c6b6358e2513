package directory

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// SchemaGUIDs reads the names of want from the live directory, in the form that
// [adperms.CompareSchema] takes: attributes and classes by lDAPDisplayName from
// the schema, extended rights and property sets by CN from CN=Extended-Rights.
// At most two searches. A name that is not there is not in the answer.
func (c *Conn) SchemaGUIDs(ctx context.Context, want []adperms.SchemaName) ([]adperms.SchemaName, error) {
	var inSchema, rights []string
	for _, w := range want {
		switch w.Kind {
		case adperms.Attribute, adperms.Class:
			inSchema = append(inSchema, "(lDAPDisplayName="+ldap.EscapeFilter(w.Name)+")")
		default:
			rights = append(rights, "(cn="+ldap.EscapeFilter(w.Name)+")")
		}
	}
	var out []adperms.SchemaName
	for _, q := range []struct {
		filters []string
		base    string
		attrs   []string
		read    func(*Entry) (adperms.SchemaName, error)
	}{
		{inSchema, c.root.SchemaNC, []string{"lDAPDisplayName", "objectClass", "schemaIDGUID", "attributeSecurityGUID"}, schemaName},
		{rights, "CN=Extended-Rights," + c.root.ConfigNC, []string{"cn", "rightsGuid", "validAccesses"}, rightName},
	} {
		if len(q.filters) == 0 {
			continue
		}
		found, err := c.ask(ctx, "search", query{base: q.base, scope: OneDown,
			filter: "(|" + strings.Join(q.filters, "") + ")", attributes: q.attrs})
		if err != nil {
			return nil, err
		}
		for _, e := range found {
			name, err := q.read(e)
			if err != nil {
				return nil, c.nonsense(e.DN, err)
			}
			out = append(out, name)
		}
	}
	return out, nil
}

// classGUIDs reads the schemaIDGUID of every class of the schema, by lDAPDisplayName, in one
// search.
func (c *Conn) classGUIDs(ctx context.Context, into map[string]secdesc.GUID) error {
	return c.Search(ctx, c.root.SchemaNC, OneDown, "(objectClass=classSchema)", []string{"lDAPDisplayName", "schemaIDGUID"}, func(e *Entry) error {
		if len(into) >= maxClasses {
			return c.nonsense(e.DN, fmt.Errorf("a schema of more than %d classes", maxClasses))
		}
		g, err := secdesc.GUIDFromBytes(e.Raw("schemaIDGUID"))
		if err != nil {
			return c.nonsense(e.DN, fmt.Errorf("schemaIDGUID: %w", err))
		}
		into[e.Text("lDAPDisplayName")] = g
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
