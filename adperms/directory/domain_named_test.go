package directory_test

import (
	"errors"
	"testing"

	"writeback/adperms/directory"
)

// Which domain a name speaks of, by its form and the forest's domains.
func TestInDomain(t *testing.T) {
	all := []directory.DomainInfo{
		{DNS: "corp.example", DN: "DC=corp,DC=example", NetBIOS: "CORP", ForestRoot: true},
		{DNS: "emea.corp.example", DN: "DC=emea,DC=corp,DC=example", NetBIOS: "EMEA"},
		{DNS: "tree.example", DN: "DC=tree,DC=example", NetBIOS: "TREE"},
		{DNS: "twin.tree.example", DN: "DC=twin,DC=tree,DC=example", NetBIOS: "EMEA2"},
		{DNS: "other.tree.example", DN: "DC=other,DC=tree,DC=example", NetBIOS: "emea2"},
	}
	for _, c := range []struct {
		name string
		form directory.NameForm
		want string // DNS name; "": the name is of none of them
	}{
		{"CN=Ann,OU=Staff,DC=emea,DC=corp,DC=example", directory.DNName, "emea.corp.example"},
		{"cn=ann, dc=EMEA, dc=corp, dc=example", directory.DNName, "emea.corp.example"},
		{"CN=Ann,OU=Staff,DC=corp,DC=example", directory.DNName, "corp.example"},
		{"CN=Ann,DC=xemea,DC=corp,DC=example", directory.DNName, "corp.example"},
		{"CN=Ann,DC=example", directory.DNName, ""},
		{`emea\ann`, directory.DomainName, "emea.corp.example"},
		{`tree.example\ann`, directory.DomainName, "tree.example"},
		{`EMEA.CORP.EXAMPLE\ann`, directory.DomainName, "emea.corp.example"},
		{`other.tree.example\ann`, directory.DomainName, "other.tree.example"},
		{`BUILTIN\ann`, directory.DomainName, ""},
		{`\ann`, directory.DomainName, ""},
		{"ann@EMEA.corp.example", directory.UPNName, "emea.corp.example"},
		{"ann@mail.example", directory.UPNName, ""},
		{"ann@EMEA", directory.UPNName, ""}, // a UPN's suffix is no short name
		{"S-1-5-21-1-2-3-1104", directory.SIDName, ""},
		{"emea", directory.BareName, ""},
		{"CN=Lee, Ann,OU=Staff,DC=emea,DC=corp,DC=example", directory.BareName, ""}, // a DN that is broken
	} {
		if form, _ := directory.FormOf(c.name); form != c.form {
			t.Errorf("%s has form %d, want %d", c.name, form, c.form)
		}
		d, err := directory.InDomain(c.name, all)
		switch {
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
		case d == nil && c.want != "", d != nil && d.DNS != c.want:
			t.Errorf("%s is in %+v, want %q", c.name, d, c.want)
		}
	}
	_, err := directory.InDomain(`EMEA2\ann`, all)
	var ambiguous *directory.AmbiguousDomainError
	if !errors.As(err, &ambiguous) || len(ambiguous.Domains) != 2 {
		t.Fatalf("%v", err)
	}
	says(t, err, `twin.tree.example\ann`, `other.tree.example\ann`, "ambiguous")
}

// What is told of domains and names that others chose cannot deceive.
func TestForestErrorsAreVisible(t *testing.T) {
	bad := directory.DomainInfo{DNS: "emea.example\x1b[2J\u202egro", NetBIOS: "E\nM"}
	for _, err := range []error{
		&directory.AmbiguousDomainError{Name: "E\x07\\ann", Domains: []directory.DomainInfo{bad, bad}},
		&directory.NoSuchDomainError{Name: "CN=\u202eAnn", Domains: []directory.DomainInfo{bad}},
	} {
		for _, r := range err.Error() {
			if r < ' ' || r == '\u202e' {
				t.Errorf("%q has %U in it", err.Error(), r)
			}
		}
	}
}
