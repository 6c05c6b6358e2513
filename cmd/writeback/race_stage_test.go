package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/secdesc"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
	"writeback/steps"
)

// The stage delegate on a real DC, where something is not as usual.

// An OU is the scope, and is moved before the undo: it is found again.
func TestScopeMovedBeforeUndo(t *testing.T) {
	b := newBench(t)
	parent := b.dc.OU(t)
	ou := b.dc.AddOU(t, parent, "sales")
	root, first := b.dacl(b.dc.BaseDN), b.dacl(ou)
	res := decode[steps.Result](t, b.want(exitDone, "apply", "--yes", "--scope", ou, "--output", "json"))
	if len(res.Steps[0].Made) != 3 || res.Steps[0].Made[0].Target != ou {
		t.Fatalf("%+v", res)
	}
	b.want(exitDone, "verify", "--scope", ou)
	b.want(exitChanges, "verify")
	user := b.dc.AddUser(t, ou, sambatest.Unique("ann"), "First-1234")
	granted(t, b.dc, b.connector, user)
	moved := "OU=moved," + parent
	if err := b.dc.Admin(t).ModifyDN(ldap.NewModifyDNRequest(ou, "OU=moved", true, parent)); err != nil {
		t.Fatal(err)
	}
	b.want(exitDone, "undo", "--yes")
	b.wantDACL(moved, first, "undo")
	b.wantDACL(b.dc.BaseDN, root, "undo")
	name, _, _ := strings.Cut(user, ",")
	refused(t, b.dc, b.connector, name+","+moved)
}

// Whatever kind of object the scope is: the rights work there, and after the
// undo owner, group, control bits and explicit ACEs are those of before.
func TestScopesOfAllKinds(t *testing.T) {
	b := newBench(t)
	parent := b.dc.OU(t)
	protected := b.dc.AddOU(t, parent, "protected")
	b.protect(protected)
	container := b.dc.Add(t, "CN=container,"+parent, sambatest.Attrs{"objectClass": {"container"}})
	odd := b.dc.AddOU(t, parent, ` Müller, "Söhne" + Co; #1\ `)
	for _, c := range []struct {
		name, scope, user string
		flags             []string
	}{
		{name: "protected OU", scope: protected},
		{name: "container", scope: container},
		{name: "a DN full of escapes", scope: odd},
		{name: "inetOrgPerson", scope: parent, flags: []string{"--class", "inetOrgPerson"},
			user: b.dc.AddInetOrgPerson(t, parent, sambatest.Unique("iop"), "First-1234")},
		{name: "one account"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := *b
			b.t, b.program = t, &program{t: t, dir: b.dir, state: b.state, flags: b.flags, env: b.env}
			b.afresh()
			if c.user == "" {
				in := c.scope
				if in == "" {
					in = parent
				}
				c.user = b.dc.AddUser(t, in, sambatest.Unique("ann"), "First-1234")
			}
			if c.scope == "" {
				c.scope = c.user
			}
			first := b.dacl(c.scope)
			scoped := append([]string{"--scope", c.scope}, c.flags...)
			refused(t, b.dc, b.connector, c.user)
			b.want(exitDone, append([]string{"apply", "--yes"}, scoped...)...)
			b.want(exitDone, append([]string{"verify"}, scoped...)...)
			granted(t, b.dc, b.connector, c.user)
			b.want(exitDone, "undo", "--yes")
			b.wantDACL(c.scope, first, "undo")
			refused(t, b.dc, b.connector, c.user)
		})
	}
}

// protect keeps what stands above an object from being inherited; what it has
// inherited by then becomes its own, as the consoles offer.
func (b *bench) protect(dn string) {
	b.t.Helper()
	sd, err := secdesc.Parse(b.dc.Descriptor(b.t, dn))
	if err != nil {
		b.t.Fatal(err)
	}
	sd.Control |= secdesc.DACLProtected
	for i, a := range sd.DACL.ACEs {
		sd.DACL.ACEs[i] = a.Explicit()
	}
	raw, err := sd.Marshal()
	if err != nil {
		b.t.Fatal(err)
	}
	b.dc.SetDACL(b.t, dn, raw)
	if sd, err = secdesc.Parse(b.dc.Descriptor(b.t, dn)); err != nil || !sd.Protected() {
		b.t.Fatalf("%s is not protected: %v", dn, err)
	}
}

