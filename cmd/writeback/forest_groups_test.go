package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/ldapproxy"
	"writeback/internal/practice/domain"
	"writeback/internal/sambatest"
	"writeback/internal/session"
	"writeback/steps"
)

// The three rights on users, and the ACEs that grant or deny them; $ is the trustee.
const (
	classUser = "bf967aba-0de6-11d0-a285-00aa003049e2"
	toReset   = "CR;00299570-246d-11d0-a768-00aa006e0529"
	toLock    = "WP;28630ebf-41d5-11d1-a9c1-0000f80367c1"
	toSet     = "WP;bf967a0a-0de6-11d0-a285-00aa003049e2"
)

func grantsOnUsers(trustee string) (out []string) {
	for _, right := range []string{toReset, toLock, toSet} {
		out = append(out, "(OA;CIIO;"+right+";"+classUser+";"+trustee+")")
	}
	return out
}

// users are what a call with --users-out says of each user.
func (f *family) users(field func(session.UserLine) *bool, args ...string) map[string]bool {
	f.t.Helper()
	file := filepath.Join(f.t.TempDir(), "users")
	f.want(exitDone, append(args, "--coverage", "--users-out", file)...)
	in, err := os.Open(file)
	if err != nil {
		f.t.Fatal(err)
	}
	defer in.Close()
	out := map[string]bool{}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		var l session.UserLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			f.t.Fatal(err)
		}
		out[l.DN] = *field(l)
	}
	return out
}

// The token that the parent's connector account has in the child: of home what counts
// everywhere, and of the child the groups that hold it or one of these. Plan, coverage and
// explain go by it alike.
func TestGroupsOfTheChildCount(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	admin := f.as(f.child, domain.RoleAdmin)
	connector, staff := f.connector.DN, "OU=Staff,OU=Branch,"+f.child.BaseDN()
	user, _ := f.user(f.child, "lena.orth")

	global := f.group(f.parent, "Sync Accounts", globalGroup, connector)
	homeLocal := f.group(f.parent, "Local At Home", localGroup, connector)
	f.join(f.parent, "CN=Windows Authorization Access Group,CN=Builtin,"+f.parent.BaseDN(), connector)
	direct := f.group(f.child, "Direct", localGroup, connector)
	nested := f.group(f.child, "Nested", localGroup, f.group(f.child, "Holds Global", localGroup, global))
	list := f.group(f.child, "Mailing List", localDistribution, connector)
	behind := f.group(f.child, "Behind The List", localGroup, list)

	for _, c := range []struct {
		what, trustee string
		counts        bool
	}{
		{"a local group that holds the account", direct, true},
		{"a local group that holds a local group that holds a global group of the parent", nested, true},
		{"the parent's global group", global, true},
		{"a local group of the parent", homeLocal, false},
		{"a built-in group that the account is in at home", "S-1-5-32-560", false},
		{"a group behind a distribution group", behind, false},
		{"a distribution group", list, false},
	} {
		sid := c.trustee
		if !strings.HasPrefix(sid, "S-1-") {
			sid = f.sid(c.trustee)
		}
		before := f.keepDACL(staff)
		setACEs(t, admin, staff, direct, grantsOnUsers(sid))
		e := f.explained(user)
		if e.Writable != c.counts {
			t.Errorf("%s grants: explain says %t: %s", c.what, e.Writable, e.Verdict)
		}
		both := []string{"plan", "--domain", f.parent.Name(), "--domain", f.child.Name()}
		if got := f.users(func(l session.UserLine) *bool { return l.Before }, both...)[user]; got != c.counts {
			t.Errorf("%s grants: coverage says %t", c.what, got)
		}
		f.restoreDACL(staff, before)
	}
}

// A deny for a group of the child that holds the account by way of another one: the plan stops,
// and explain tells the way.
func TestDenyForAGroupOfTheChild(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	user, _ := f.user(f.child, "lena.orth")
	global := f.group(f.parent, "Sync Accounts", globalGroup, f.connector.DN)
	nested := f.group(f.child, "Nested", localGroup, f.group(f.child, "Holds Global", localGroup, global))
	setACEs(t, f.as(f.child, domain.RoleAdmin), f.child.BaseDN(), nested, []string{"(OD;CIIO;" + toReset + ";" + classUser + ";" + f.sid(nested) + ")"})
	plan := decode[steps.Plan](t, f.want(exitRefused, "plan", "--domain", f.child.Name(), "--output", "json"))
	denied, found := finding(stepOf(t, plan.Steps, "delegate@"+f.child.Name()), "denied-by-ace")
	if !found || !strings.Contains(denied.Text, `EMEA\Nested`) {
		t.Errorf("the deny is told as %+v", denied)
	}
	e := f.explained(user)
	if e.Writable || !slices.ContainsFunc(e.Rights, func(r steps.RightPath) bool {
		return r.DeniedBy != "" && strings.Contains(r.Note, `EMEA\Holds Global`) && strings.Contains(r.Note, `EMEA\Nested`)
	}) {
		t.Errorf("explain of the deny: %t, %+v", e.Writable, e.Rights)
	}
}

