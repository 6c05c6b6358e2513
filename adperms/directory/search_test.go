package directory_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"writeback/adperms/directory"
	"writeback/internal/sambatest"
)

func TestSearchGoesThroughAllPages(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	var want []string
	for i := range 23 {
		want = append(want, dc.AddOU(t, ou, fmt.Sprintf("%02d", i)))
	}
	c := open(t, admin(dc))
	for _, pages := range []struct {
		size     uint32
		requests int
	}{{5, 5}, {23, 2}, {1000, 1}} {
		c.SetPageSize(pages.size)
		before := c.Ops()["search"]
		var got []string
		err := c.Search(t.Context(), ou, directory.OneDown, "(objectClass=organizationalUnit)", []string{"ou", "nTSecurityDescriptor"},
			func(e *directory.Entry) error {
				if e.Text("OU") == "" || len(e.Raw("ntsecuritydescriptor")) == 0 {
					t.Errorf("%s: %q, descriptor of %d bytes", e.DN, e.Texts("ou"), len(e.Raw("nTSecurityDescriptor")))
				}
				got = append(got, e.DN)
				return nil
			})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d: got %d objects: %q", pages.size, len(got), got)
		}
		if n := c.Ops()["search"] - before; n != pages.requests && n != pages.requests-1 { // the last cookie may come with an empty page
			t.Errorf("pages of %d: %d requests", pages.size, n)
		}
	}
}

func TestSearchStopsWithItsVisitor(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	c.SetPageSize(3)
	enough, seen := errors.New("enough"), 0
	err := c.Search(t.Context(), dc.BaseDN, directory.Subtree, "(objectClass=group)", []string{"cn"}, func(*directory.Entry) error {
		if seen++; seen == 4 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || seen != 4 || c.Ops()["search"] != 2 {
		t.Errorf("%v after %d objects, %v", err, seen, c.Ops())
	}
	if _, err := c.Object(t.Context(), dc.BaseDN); err != nil {
		t.Errorf("the connection is of no use afterwards: %v", err)
	}
}

// A plain user gets descriptors, too: the SACL is not asked for.
func TestSearchDescriptorsWithoutPrivileges(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	name := sambatest.Unique("joe")
	dn := dc.AddUser(t, ou, name, userPassword)
	var descriptor []byte
	err := open(t, user(dc, name)).Search(t.Context(), dn, directory.Base, "(objectClass=*)", []string{"nTSecurityDescriptor"},
		func(e *directory.Entry) error { descriptor = e.Raw("nTSecurityDescriptor"); return nil })
	if err != nil || len(descriptor) == 0 {
		t.Errorf("%d bytes, %v", len(descriptor), err)
	}
}

func TestSearchRefused(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	never := func(e *directory.Entry) error { t.Errorf("found %s", e.DN); return nil }
	as[*directory.NotFoundError](t, c.Search(t.Context(), "OU=Gone,"+dc.BaseDN, directory.Subtree, "(cn=*)", nil, never))
	if err := c.Search(t.Context(), dc.BaseDN, directory.Subtree, "(cn=", nil, never); err == nil {
		t.Error("a broken filter was sent")
	}
	if _, err := c.Object(t.Context(), dc.BaseDN); err != nil {
		t.Errorf("a broken filter cost the connection: %v", err)
	}
}

// What the observer sees: every operation, none of the secrets.
func TestObserve(t *testing.T) {
	dc := sambatest.Shared(t)
	var seen []directory.Operation
	o := admin(dc)
	o.Observe = func(op directory.Operation) { seen = append(seen, op) }
	c := open(t, o)
	if _, err := c.Object(t.Context(), dc.BaseDN); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Object(t.Context(), "OU=Gone,"+dc.BaseDN); err == nil {
		t.Fatal("found")
	}
	var kinds []string
	for _, op := range seen {
		kinds = append(kinds, op.Kind)
		if op.Took <= 0 {
			t.Errorf("%s took %s", op.Kind, op.Took)
		}
		if text := fmt.Sprintf("%+v", op); containsAny(text, dc.AdminPassword) {
			t.Errorf("the password is in %s", text)
		}
	}
	if !slices.Equal(kinds, []string{"rootdse", "bind", "search", "search"}) {
		t.Errorf("saw %q", kinds)
	}
	if seen[1].Target != dc.AdminUser || seen[2].Entries != 1 || seen[2].Err != nil || seen[3].Err == nil {
		t.Errorf("%+v", seen)
	}
}
