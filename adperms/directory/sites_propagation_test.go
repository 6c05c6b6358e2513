package directory_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
)

// propagation shows how an inheritable ACE of the domain's root gets to the
// users: each DC computes the inherited ACEs of all objects by itself as soon as
// it has the root's new descriptor, and what is replicated is the root alone.
// Nothing of it takes an hour. Samba does it within the write; the propagator of
// Windows begins at once and works in the background, so that the program has to
// look until all is done.
func propagation(t *testing.T, one, two *sambatest.DC) {
	const users = 120
	top, protected := usersInDepth(t, one, users)
	account := one.Connector(t)
	two.Pull(t, one)
	here, there := open(t, admin(one)), open(t, admin(two))
	versions := descriptorVersions(t, there, top)
	if len(versions) != users+1 {
		t.Fatalf("%d users on the second DC", len(versions))
	}

	one.KeepDACL(t, one.BaseDN)
	d := withACE(t, object(t, here, one.BaseDN).Descriptor, "(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;"+account.SID+")")
	began := time.Now()
	if err := here.WriteDACL(t.Context(), one.BaseDN, d); err != nil {
		t.Fatal(err)
	}
	wrote := time.Since(began)
	took := waitForCarriers(t, here, top, account.SID, users)
	t.Logf("DC1: written in %v, on all %d users after another %v", wrote, users, took)
	if n := carriers(t, there, top, account.SID); n != 0 {
		t.Errorf("%d users of the second DC have the ACE before anything was replicated", n)
	}

	began = time.Now()
	two.PullObject(t, one, one.BaseDN)
	pulled := time.Since(began)
	took = waitForCarriers(t, there, top, account.SID, users)
	t.Logf("DC2: the root replicated alone in %v (most of it a program's start), on all %d users after another %v", pulled, users, took)
	for dn, version := range descriptorVersions(t, there, top) {
		if version != versions[dn] {
			t.Errorf("the descriptor of %s is in version %d on the second DC, and was in %d: it was replicated, not computed", dn, version, versions[dn])
		}
	}
	for _, c := range []*directory.Conn{here, there} {
		if carries(t, object(t, c, protected).Descriptor, account.SID) {
			t.Errorf("%s: %s has the ACE, which its OU does not inherit", c.DC(), protected)
		}
	}
}

// usersInDepth adds users in OUs inside each other, and one below an OU whose
// DACL is protected.
func usersInDepth(t *testing.T, dc *sambatest.DC, n int) (top, protected string) {
	t.Helper()
	top = dc.OU(t)
	ou := top
	for i := range n {
		if i%30 == 0 {
			ou = dc.AddOU(t, ou, fmt.Sprintf("level %d", i/30))
		}
		name := sambatest.Unique("u")
		dc.Add(t, "CN="+name+","+ou, sambatest.Attrs{"objectClass": {"user"}, "sAMAccountName": {name}})
	}
	barred := dc.AddOU(t, ou, "protected")
	alone, err := secdesc.ParseSDDL("D:P(A;CI;GA;;;AU)(A;CI;GA;;;SY)", secdesc.DomainSIDs{})
	if err != nil {
		t.Fatal(err)
	}
	dc.SetDACL(t, barred, marshal(t, alone))
	name := sambatest.Unique("u")
	return top, dc.Add(t, "CN="+name+","+barred, sambatest.Attrs{"objectClass": {"user"}, "sAMAccountName": {name}})
}

// waitForCarriers looks until so many users have an inherited ACE for the
// trustee.
func waitForCarriers(t *testing.T, c *directory.Conn, top, sid string, want int) time.Duration {
	t.Helper()
	began := time.Now()
	for deadline := began.Add(time.Minute); ; {
		n := carriers(t, c, top, sid)
		if n == want {
			return time.Since(began)
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: %d of %d users have the ACE after a minute", c.DC(), n, want)
		}
	}
}

func carriers(t *testing.T, c *directory.Conn, top, sid string) (n int) {
	t.Helper()
	err := c.Search(t.Context(), top, directory.Subtree, "(objectClass=user)", []string{"nTSecurityDescriptor"}, func(e *directory.Entry) error {
		if carries(t, e.Raw("nTSecurityDescriptor"), sid) {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func carries(t *testing.T, descriptor []byte, sid string) bool {
	t.Helper()
	d, err := secdesc.Parse(descriptor)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range d.DACL.ACEs {
		if a.Inherited() && strings.EqualFold(a.Trustee.String(), sid) {
			return true
		}
	}
	return false
}

// descriptorVersions reads how often each user's descriptor was written
// (replPropertyMetaData): what a DC computes itself does not count.
func descriptorVersions(t *testing.T, c *directory.Conn, top string) map[string]uint32 {
	t.Helper()
	out := map[string]uint32{}
	err := c.Search(t.Context(), top, directory.Subtree, "(objectClass=user)", []string{"distinguishedName"}, func(e *directory.Entry) error {
		out[e.DN] = object(t, c, e.DN).Version
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