// Where the child's DC does not answer which groups hold the account, a finding says so.
func TestGroupsThatWereNotAsked(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	boss := f.child.Account(domain.RoleAdmin)
	dc := sambatest.At(t, sambatest.Elsewhere{LDAPS: f.child.LDAPS(), Domain: f.child.Name(), CA: f.child.CA(), Roots: f.child.RootCAs(),
		AdminUser: boss.UPN, AdminPassword: boss.Password})
	proxy := proxyOn(t, dc)
	proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op == ldapproxy.Search && strings.Contains(string(m.Packet.Bytes()), f.connector.DN) && strings.Contains(string(m.Packet.Bytes()), "member") {
			return ldapproxy.Refuse(m, ldap.LDAPResultAdminLimitExceeded, "")
		}
		return ldapproxy.Pass()
	})
	f.trust(dc)
	f.configure(f.parent.LDAPS(), proxy.LDAPS)
	plan := decode[steps.Plan](t, f.want(exitDone, "plan", "--domain", f.child.Name(), "--output", "json"))
	step := stepOf(t, plan.Steps, "delegate@"+f.child.Name())
	said, found := finding(step, "groups-not-asked")
	if !found || said.Level != steps.LevelWarning || !strings.Contains(said.Text, f.child.Name()) || len(step.Changes) == 0 {
		t.Errorf("%+v, with %d changes", said, len(step.Changes))
	}
	if _, found := finding(stepOf(t, plan.Steps, "delegate@"+f.parent.Name()), "groups-not-asked"); found {
		t.Error("the account's own domain has the finding, too")
	}
	unsure := func(when string) {
		t.Helper()
		user, _ := f.user(f.child, "lena.orth")
		e := f.explained(user)
		if e.Writable || !slices.ContainsFunc(e.Reasons, func(r steps.Why) bool { return r.Code == "groups-not-asked" && r.Weight == "unknown" }) {
			t.Errorf("%s: explain says %t, %+v", when, e.Writable, e.Reasons)
		}
		if got, known := f.users(func(l session.UserLine) *bool { return l.After }, "plan", "--domain", f.child.Name())[user]; got || !known {
			t.Errorf("%s: coverage says that it can", when)
		}
	}
	unsure("the DC refuses the question")
	proxy.Before(nil)
	f.group(f.child, "Of A Kind", localGroup, f.connector.DN)
	proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
		if strings.HasPrefix(e.DN, "CN=Of A Kind,") {
			e.Set("groupType")
		}
		return true
	}))
	unsure("of which kind a group is, is not shown")
}

// join puts a member into a group.
func (f *family) join(d *domain.Domain, group, member string) {
	f.t.Helper()
	m := ldap.NewModifyRequest(group, nil)
	m.Add("member", []string{member})
	if err := f.as(d, domain.RoleAdmin).Modify(m); err != nil {
		f.t.Fatal(err)
	}
}

// at is the domain that a DN is in.
func (f *family) at(dn string) *domain.Domain {
	if strings.HasSuffix(dn, f.child.BaseDN()) {
		return f.child
	}
	return f.parent
}

func (f *family) raw(dn, attribute string, controls ...ldap.Control) []byte {
	f.t.Helper()
	res, err := f.as(f.at(dn), domain.RoleAdmin).Search(&ldap.SearchRequest{BaseDN: dn, Filter: "(objectClass=*)", Attributes: []string{attribute}, Controls: controls})
	if err != nil || len(res.Entries) != 1 {
		f.t.Fatalf("%s: %v", dn, err)
	}
	return res.Entries[0].GetRawAttributeValue(attribute)
}

func (f *family) sid(dn string) string { return sidText(f.t, f.raw(dn, "objectSid")) }

// ofDACL is the control by which the DACL alone is read and written.
func ofDACL() ldap.Control {
	return ldap.NewControlString("1.2.840.113556.1.4.801", true, "0\x03\x02\x01\x04")
}

func (f *family) keepDACL(dn string) []byte { return f.raw(dn, "nTSecurityDescriptor", ofDACL()) }

func (f *family) restoreDACL(dn string, sd []byte) {
	f.t.Helper()
	m := ldap.NewModifyRequest(dn, []ldap.Control{ofDACL()})
	m.Replace("nTSecurityDescriptor", []string{string(sd)})
	if err := f.as(f.at(dn), domain.RoleAdmin).Modify(m); err != nil {
		f.t.Fatal(err)
	}
}

// trust has the program trust a proxy's CA, too.
func (f *family) trust(dc *sambatest.DC) {
	f.t.Helper()
	both, err := os.ReadFile(dc.CAFile)
	if err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.dir, "ca.pem"), both, 0o600); err != nil {
		f.t.Fatal(err)
	}
}
