package adperms_test

import (
	"errors"
	"slices"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

func TestLookup(t *testing.T) {
	for _, want := range adperms.Schema {
		if got, ok := adperms.Lookup(want.Name); !ok || got != want {
			t.Errorf("%s: %v %v", want.Name, got, ok)
		}
	}
	if got, ok := adperms.Lookup("user-force-change-password"); ok {
		t.Errorf("found %v", got)
	}
}

func TestCompareSchema(t *testing.T) {
	other := secdesc.MustGUID("12345678-1234-1234-1234-123456789abc")
	extra := adperms.SchemaName{Kind: adperms.Attribute, Name: "description", GUID: other}
	change := func(name string, change func(*adperms.SchemaName)) []adperms.SchemaName {
		live := slices.Clone(adperms.Schema)
		for i := range live {
			if live[i].Name == name {
				change(&live[i])
			}
		}
		return live
	}
	for _, c := range []struct {
		name string
		live []adperms.SchemaName
		want string
	}{
		{"as documented", slices.Clone(adperms.Schema), ""},
		{"more than documented", append([]adperms.SchemaName{extra}, adperms.Schema...), ""},
		{"nothing", nil, `the directory has no extended right "User-Force-Change-Password" (documented as 00299570-246d-11d0-a768-00aa006e0529)`},
		{"one is missing", slices.DeleteFunc(slices.Clone(adperms.Schema), func(s adperms.SchemaName) bool { return s.Name == "lockoutTime" }),
			`the directory has no attribute "lockoutTime" (documented as 28630ebf-41d5-11d1-a9c1-0000f80367c1)`},
		{"another GUID", change("user", func(s *adperms.SchemaName) { s.GUID = other }),
			`the directory gives the class "user" the GUID 12345678-1234-1234-1234-123456789abc, the documents bf967aba-0de6-11d0-a285-00aa003049e2`},
		{"another kind", change("User-Account-Restrictions", func(s *adperms.SchemaName) { s.Kind = adperms.ExtendedRight }),
			`the directory has no property set "User-Account-Restrictions" (documented as 4c164200-20c0-11d0-a768-00aa006e0529)`},
		{"another property set", change("pwdLastSet", func(s *adperms.SchemaName) { s.PropertySet = other }),
			`the directory puts the attribute "pwdLastSet" into property set 12345678-1234-1234-1234-123456789abc, the documents into 4c164200-20c0-11d0-a768-00aa006e0529`},
		{"in a property set at all", change("lockoutTime", func(s *adperms.SchemaName) { s.PropertySet = other }),
			`the directory puts the attribute "lockoutTime" into property set 12345678-1234-1234-1234-123456789abc, the documents into none`},
		{"in no property set", change("pwdLastSet", func(s *adperms.SchemaName) { s.PropertySet = secdesc.GUID{} }),
			`the directory puts the attribute "pwdLastSet" into property set none, the documents into 4c164200-20c0-11d0-a768-00aa006e0529`},
		{"twice, once wrong", append([]adperms.SchemaName{{Kind: adperms.Class, Name: "user", GUID: other}}, adperms.Schema...),
			`the directory gives the class "user" the GUID 12345678-1234-1234-1234-123456789abc, the documents bf967aba-0de6-11d0-a285-00aa003049e2`},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := adperms.CompareSchema(c.live)
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var mismatch *adperms.SchemaError
			if !errors.As(err, &mismatch) || err.Error() != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}
