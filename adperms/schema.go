package adperms

import (
	"fmt"

	"writeback/adperms/secdesc"
)

// Kind is what a GUID in an ACE stands for.
type Kind string

// The kinds of names that ACEs speak of (MS-ADTS 5.1.3.2).
const (
	ExtendedRight Kind = "extended right" // rightsGuid of a controlAccessRight object
	PropertySet   Kind = "property set"   // rightsGuid, too
	Attribute     Kind = "attribute"      // schemaIDGUID of an attributeSchema object
	Class         Kind = "class"          // schemaIDGUID of a classSchema object
)

// SchemaName is one named GUID of the directory. Name is the lDAPDisplayName of
// an attribute or class, and the CN of an extended right or property set.
// PropertySet is the attribute's attributeSecurityGUID, zero where it is in none.
type SchemaName struct {
	Kind        Kind
	Name        string
	GUID        secdesc.GUID
	PropertySet secdesc.GUID
}

var accountRestrictions = secdesc.MustGUID("4c164200-20c0-11d0-a768-00aa006e0529")

// Schema is the compiled table: the fallback where the live schema cannot be
// read, and the oracle for what is read. Sources: the AD schema reference and
// MS-ADTS 5.1.3.2.1.
var Schema = []SchemaName{
	{Kind: ExtendedRight, Name: "User-Force-Change-Password", GUID: secdesc.MustGUID("00299570-246d-11d0-a768-00aa006e0529")},
	{Kind: ExtendedRight, Name: "Unexpire-Password", GUID: secdesc.MustGUID("ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501")},
	{Kind: PropertySet, Name: "User-Account-Restrictions", GUID: accountRestrictions},
	{Kind: Attribute, Name: "lockoutTime", GUID: secdesc.MustGUID("28630ebf-41d5-11d1-a9c1-0000f80367c1")},
	{Kind: Attribute, Name: "pwdLastSet", GUID: secdesc.MustGUID("bf967a0a-0de6-11d0-a285-00aa003049e2"), PropertySet: accountRestrictions},
	{Kind: Class, Name: "user", GUID: secdesc.MustGUID("bf967aba-0de6-11d0-a285-00aa003049e2")},
	{Kind: Class, Name: "inetOrgPerson", GUID: secdesc.MustGUID("4828cc14-1437-45bc-9b07-ad6f015e5f28")},
}

// Lookup finds a name of the compiled table.
func Lookup(name string) (SchemaName, bool) {
	for _, s := range Schema {
		if s.Name == name {
			return s, true
		}
	}
	return SchemaName{}, false
}

func mustLookup(name string) SchemaName {
	s, ok := Lookup(name)
	if !ok {
		panic("adperms: " + name + " is not in the table")
	}
	return s
}

// SchemaError says that the directory's own schema gives a name another GUID
// than the documents. Nothing can be granted safely then.
type SchemaError struct {
	Want SchemaName
	Live *SchemaName // nil: the directory does not have the name
}

func (e *SchemaError) Error() string {
	if e.Live == nil {
		return fmt.Sprintf("the directory has no %s %q (documented as %s)", e.Want.Kind, e.Want.Name, e.Want.GUID)
	}
	if e.Live.GUID == e.Want.GUID {
		return fmt.Sprintf("the directory puts the %s %q into property set %s, the documents into %s",
			e.Want.Kind, e.Want.Name, orNone(e.Live.PropertySet), orNone(e.Want.PropertySet))
	}
	return fmt.Sprintf("the directory gives the %s %q the GUID %s, the documents %s", e.Want.Kind, e.Want.Name, e.Live.GUID, e.Want.GUID)
}

func orNone(g secdesc.GUID) string {
	if g.IsZero() {
		return "none"
	}
	return g.String()
}

// CompareSchema holds what was read from the live schema against the compiled
// table. The first difference is returned as a *SchemaError; nil means that
// every name of the table is there with its documented GUID.
func CompareSchema(live []SchemaName) error {
	for _, want := range Schema {
		found := false
		for i := range live {
			l := &live[i]
			if l.Kind != want.Kind || l.Name != want.Name {
				continue
			}
			if l.GUID != want.GUID || l.PropertySet != want.PropertySet {
				return &SchemaError{Want: want, Live: l}
			}
			found = true
		}
		if !found {
			return &SchemaError{Want: want}
		}
	}
	return nil
}
