package directory_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"writeback/adperms/coverage"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/internal/ldapproxy"
	"writeback/internal/replay"
	"writeback/internal/sambatest"
)

// barred is a user whose DACL takes nothing from above.
func barred(t *testing.T, dc *sambatest.DC, ou string) string {
	t.Helper()
	dn := dc.AddUser(t, ou, sambatest.Unique("u"), userPassword)
	d, err := secdesc.Parse(dc.Descriptor(t, dn))
	if err != nil {
		t.Fatal(err)
	}
	d.Control |= secdesc.DACLProtected
	raw, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	dc.SetDACL(t, dn, raw)
	return dn
}

// Users are asked about together, and what is said of each is what is said of it when
// it is asked about by itself: however it is in a group, whether the DC takes the
// question or not, and whether this domain knows of all groups.
func TestProtectedTogetherAsAlone(t *testing.T) {
	dc := sambatest.New(t)
	ou := dc.OU(t)
	builtin := func(name string, members ...string) {
		t.Helper()
		dc.SetAttribute(t, "CN="+name+",CN=Builtin,"+dc.BaseDN, "member", members...)
	}
	add := func() string { return barred(t, dc, ou) }
	direct, nested, deep, listed, primary, first, nobody, marked := add(), add(), add(), add(), add(), add(), add(), add()
	inner := dc.AddGroup(t, ou, sambatest.Unique("inner"), nested)
	lower := dc.AddGroup(t, ou, sambatest.Unique("lower"), deep)
	upper := dc.AddGroup(t, ou, sambatest.Unique("upper"), lower)
	list := dc.AddGroup(t, ou, sambatest.Unique("list"), listed)
	dc.SetAttribute(t, list, "groupType", "2") // a distribution group, which no token has
	builtin("Account Operators", inner, list)
	builtin("Server Operators", upper)
	builtin("Backup Operators", direct)
	group := dc.AddGroup(t, ou, sambatest.Unique("primary"), primary)
	builtin("Print Operators", group)
	dc.SetAttribute(t, primary, "primaryGroupID", fmt.Sprint(secdesc.MustSID(dc.SID(t, group)).RID()))
	admins := "CN=Domain Admins,CN=Users," + dc.BaseDN
	dc.SetAttribute(t, admins, "member", "CN=Administrator,CN=Users,"+dc.BaseDN, first)
	dc.SetAttribute(t, first, "primaryGroupID", "512")
	dc.SetAttribute(t, marked, "adminCount", "1") // it has left the group
	all := []string{direct, nested, deep, listed, primary, first, nobody, marked}
	for range 50 { // more than one question asks about
		all = append(all, add())
	}
	connector := dc.AddUser(t, ou, sambatest.Unique("sync"), userPassword)

	proxy, o := proxied(t, dc)
	alone := 0
	o.Observe = func(op directory.Operation) {
		if slices.Contains(op.Attributes, "tokenGroups") && op.Kind == "search" && op.Target != "" {
			alone++
		}
	}
	check := func(name string, protected ...string) {
		t.Helper()
		c := open(t, o)
		q := asked(t, c, connector, ou)
		alone = 0
		got, _ := covered(t, c, directory.Covering{Question: q}, ou)
		seen := alone
		for i, dn := range all {
			v, counted := got[dn]
			is := v.After.Reasons.First() == coverage.ProtectedAccount
			if want := slices.Contains(protected, dn); !counted || is != want {
				t.Errorf("%s: user %d: %v, protected should be %v", name, i, v.After.Reasons.Codes(), want)
			}
			if i > 8 { // the others are like nobody
				continue
			}
			a, err := c.Account(t.Context(), dn)
			if err != nil || len(a.ProtectedBy) > 0 != is {
				t.Errorf("%s: user %d is protected by %v when it is asked about by itself: %v", name, i, a.ProtectedBy, err)
			}
		}
		alone = seen
	}
	everybody := []string{direct, nested, deep, listed, primary, first}
	check("together", everybody...)
	if alone != 1 {
		t.Errorf("%d users were asked about by themselves: who is marked and in no group is one", alone)
	}
	proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op == ldapproxy.Search && bytes.Contains(m.Raw, []byte("memberOf")) && !bytes.Contains(m.Raw, []byte("objectClass")) {
			return ldapproxy.Refuse(m, 11, "too much at once")
		}
		return ldapproxy.Pass()
	})
	check("refused", everybody...)
	if alone != len(all) {
		t.Errorf("%d of %d users were asked about after a refusal", alone, len(all))
	}
	proxy.Before(nil)
	heuristics := "CN=Directory Service,CN=Windows NT,CN=Services,CN=Configuration," + dc.BaseDN
	dc.SetAttribute(t, heuristics, "dSHeuristics", "0000000001000001") // Account Operators are taken out
	check("without Account Operators", direct, deep, primary, first)
	dc.SetAttribute(t, heuristics, "dSHeuristics")
	dc.CrossRef(t, "OTHER", sambatest.CrossRefNC|sambatest.CrossRefDomain, nil)
	check("in a forest of two domains", everybody...)
	if want := len(all) - len(everybody); alone != want {
		t.Errorf("%d users were asked about by themselves in a forest of two domains, want %d", alone, want)
	}
}

