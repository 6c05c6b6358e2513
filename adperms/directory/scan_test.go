package directory_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"writeback/adperms/directory"
	"writeback/adperms/directory/scan"
	"writeback/internal/practice/domain"
	"writeback/internal/sambatest"
)

// everything is what the tests read of an object: single and many values, text
// and bytes, present and absent.
var everything = []string{
	"nTSecurityDescriptor", "objectClass", "OBJECTGUID", "objectSid", "sAMAccountName", "userAccountControl", "member", "noSuchAttributeAtAll",
}

// searched are the objects as Search gives them: DN → all values.
func searched(t *testing.T, c *directory.Conn, base, filter string) map[string][][]string {
	t.Helper()
	out := map[string][][]string{}
	err := c.Search(t.Context(), base, directory.Subtree, filter, everything, func(e *directory.Entry) error {
		var values [][]string
		for _, a := range everything {
			values = append(values, e.Texts(a))
		}
		out[e.DN] = values
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// scanned are the same as Scan gives them. None may come twice.
func scanned(ctx context.Context, t *testing.T, c *directory.Conn, q directory.ScanQuery) (map[string][][]string, error) {
	t.Helper()
	out := map[string][][]string{}
	q.Attributes = everything
	err := c.Scan(ctx, q, func(r *scan.Row) error {
		dn := string(r.DN())
		if _, twice := out[dn]; twice {
			t.Errorf("%s was handed out twice", dn)
		}
		var values [][]string
		for i := range everything {
			var all []string
			for v := range r.Values(i) {
				all = append(all, string(v))
			}
			if first := r.Value(i); len(all) > 0 != (first != nil) || len(all) > 0 && all[0] != string(first) {
				t.Errorf("%s: %s has first %q of %q", dn, everything[i], first, all)
			}
			values = append(values, all)
		}
		out[dn] = values
		return nil
	})
	return out, err
}

// same wants two readings to be of the same objects with the same values.
func same(t *testing.T, got, want map[string][][]string) {
	t.Helper()
	for dn, values := range want {
		if g, ok := got[dn]; !ok {
			t.Errorf("%s is missing", dn)
		} else if !slices.EqualFunc(g, values, slices.Equal) {
			t.Errorf("%s: got %q, want %q", dn, g, values)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d objects, want %d", len(got), len(want))
	}
}

func subtree(base, filter string) directory.ScanQuery {
	return directory.ScanQuery{Base: base, Scope: directory.Subtree, Filter: filter}
}

func TestScanIsSearch(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	for i := range 12 {
		dc.AddOU(t, ou, fmt.Sprintf("%02d", i))
	}
	c := open(t, admin(dc))
	for _, base := range []string{ou, dc.BaseDN} {
		want := searched(t, c, base, "(objectClass=*)")
		for _, size := range []uint32{1, 5, 13, 1000} {
			if size == 1 && base == dc.BaseDN {
				continue // some hundreds of requests show no more than twelve
			}
			c.SetPageSize(size)
			before := c.Ops()["search"]
			got, err := scanned(t.Context(), t, c, subtree(base, "(objectClass=*)"))
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, want)
			pages := (len(want) + int(size) - 1) / int(size)
			if n := c.Ops()["search"] - before; n != pages && n != pages+1 { // the last cookie may come with an empty page
				t.Errorf("%d objects in pages of %d: %d requests", len(want), size, n)
			}
		}
	}
	object(t, c, ou)
}

func TestScanOfOneObject(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	n := 0
	q := directory.ScanQuery{Base: dc.BaseDN, Scope: directory.Base, Filter: "(objectClass=*)"}
	if err := c.Scan(t.Context(), q, func(r *scan.Row) error {
		n++
		if string(r.DN()) != dc.BaseDN {
			t.Errorf("got %s", r.DN())
		}
		return nil
	}); err != nil || n != 1 {
		t.Errorf("%d objects, %v", n, err)
	}
}

func TestScanStopsWithItsVisitor(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	c.SetPageSize(3)
	enough, seen := errors.New("enough"), 0
	q := subtree(dc.BaseDN, "(objectClass=group)")
	err := c.Scan(t.Context(), q, func(*scan.Row) error {
		if seen++; seen == 4 {
			return enough
		}
		return nil
	})
	if err != enough || seen != 4 || c.Ops()["search"] != 2 {
		t.Errorf("%v after %d objects, %v", err, seen, c.Ops())
	}
	want := searched(t, c, dc.BaseDN, "(objectClass=group)")
	got, err := scanned(t.Context(), t, c, subtree(dc.BaseDN, "(objectClass=group)"))
	if err != nil {
		t.Fatalf("the connection is of no use afterwards: %v", err)
	}
	same(t, got, want)
}

// A visitor may ask the DC on the same connection, whatever is still on its way.
func TestScanVisitorAsksTheDC(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	c.SetPageSize(7)
	seen, asked := map[string]bool{}, 0
	err := c.Scan(soon(t), subtree(dc.BaseDN, "(objectClass=*)"), func(r *scan.Row) error {
		dn := string(r.DN())
		seen[dn] = true
		if len(seen)%25 != 1 {
			return nil
		}
		asked++
		if o := object(t, c, dn); o.DN != dn {
			t.Errorf("got %s for %s", o.DN, dn)
		}
		return nil
	})
	if err != nil || asked < 5 {
		t.Errorf("%v, asked %d times", err, asked)
	}
	if want := searched(t, c, dc.BaseDN, "(objectClass=*)"); len(want) != len(seen) {
		t.Errorf("%d objects, want %d", len(seen), len(want))
	}
	within, enough := 0, errors.New("enough")
	err = c.Scan(soon(t), subtree(dc.BaseDN, "(objectClass=group)"), func(*scan.Row) error {
		if err := c.Scan(soon(t), subtree(dc.BaseDN, "(objectClass=group)"), func(*scan.Row) error { within++; return nil }); err != nil {
			return err
		}
		return enough
	})
	if want := searched(t, c, dc.BaseDN, "(objectClass=group)"); err != enough || within != len(want) {
		t.Errorf("a scan within a scan: %d objects, want %d: %v", within, len(want), err)
	}
}

func TestScanRefused(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	never := func(r *scan.Row) error { t.Errorf("found %s", r.DN()); return nil }
	as[*directory.NotFoundError](t, c.Scan(t.Context(), subtree("OU=Gone,"+dc.BaseDN, "(cn=*)"), never))
	says(t, c.Scan(t.Context(), subtree(dc.BaseDN, "(cn="), never), "asking")
	object(t, c, dc.BaseDN)
}

func TestScanIsObserved(t *testing.T) {
	dc := sambatest.Shared(t)
	var seen []directory.Operation
	o := admin(dc)
	o.Observe = func(op directory.Operation) { seen = append(seen, op) }
	c := open(t, o)
	c.SetPageSize(10)
	seen = nil
	got, err := scanned(t.Context(), t, c, subtree(dc.BaseDN, "(objectClass=group)"))
	if err != nil {
		t.Fatal(err)
	}
	entries := 0
	for _, op := range seen {
		entries += op.Entries
		if op.Kind != "search" || op.Target != dc.BaseDN || op.Filter != "(objectClass=group)" || op.Took <= 0 || op.Err != nil {
			t.Errorf("%+v", op)
		}
	}
	if entries != len(got) || len(seen) < len(got)/10 {
		t.Errorf("%d entries in %d pages were observed of %d: %v", entries, len(seen), len(got), slices.Sorted(maps.Keys(got)))
	}
}

// The practice domain, by LDAPS and by StartTLS.
func TestScanOfPractice(t *testing.T) {
	d, err := domain.Start(domain.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := d.CAFile(ca); err != nil {
		t.Fatal(err)
	}
	account := d.Account(domain.RoleAdmin)
	for _, url := range []string{d.LDAPS(), d.LDAP()} {
		c := open(t, directory.Options{DC: url, CACert: ca, User: account.UPN, Password: password(account.Password)})
		want := searched(t, c, d.BaseDN(), "(objectClass=*)")
		c.SetPageSize(7)
		got, err := scanned(t.Context(), t, c, subtree(d.BaseDN(), "(objectClass=*)"))
		if err != nil || len(got) < 20 {
			t.Fatalf("%s: %d objects, %v", url, len(got), err)
		}
		same(t, got, want)
	}
}