// The OU is deleted before the undo: its ACEs are gone with it, and undo ends
// well. A DC that only does not show it is another matter.
func TestScopeDeletedBeforeUndo(t *testing.T) {
	b := newBench(t)
	b.stripUnexpire()
	first := b.dacl(b.dc.BaseDN)
	ou := b.dc.AddOU(t, b.dc.BaseDN, sambatest.Unique("gone-"))
	b.dc.RemoveAfter(t, ou)
	b.want(exitDone, "apply", "--yes", "--scope", ou)

	b.proxy.After(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op == ldapproxy.SearchEntry && strings.EqualFold(m.DN(), ou) {
			return ldapproxy.Keep()
		}
		return ldapproxy.Pass()
	})
	b.ends(exitError, []string{ou, "you may not see it", "writeback undo goes on"}, "undo", "--yes")
	b.proxy.After(nil)
	if run := b.latest(); len(run.Made) != 3 {
		t.Fatalf("%d of the OU left, want 3", len(run.Made))
	}
	b.wantDACL(b.dc.BaseDN, first, "undo of the root alone")

	if err := b.dc.Admin(t).Del(ldap.NewDelRequest(ou, nil)); err != nil {
		t.Fatal(err)
	}
	b.goesBack(first, "OU deleted")
}

// The connector account is deleted before the undo: its ACEs go by its SID.
func TestConnectorDeletedBeforeUndo(t *testing.T) {
	b := newBench(t)
	first := b.dacl(b.dc.BaseDN)
	b.want(exitDone, "apply", "--yes")
	if err := b.dc.Admin(t).Del(ldap.NewDelRequest(b.connector.DN, nil)); err != nil {
		t.Fatal(err)
	}
	b.goesBack(first, "connector deleted")
}

// An administrator of one OU may grant there, and not on the root.
func TestRightOnOneOU(t *testing.T) {
	b := newBench(t)
	ou := b.dc.OU(t)
	name := sambatest.Unique("ouadmin")
	dn := b.dc.AddUser(t, "CN=Users,"+b.dc.BaseDN, name, "Lowly-1234")
	b.dc.RemoveAfter(t, dn)
	b.addACE(ou, "(A;CI;GA;;;"+b.dc.SID(t, dn)+")")
	first := b.dacl(ou)
	b.as(sambatest.Account{UPN: b.dc.UPN(name), Password: "Lowly-1234"})
	b.ends(exitRefused, []string{b.dc.BaseDN, "WRITE_DAC"}, "apply", "--yes")
	// One of two scopes is not enough: the other is not written first.
	other := b.dc.OU(t)
	both := []string{"--scope", ou, "--scope", other, "--unexpire", "never"}
	plan := decode[steps.Plan](t, b.want(exitDone, append([]string{"plan", "--output", "json"}, both...)...))
	if f, told := finding(plan.Steps[0], "no-right-to-write"); !told || !strings.Contains(f.Text, other) || plan.Pending() != 6 {
		t.Errorf("planned %+v", plan.Steps[0])
	}
	b.ends(exitRefused, []string{other, "WRITE_DAC"}, append([]string{"apply", "--yes"}, both...)...)
	b.wantDACL(ou, first, "an apply that was refused")
	b.want(exitDone, "apply", "--yes", "--scope", ou)
	b.want(exitDone, "verify", "--scope", ou)
	b.want(exitDone, "undo", "--yes")
	b.wantDACL(ou, first, "undo")
}

// The right is lost while the run is under way: the DC refuses, what was made is
// recorded, and who has the right goes on.
func TestRefusedDuringApply(t *testing.T) {
	b, first, _ := ground{samba: true}.cutBench(t)
	b.goesBack(first, "uncut")
	b.afresh()
	b.proxy.Before(ldapproxy.At(2, ldapproxy.Modify, func(m *ldapproxy.Message) ldapproxy.Verdict {
		return ldapproxy.Refuse(m, ldap.LDAPResultInsufficientAccessRights, "00002098: SecErr")
	}))
	b.ends(exitError, []string{"access denied", "WRITE_DAC", "Reset password", "Write lockoutTime", "Write pwdLastSet", "writeback apply continues the run"}, "apply", "--yes")
	b.proxy.Before(nil)
	if run := b.latest(); len(run.Made) != 1 || run.State != steps.RunPartial {
		t.Errorf("run %q, %d made", run.State, len(run.Made))
	}
	b.want(exitDone, "apply", "--yes")
	b.proxy.Before(ldapproxy.At(1, ldapproxy.Modify, func(m *ldapproxy.Message) ldapproxy.Verdict {
		return ldapproxy.Refuse(m, ldap.LDAPResultUnwillingToPerform, "no")
	}))
	b.ends(exitError, []string{"writeback undo goes on"}, "undo", "--yes")
	b.proxy.Before(nil)
	if run := b.latest(); len(run.Made) != 3 {
		t.Errorf("%d left, want those that were refused", len(run.Made))
	}
	b.goesBack(first, "refused once")
}

