package coverage

import (
	"slices"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// What looks as if it granted the rights, where the user has none of them.
func TestNearMisses(t *testing.T) {
	const (
		mine    = "S-1-5-21-1-2-3-1105"
		other   = "S-1-5-21-1-2-3-1106"
		reset   = "00299570-246d-11d0-a768-00aa006e0529"
		lock    = "28630ebf-41d5-11d1-a9c1-0000f80367c1"
		user    = "bf967aba-0de6-11d0-a285-00aa003049e2"
		express = "S-1-5-21-1-2-3-1107"
		gone    = "S-1-5-21-1-2-3-1108"
		inet    = "4828cc14-1437-45bc-9b07-ad6f015e5f28"
	)
	resets := func(flags, class, who string) string {
		return "(OA;" + flags + ";CR;" + reset + ";" + class + ";" + who + ")"
	}
	sets := func(flags, class, who string) string {
		return "(OA;" + flags + ";WP;bf967a0a-0de6-11d0-a285-00aa003049e2;" + class + ";" + who + ")"
	}
	all := func(flags, class, who string, locks func(_, _, _ string) string) string {
		return resets(flags, class, who) + locks(flags, class, who) + sets(flags, class, who)
	}
	locks := func(flags, class, who string) string {
		return "(OA;" + flags + ";WP;" + lock + ";" + class + ";" + who + ")"
	}
	lockOnly := func(flags, class, who string) string { return locks(flags, class, who) }
	whole := func(flags, class, who string) string { return all(flags, class, who, locks) }
	const zero = "00000000-0000-0000-0000-000000000000"
	names := map[secdesc.SID]string{secdesc.MustSID(other): `CORP\svc-old`, secdesc.MustSID(express): `CORP\MSOL_0123456789ab`, secdesc.MustSID(mine): `CORP\MSOL_1`}
	former := map[secdesc.SID]string{secdesc.MustSID(gone): "MSOL_fedcba987654"}
	for _, c := range []struct {
		name          string
		own, ou, root string // ACEs of the user, of the OU above and of the root
		want          []string
	}{
		{"nothing", "", "", "", nil},
		{"this object only", "", resets("", "", mine), "", []string{"this-object-only: Reset password of OU"}},
		{"this object only, of two", "", resets("", "", mine), sets("", "", mine), []string{"this-object-only: Reset password of OU", "this-object-only: Write pwdLastSet of root"}},
		{"full control of the OU alone", "", "(A;;GA;;;" + mine + ")", "", []string{"this-object-only: Reset password, Write lockoutTime, Write pwdLastSet of OU"}},
		{"another class", "", resets("CIIO", inet, mine), "", []string{"other-class: Reset password of OU"}},
		{"a class of zeros", "", resets("CIIO", zero, mine), "", []string{"no-class: Reset password of OU"}},
		{"one level only, and that is the user's", "", resets("CINP", user, mine), "", nil},
		{"one level only, further up", "", "", resets("CINP", user, mine), []string{"one-level-only: Reset password of root"}},
		{"for what is below the user", resets("CIIO", "", mine), "", "", []string{"others-below: Reset password of user"}},
		{"by a group", "", resets("", "", "S-1-5-21-1-2-3-1200"), "", []string{"this-object-only: Reset password of OU"}},
		{"another account", "", whole("CIIO", user, other), "", []string{"other-account: Reset password, Write lockoutTime, Write pwdLastSet of OU"}},
		{"another account, on the user", whole("", "", other), "", "", []string{"other-account: Reset password, Write lockoutTime, Write pwdLastSet of user"}},
		{"another account, here and there", "", resets("CIIO", user, other), locks("CI", "", other) + sets("CI", "", other), []string{"other-account: Reset password of OU", "other-account: Write lockoutTime, Write pwdLastSet of root"}},
		{"another account, for another class", "", whole("CIIO", inet, other), "", nil},
		{"a help desk", "", resets("CIIO", user, other) + sets("CIIO", user, other), "", nil},
		{"one right of another connector", "", lockOnly("CIIO", user, express), "", []string{"other-account: Write lockoutTime of OU"}},
		{"one right of somebody who is gone", "", lockOnly("CIIO", user, gone), "", []string{"deleted-account: Write lockoutTime of OU"}},
		{"all of somebody who is gone", "", whole("CIIO", user, gone), "", []string{"deleted-account: Reset password, Write lockoutTime, Write pwdLastSet of OU"}},
		{"of another domain", "", whole("CIIO", user, "S-1-5-21-9-9-9-1500"), "", []string{"other-account: Reset password, Write lockoutTime, Write pwdLastSet of OU"}},
		{"administrators", "", "(A;CI;GA;;;" + other + ")", "", nil},
		{"a built-in group", "", whole("CIIO", user, "S-1-5-32-548"), "", nil},
		{"Change Password", "", "(OA;CI;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;" + mine + ")", "", []string{"other-right: OU grants CORP\\MSOL_1 Change password, not Reset password"}},
		{"Change Password of everybody", "", "(OA;CI;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)", "", nil},
		{"Change Password of another account", "", "(OA;CI;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;" + other + ")", "", nil},
		{"to read lockoutTime", "(OA;;RP;" + lock + ";;" + mine + ")", "", "", []string{"other-right: user grants CORP\\MSOL_1 Read lockoutTime, not Write lockoutTime"}},
		{"to read all", "", "(A;CI;GR;;;" + mine + ")", "", nil},
		{"a deny", "", "(OD;;CR;" + reset + ";;" + mine + ")", "", nil},
	} {
		bytes := func(aces string) []byte {
			sd, err := secdesc.ParseSDDL("O:SYG:SYD:"+aces, secdesc.DomainSIDs{})
			if err != nil {
				t.Fatal(err)
			}
			raw, err := sd.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			return raw
		}
		q := Question{Connector: secdesc.MustSID(mine), Token: adperms.NewToken(secdesc.MustSID(mine), secdesc.MustSID("S-1-5-21-1-2-3-1200")), Classes: []secdesc.GUID{secdesc.MustGUID(user)}}
		u := User{DN: []byte("user"), SID: secdesc.MustSID("S-1-5-21-1-2-3-1300").Bytes(), Class: secdesc.MustGUID(user), Descriptor: bytes(c.own)}
		above := []Object{{DN: "OU", Descriptor: bytes(c.ou)}, {DN: "hidden"}, {DN: "root", Descriptor: bytes(c.root)}}
		misses := func() []adperms.Reason {
			all, err := NearReasons(q, u, above, NearMisses(q, u, above, [len(Rights)]Decision{}), names, former)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		var got []string
		for _, r := range misses() {
			text, _, _ := strings.Cut(strings.TrimPrefix(r.Text, "near miss: "), " for ")
			got = append(got, r.Code+": "+text)
			if r.Weight != adperms.Notes || r.Fix == "" || r.Code == "deleted-account" && !strings.Contains(r.Text, "there: it was MSOL_fedcba987654, probably an earlier connector account") {
				t.Errorf("%s: %+v", c.name, r)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		q.Fresh = map[string]bool{string(u.SID): true}
		for _, r := range misses() {
			if r.Fix != "" {
				t.Errorf("%s: there is a way to reach an administrator: %s", c.name, r.Fix)
			}
		}
	}
	granted := [len(Rights)]Decision{}
	granted[0].Granted = true
	u := User{DN: []byte("user"), Descriptor: nil}
	if all := NearMisses(Question{}, u, nil, granted); all != nil {
		t.Errorf("%v", all)
	}
}

// What was granted elsewhere is told where the user lacks a right that nothing denies.
func TestElsewhere(t *testing.T) {
	const sales, support = "OU=Sales,DC=x", "OU=Support,DC=x"
	u, above := User{DN: []byte("CN=Ann," + support), Class: adperms.WritebackClasses()[0].GUID}, []Object{{DN: support}, {DN: "DC=x"}}
	all := [len(Rights)]Decision{}
	for i := range all {
		all[i].Granted = true
	}
	denied := all
	denied[0].Granted, denied[0].Ground = false, adperms.ByACE
	q := Question{Classes: []secdesc.GUID{adperms.WritebackClasses()[0].GUID}, Scopes: []string{sales}}
	for name, c := range map[string]struct {
		places  []string
		decided [len(Rights)]Decision
		says    string
	}{
		"elsewhere":          {[]string{sales}, [len(Rights)]Decision{}, "elsewhere, on " + sales},
		"there":              {[]string{support}, [len(Rights)]Decision{}, ""},
		"there, of two":      {[]string{sales, "DC=x"}, [len(Rights)]Decision{}, "elsewhere, on " + sales},
		"nowhere":            {nil, [len(Rights)]Decision{}, ""},
		"the rights are had": {[]string{sales}, all, ""},
		"a deny decides":     {[]string{sales}, denied, ""},
	} {
		r := q.Elsewhere(u, above, c.decided, c.places)
		if (r.Code == "") != (c.says == "") || !strings.Contains(r.Text, c.says) {
			t.Errorf("%s: %+v", name, r)
		}
		if r.Code != "" && (r.Code != "other-scope" || !strings.Contains(r.Fix, "OU=Support") || !strings.Contains(r.Fix, "OU=Sales")) {
			t.Errorf("%s: the fix is %s", name, r.Fix)
		}
	}
}

// The plan that is named for a near miss is one after which the user has the rights,
// whatever takes no permissions from above; and it names all scopes that there were.
func TestNearFixReachesTheUser(t *testing.T) {
	const open, closed = "D:(A;;GA;;;SY)(A;;LC;;;AU)", "D:PAI(A;;GA;;;SY)(A;;LC;;;AU)"
	connector := secdesc.MustSID("S-1-5-21-1-2-3-1105")
	classes := adperms.WritebackClasses()
	const root, sales, team, user = "DC=corp,DC=example", "OU=Sales,DC=corp,DC=example", "OU=Team,OU=Sales,DC=corp,DC=example", "CN=Ann,OU=Team,OU=Sales,DC=corp,DC=example"
	for _, c := range []struct {
		name              string
		sales, team, user string
		inet              bool
		scopes            []string
		from              string
		want              string
	}{
		{"in the scope", open, open, open, false, []string{root}, sales, "writeback plan"},
		{"the OU is protected", open, closed, open, false, []string{root}, sales, "writeback plan --scope \"" + root + "\" --scope \"" + team + "\""},
		{"both are", closed, closed, open, false, []string{root}, root, "writeback plan --scope \"" + root + "\" --scope \"" + team + "\""},
		{"the OU is a scope already", closed, open, open, false, []string{root, team}, root, "writeback plan"},
		{"the protected OU is one", open, closed, open, false, []string{team}, root, "writeback plan"},
		{"the user is protected", open, closed, closed, false, []string{root, team}, team, "writeback plan --scope \"" + root + "\" --scope \"" + team + "\" --scope \"" + user + "\""},
		{"below no scope", open, open, open, false, []string{"OU=Else,DC=corp,DC=example"}, sales, "writeback plan --scope \"OU=Else,DC=corp,DC=example\" --scope \"" + sales + "\""},
		{"on the user, below no scope", open, open, open, false, nil, user, "writeback plan --scope \"" + team + "\""},
		{"of another class", open, closed, open, true, []string{root}, sales, "writeback plan --class user,inetOrgPerson --scope \"" + root + "\" --scope \"" + team + "\""},
	} {
		raw := func(sddl string) []byte { return fromSDDL(t, sddl) }
		u := User{DN: []byte(user), Class: classes[0].GUID, Descriptor: raw(c.user)}
		if c.inet {
			u.Class = classes[1].GUID
		}
		above := []Object{{DN: team, Descriptor: raw(c.team)}, {DN: sales, Descriptor: raw(c.sales)}, {DN: root, Descriptor: raw(open)}}
		q := Question{Connector: connector, Token: adperms.NewToken(connector), Classes: []secdesc.GUID{classes[0].GUID}, Scopes: c.scopes}
		if got := q.advice(u, above, c.from); got != "plan the ones that reach the user: "+c.want {
			t.Errorf("%s: %s", c.name, got)
		}
		q.Scopes, _ = q.Reaching(u, above, c.from)
		for _, dn := range q.Scopes {
			e := adperms.Edit{DN: dn}
			for _, g := range adperms.WritebackGrants(connector, classes...) {
				if dn == user {
					g.Scope = adperms.ThisObjectOnly
				}
				e.Add = append(e.Add, g.ACE())
			}
			q.Edits = append(q.Edits, e)
		}
		if x, err := Explain(q, u, above); err != nil || !x.After.Writable() {
			t.Errorf("%s: after the plan: %v, %v", c.name, x.After.Reasons.Codes(), err)
		}
	}
	q := Question{Scopes: []string{root}}
	if got := q.advice(User{DN: []byte(user), Class: secdesc.GUID{1}}, nil, root); !strings.Contains(got, "by hand") {
		t.Error(got)
	}
}
