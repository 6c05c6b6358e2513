// Package csdl checks requests to Microsoft Graph and its answers against the service's own schema (OData CSDL XML 4.01): which types there are, which
// properties they have, and how JSON writes them.
//
// It is for tests. The schema is an excerpt of the published one, and does not
// lie in the repository. It knows no Graph client: it reads what the practice
// tenant was asked, and documents.
package csdl

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Schema is what was read of one or more CSDL documents.
type Schema struct {
	types map[string]structured
	enums map[string][]string
}

// structured is an entity type or a complex type (CSDL 6 and 9).
type structured struct {
	Name       string     `xml:"Name,attr"`
	Base       string     `xml:"BaseType,attr"`
	Properties []property `xml:"Property"`
}

type property struct {
	Name     string `xml:"Name,attr"`
	Type     string `xml:"Type,attr"`
	Nullable string `xml:"Nullable,attr"`
}

type document struct {
	XMLName  xml.Name     `xml:"Schema"`
	Entities []structured `xml:"EntityType"`
	Complex  []structured `xml:"ComplexType"`
	Enums    []struct {
		Name    string `xml:"Name,attr"`
		Members []struct {
			Name string `xml:"Name,attr"`
		} `xml:"Member"`
	} `xml:"EnumType"`
}

// supplement are the types that are used and not in the excerpt, with their documented names, as far as they are used.
const supplement = `<Schema>
	<EntityType Name="directoryObject" BaseType="graph.entity"><Property Name="deletedDateTime" Type="Edm.DateTimeOffset"/></EntityType>
	<EntityType Name="policyBase" BaseType="graph.directoryObject">
		<Property Name="description" Type="Edm.String"/><Property Name="displayName" Type="Edm.String"/>
	</EntityType>
	<EntityType Name="user" BaseType="graph.directoryObject">
		<Property Name="accountEnabled" Type="Edm.Boolean"/><Property Name="assignedPlans" Type="Collection(graph.assignedPlan)" Nullable="false"/>
		<Property Name="businessPhones" Type="Collection(Edm.String)" Nullable="false"/>
		<Property Name="displayName" Type="Edm.String"/><Property Name="mail" Type="Edm.String"/>
		<Property Name="onPremisesDomainName" Type="Edm.String"/><Property Name="onPremisesImmutableId" Type="Edm.String"/>
		<Property Name="onPremisesLastSyncDateTime" Type="Edm.DateTimeOffset"/><Property Name="onPremisesSamAccountName" Type="Edm.String"/>
		<Property Name="onPremisesSecurityIdentifier" Type="Edm.String"/><Property Name="onPremisesSyncEnabled" Type="Edm.Boolean"/>
		<Property Name="userPrincipalName" Type="Edm.String"/><Property Name="userType" Type="Edm.String"/>
	</EntityType>
	<EntityType Name="onPremisesSyncBehavior" BaseType="graph.entity"><Property Name="isCloudManaged" Type="Edm.Boolean"/></EntityType>
	<ComplexType Name="identity"><Property Name="displayName" Type="Edm.String"/><Property Name="id" Type="Edm.String"/></ComplexType>
	<ComplexType Name="defaultUserRolePermissions">
		<Property Name="allowedToCreateApps" Type="Edm.Boolean" Nullable="false"/>
		<Property Name="allowedToCreateSecurityGroups" Type="Edm.Boolean" Nullable="false"/>
		<Property Name="allowedToReadOtherUsers" Type="Edm.Boolean"/>
	</ComplexType>
	<EnumType Name="signInUserType"><Member Name="member"/><Member Name="guest"/><Member Name="unknownFutureValue"/></EnumType>
	<EnumType Name="allowInvitesFrom"><Member Name="none"/><Member Name="adminsAndGuestInviters"/><Member Name="adminsGuestInvitersAndAllMembers"/>
		<Member Name="everyone"/><Member Name="unknownFutureValue"/></EnumType>
	<EnumType Name="mdmAuthority"><Member Name="unknown"/><Member Name="intune"/><Member Name="sccm"/><Member Name="office365"/></EnumType>
</Schema>`

// Read reads a schema and adds what this package knows besides. What stands in r counts where both have a type.
func Read(r io.Reader) (*Schema, error) {
	s := &Schema{types: map[string]structured{}, enums: map[string][]string{}}
	if err := s.read(strings.NewReader(supplement)); err != nil {
		return nil, err
	}
	if err := s.read(r); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Schema) read(r io.Reader) error {
	var d document
	if err := xml.NewDecoder(r).Decode(&d); err != nil {
		return fmt.Errorf("read the CSDL: %w", err)
	}
	for _, t := range append(d.Entities, d.Complex...) {
		s.types[t.Name] = t
	}
	for _, e := range d.Enums {
		s.enums[e.Name] = nil
		for _, m := range e.Members {
			s.enums[e.Name] = append(s.enums[e.Name], m.Name)
		}
	}
	return nil
}

// Open reads the excerpt that lies beside the repository, in shared/corpora, or in the corpora of WRITEBACK_SHARED. Where it is not there, the error is an
// fs.ErrNotExist.
func Open() (*Schema, error) {
	path, err := excerpt()
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f)
}

// excerpt is the path of the schema, from go.mod's directory.
func excerpt() (string, error) {
	if named := os.Getenv("WRITEBACK_SHARED"); named != "" {
		return filepath.Join(named, "corpora", "graph-v1.0-excerpt.csdl"), nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		switch {
		case err == nil:
			return filepath.Join(dir, "..", "shared", "corpora", "graph-v1.0-excerpt.csdl"), nil
		case !errors.Is(err, fs.ErrNotExist) || filepath.Dir(dir) == dir:
			return "", fmt.Errorf("find go.mod above the working directory: %w", err)
		}
		dir = filepath.Dir(dir)
	}
}

// property looks a property up in a type and in what it is based on.
func (s *Schema) property(typ, name string) (property, bool) {
	for seen := 0; typ != "" && seen < 10; seen++ {
		t := s.types[typ]
		for _, p := range t.Properties {
			if p.Name == name {
				return p, true
			}
		}
		typ = local(t.Base)
	}
	return property{}, false
}

// Has says that a type has a property, or inherits it.
func (s *Schema) Has(typ, name string) bool {
	_, ok := s.property(typ, name)
	return ok
}

// local is a type's name without its namespace.
func local(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, "microsoft.graph."), "graph.")
}