// Names that somebody chose in order to deceive: they reach neither screen nor
// file raw, and no command that could be pasted.
func TestHostileNames(t *testing.T) {
	b := newBench(t)
	for i, name := range []string{"a\x1b[2J\x1b]0;owned\x07b", "a\u202egnp", `a" & calc & "`, "a$(calc)`calc`%PATH%", "a\u2028b\x7f"} {
		b.afresh()
		ou := b.dc.AddOU(t, b.dc.BaseDN, fmt.Sprintf("%d-%s", i, name))
		b.dc.RemoveAfter(t, ou)
		b.dc.SetAttribute(t, b.connector.DN, "displayName", "Sync\x1b[31m\u202e")
		first := b.dacl(ou)
		file := filepath.Join(b.dir, "plan.json")
		outcomes := []outcome{
			b.want(exitDone, "plan", "--scope", ou), b.want(exitDone, "plan", "--scope", ou, "--output", "json", "-o", file),
			b.want(exitDone, "apply", file, "--yes", "--debug"), b.want(exitDone, "verify", "--scope", ou), b.want(exitDone, "runs"),
			b.want(exitDone, "runs", "show", b.latest().ID), b.want(exitDone, "undo", "--yes", "--debug"),
			b.run("plan", "--scope", ou+",DC=nowhere"), b.run("plan", "--connector", name),
		}
		for _, o := range outcomes {
			if strings.ContainsAny(o.out+o.err, "\x1b\x07\x7f\u202e\u2028") {
				t.Errorf("%q: raw in %q", name, o.out+o.err)
			}
			if strings.Contains(o.out, ": dsacls") || strings.Contains(o.out, `: "dsacls`) {
				t.Errorf("%q: a command in %s", name, o.out)
			}
		}
		b.wantDACL(ou, first, "undo")
	}
}

// A plan costs the DC at most thirteen operations after the bind, whatever the size
// of the domain and whatever was asked for.
func TestFrugal(t *testing.T) {
	b := newBench(t)
	b.dc.SetAttribute(t, b.connector.DN, "userAccountControl", "66048") // its password never expires, as the products have it
	ou := b.dc.OU(t)
	ways := [][]string{{"plan"}, {"plan", "--connector", b.connector.Name}, {"plan", "--connector", `CORP\` + b.connector.Name},
		{"plan", "--connector", b.connector.SID, "--class", "user,inetOrgPerson", "--unexpire", "always"}, {"plan", "--scope", ou}}
	cost := func(args []string) int {
		b.proxy.Reset()
		b.want(exitDone, args...)
		n := 0
		for _, line := range b.proxy.Trace()[bindAt(t, b.proxy.Trace())+1:] {
			if !strings.Contains(line, " unbind ") {
				n++
			}
		}
		return n
	}
	before := make([]int, len(ways))
	for i, args := range ways {
		if before[i] = cost(args); before[i] > 13 || before[i] < 5 {
			t.Errorf("%q: %d operations after the bind:\n%s", args, before[i], strings.Join(b.proxy.Trace(), "\n"))
		}
	}
	for i := range 300 {
		b.dc.AddUser(t, ou, sambatest.Unique(fmt.Sprintf("u%d-", i)), "Start-1234")
	}
	for i, args := range ways {
		if n := cost(args); n != before[i] {
			t.Errorf("%q: %d operations with 300 users more, %d before", args, n, before[i])
		}
	}
}

func bindAt(t *testing.T, trace []string) int {
	t.Helper()
	i := slices.IndexFunc(trace, func(line string) bool { return strings.Contains(line, " bind ") })
	if i < 0 {
		t.Fatalf("no bind in %q", trace)
	}
	return i
}

// The journal keeps the descriptor as the DC sent it before the first write, raw.
func TestKeptDescriptor(t *testing.T) {
	b := newBench(t)
	before := b.dc.Descriptor(t, b.dc.BaseDN)
	b.want(exitDone, "apply", "--yes")
	found := 0
	for _, r := range b.latest().Records {
		if r.Kind != steps.KindSaved {
			continue
		}
		found++
		if !strings.Contains(string(r.Data), fmt.Sprintf("%x", before)) {
			t.Errorf("another descriptor is kept: %s", r.Data)
		}
	}
	if sd, err := secdesc.Parse(before); err != nil || found != 1 || len(sd.DACL.ACEs) < 10 {
		t.Errorf("%d kept, %v", found, err)
	}
}
