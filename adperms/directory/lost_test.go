package directory_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"writeback/adperms/directory"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

func containsAny(s string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// The wire is cut before a write reaches the DC, and after it was made: the
// error is the same, for nobody can know, and the DC tells them apart later.
func TestCutInTheMiddleOfAWrite(t *testing.T) {
	dc := sambatest.Shared(t)
	for _, c := range []struct {
		name string
		hook func(*ldapproxy.Proxy)
		made bool
	}{
		{"before", func(proxy *ldapproxy.Proxy) { proxy.Before(ldapproxy.At(1, ldapproxy.Modify, ldapproxy.Cut)) }, false},
		{"after", func(proxy *ldapproxy.Proxy) { proxy.After(ldapproxy.At(1, ldapproxy.ModifyResponse, ldapproxy.Cut)) }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			ou := dc.OU(t)
			proxy, o := proxied(t, dc)
			conn := open(t, o)
			before := object(t, conn, ou)
			c.hook(proxy)
			lost := as[*directory.LostError](t, conn.WriteDACL(soon(t), ou, withACE(t, before.Descriptor, "(A;;GR;;;WD)")))
			says(t, lost, "writing "+ou, "it is not known whether", proxy.LDAPS)
			_, err := conn.Object(soon(t), ou)
			as[*directory.LostError](t, err)
			if n := proxy.Count(ldapproxy.Bind); n != 1 {
				t.Errorf("it signed in %d times: reconnected in silence", n)
			}
			after := object(t, open(t, admin(dc)), ou)
			if made := after.Version == before.Version+1; made != c.made {
				t.Errorf("version %d→%d, made should be %v", before.Version, after.Version, c.made)
			}
		})
	}
}

func TestCutInTheMiddleOfASearch(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	c := open(t, o)
	c.SetPageSize(5)
	seen := 0
	proxy.After(ldapproxy.At(8, ldapproxy.SearchEntry, ldapproxy.Cut))
	err := c.Search(soon(t), dc.BaseDN, directory.Subtree, "(objectClass=group)", []string{"cn"},
		func(*directory.Entry) error { seen++; return nil })
	says(t, as[*directory.LostError](t, err), "nothing was changed")
	if seen != 5 {
		t.Errorf("%d objects were visited, want the first page", seen)
	}
}

func TestCutWhileSigningIn(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	proxy.Before(ldapproxy.At(1, ldapproxy.Bind, ldapproxy.Cut))
	says(t, refused[*directory.LostError](t, o), "signing in as "+dc.AdminUser)
}

// Between two requests, with nothing under way.
func TestCutBetweenRequests(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	c := open(t, o)
	proxy.Sever()
	_, err := c.Object(soon(t), dc.BaseDN)
	as[*directory.LostError](t, err)
}

func TestNoAnswer(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	o.Timeout = 200 * time.Millisecond
	c := open(t, o)
	proxy.After(func(m *ldapproxy.Message) ldapproxy.Verdict { return ldapproxy.Keep() })
	_, err := c.Object(soon(t), dc.BaseDN)
	says(t, as[*directory.LostError](t, err), "no answer in time")
}

// A context that ends cuts the request off at once.
func TestCancelledRequest(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	c := open(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op == ldapproxy.Search {
			cancel()
			return ldapproxy.Keep()
		}
		return ldapproxy.Pass()
	})
	_, err := c.Object(ctx, dc.BaseDN)
	if lost := as[*directory.LostError](t, err); !errors.Is(lost, context.Canceled) {
		t.Errorf("%v does not say that it was cancelled", lost)
	}
}

// A context that had ended before costs nothing: the connection is still good.
func TestCancelledBeforeTheRequest(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	before := c.Ops()["search"]
	if _, err := c.Object(ctx, dc.BaseDN); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if n := c.Ops()["search"]; n != before {
		t.Error("it was sent all the same")
	}
	object(t, c, dc.BaseDN)
}

// Several goroutines may share a connection.
func TestConcurrentRequests(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	errs := make(chan error)
	for range 8 {
		go func() {
			_, err := c.Object(t.Context(), dc.BaseDN)
			if err == nil {
				_, err = c.NetBIOSName(t.Context())
			}
			errs <- err
		}()
	}
	for range 8 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}