// What the reader may not see makes nobody unprotected: a membership, a primary group, a
// group in between or a protected group itself.
func TestProtectedWhereMuchIsHidden(t *testing.T) {
	dc := sambatest.New(t)
	ou := dc.OU(t)
	name := sambatest.Unique("reader")
	reader := dc.SID(t, dc.AddUser(t, ou, name, userPassword))
	connector := dc.AddUser(t, ou, sambatest.Unique("sync"), userPassword)
	hide := func(dn, attribute string) { dc.AddACE(t, dn, "(OD;;RP;"+attribute+";;"+reader+")") }
	hideAll := func(dn string) { dc.AddACE(t, dn, "(D;;RPLCLORC;;;"+reader+")") }
	const memberOf, primaryGroupID, objectSid = "bf967991-0de6-11d0-a285-00aa003049e2", "bf967a00-0de6-11d0-a285-00aa003049e2", "bf9679e8-0de6-11d0-a285-00aa003049e2"
	protected := map[string]string{}
	add := func(what string) string {
		dn := barred(t, dc, ou)
		protected[dn] = what
		return dn
	}
	direct, sid, primary := add("memberOf of the user"), add("objectSid of the user"), add("its primary group")
	between, above, inHidden := add("the group between"), add("memberOf of the group between"), add("the protected group")
	unseen, marked := dc.AddGroup(t, ou, sambatest.Unique("unseen"), between), dc.AddGroup(t, ou, sambatest.Unique("marked"), above)
	group := dc.AddGroup(t, ou, sambatest.Unique("primary"), primary)
	dc.SetAttribute(t, "CN=Account Operators,CN=Builtin,"+dc.BaseDN, "member", direct, sid, unseen, marked, group)
	dc.SetAttribute(t, "CN=Print Operators,CN=Builtin,"+dc.BaseDN, "member", inHidden)
	dc.SetAttribute(t, primary, "primaryGroupID", fmt.Sprint(secdesc.MustSID(dc.SID(t, group)).RID()))
	dc.SetAttribute(t, group, "member")
	hide(direct, memberOf)
	hide(sid, objectSid)
	hide(primary, primaryGroupID)
	hide(marked, memberOf)
	hideAll(unseen)
	hideAll("CN=Print Operators,CN=Builtin," + dc.BaseDN)
	nobody := barred(t, dc, ou)
	for _, count := range []string{"", "1"} {
		for dn := range protected {
			if count != "" {
				dc.SetAttribute(t, dn, "adminCount", count)
			}
		}
		for who, o := range map[string]directory.Options{"an administrator": admin(dc), "an ordinary user": user(dc, name)} {
			c := open(t, o)
			got, _ := covered(t, c, directory.Covering{Question: asked(t, c, connector, ou)}, ou)
			for dn, what := range protected {
				if is := got[dn].After.Reasons.First() == coverage.ProtectedAccount; !is {
					t.Errorf("%s, adminCount %q, hidden is %s: %v", who, count, what, got[dn].After.Reasons.Codes())
				}
			}
			if got[nobody].After.Reasons.First() == coverage.ProtectedAccount {
				t.Errorf("%s: nobody is protected", who)
			}
		}
	}
}

// One user in twenty is protected: that is a question for each fifty, and a
// connection that is lost meanwhile changes nothing.
func TestManyProtectedTakeFewQuestions(t *testing.T) {
	const users, every = 20_000, 20
	for _, row := range []int{-1, 9_000, 9_990} { // at the last one 49 users wait to be asked about
		o := replayed(t, replay.Config{Users: users, Admins: every, Verdict: func(at replay.At) replay.Verdict {
			if at.Conn == firstScanned && at.Row == row {
				return replay.Drop
			}
			return replay.Go
		}})
		questions := 0
		o.Observe = func(op directory.Operation) {
			if op.Target == replay.BaseDN && op.Filter != "" && !slices.Contains(op.Attributes, "nTSecurityDescriptor") {
				questions++
			}
		}
		c := open(t, o)
		count := map[string]int{}
		q := coverage.Question{Connector: replay.Connector, Token: map[secdesc.SID]struct{}{replay.Connector: {}}, Scopes: []string{replay.BaseDN}}
		s, err := c.Cover(soon(t), directory.Covering{Question: q, Each: func(u *coverage.User, _ string, v coverage.Verdict) error {
			count[v.After.Reasons.First().Code()]++
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		if s.Found().Users != users || count["protected-account"] != users/every {
			t.Fatalf("%d users, %v", s.Found().Users, count)
		}
		if most := users/every/50 + 8; questions > most {
			t.Errorf("%d questions, %d are enough", questions, most)
		}
	}
}

// While the users are scanned something is asked from time to time on the connection
// that is needed afterwards, or the DC would close it.
func TestCoverKeepsItsConnectionAwake(t *testing.T) {
	for _, idle := range []bool{false, true} {
		o := replayed(t, replay.Config{Users: 5000})
		asked := 0
		o.Observe = func(op directory.Operation) {
			if slices.Contains(op.Attributes, "currentTime") {
				asked++
			}
		}
		c := open(t, o)
		if idle {
			c.SetIdleMost(0)
		}
		q := coverage.Question{Connector: replay.Connector, Token: map[secdesc.SID]struct{}{replay.Connector: {}}, Scopes: []string{replay.BaseDN}}
		if _, err := c.Cover(soon(t), directory.Covering{Question: q}); err != nil || asked > 0 != idle {
			t.Errorf("idle %v: asked %d times, %v", idle, asked, err)
		}
	}
}
