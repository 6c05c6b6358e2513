package adperms

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/adperms/secdesc"
)

var (
	testDomain = secdesc.MustSID("S-1-5-21-1-2-3")
	joe        = testDomain.Child(1104)
	noon       = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
)

// person is an ordinary account; change makes it another.
func person(change func(*Account)) Account {
	d, err := secdesc.ParseSDDL("D:AI(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;PS)(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)", secdesc.DomainSIDs{})
	if err != nil {
		panic(err)
	}
	raw, err := d.Marshal()
	if err != nil {
		panic(err)
	}
	a := Account{
		Principal:   Principal{DN: "CN=Joe,DC=corp,DC=example", SID: joe, SAM: "joe", Class: "user", Control: NormalAccount},
		Object:      Object{Classes: []string{"top", "person", "organizationalPerson", "user"}, Descriptor: raw, SID: joe},
		PasswordSet: noon.Add(-90 * 24 * time.Hour), Token: NewToken(joe, testDomain.Child(513)),
		Policy: PasswordPolicy{DN: "DC=corp,DC=example", History: 24, MinLength: 7},
	}
	if change != nil {
		change(&a)
	}
	return a
}

// descriptor replaces the descriptor by one in SDDL.
func withSDDL(sddl string) func(*Account) {
	return func(a *Account) {
		d, err := secdesc.ParseSDDL(sddl, secdesc.DomainSIDs{})
		if err != nil {
			panic(err)
		}
		if a.Object.Descriptor, err = d.Marshal(); err != nil {
			panic(err)
		}
	}
}

func TestReasons(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		name   string
		change func(*Account)
		want   []string // code=weight
		says   string
	}{
		{"an ordinary user", nil, nil, ""},
		{"disabled", func(a *Account) { a.Control |= AccountDisabled }, []string{"disabled=blocks"}, "33005"},
		{"expired a second ago", func(a *Account) { a.Expires = noon.Add(-time.Second) }, []string{"account-expired=hinders"}, "not documented"},
		{"expires now", func(a *Account) { a.Expires = noon }, []string{"account-expired=hinders"}, "2026-03-14T12:00:00Z"},
		{"expires later", func(a *Account) { a.Expires = noon.Add(time.Second) }, nil, ""},
		{"smart card", func(a *Account) { a.Control |= SmartCardRequired }, []string{"smart-card-only=hinders"}, "not documented"},
		{"never expires", func(a *Account) { a.Control |= PasswordNeverExpires }, []string{"password-never-expires=notes"}, ""},
		{"must change", func(a *Account) { a.MustChange, a.PasswordSet = true, time.Time{} }, []string{"must-change-password=notes"}, ""},
		{"a computer", func(a *Account) { a.Object.Classes = append(a.Object.Classes, "computer"); a.Class = "computer" }, []string{"not-a-user=blocks"}, "the account of a computer"},
		{"inetOrgPerson", func(a *Account) { a.Object.Classes = append(a.Object.Classes, "inetOrgPerson") }, nil, ""},
		{"a gMSA", func(a *Account) {
			a.Object.Classes = append(a.Object.Classes, "computer", "msDS-GroupManagedServiceAccount")
		}, []string{"not-a-user=blocks"}, "a managed service account"},
		{"a trust", func(a *Account) { a.Control = 0x820 }, []string{"not-a-user=blocks"}, "the account of a trust"},
		{"a contact", func(a *Account) { a.Object.Classes, a.Class = []string{"top", "person", "contact"}, "contact" }, []string{"not-a-user=blocks"}, "of class contact"},
		{"Guest", func(a *Account) { a.SID = testDomain.Child(501) }, []string{"not-a-user=blocks"}, "Guest"},
		{"krbtgt", func(a *Account) {
			a.SID = testDomain.Child(502)
			a.ProtectedBy = []Protected{{SID: a.SID, Name: "krbtgt"}}
		},
			[]string{"not-a-user=blocks"}, "krbtgt"},

		{"locked until unlocked", func(a *Account) { a.LockedAt = noon.Add(-900 * day) }, []string{"locked-out=hinders"}, "33006"},
		{"locked for half an hour", func(a *Account) {
			a.LockedAt = noon.Add(-29 * time.Minute)
			a.Policy.LockoutDuration = 30 * time.Minute
		}, []string{"locked-out=hinders"}, ""},
		{"was locked", func(a *Account) {
			a.LockedAt = noon.Add(-30 * time.Minute)
			a.Policy.LockoutDuration = 30 * time.Minute
		}, nil, ""},

		{"young enough", func(a *Account) { a.Policy.MinAge = day; a.PasswordSet = noon.Add(-day + time.Second) }, []string{"min-password-age=hinders"}, "until 2026-03-14T12:00:01Z a new one is refused (event 33008; event 6329 with 0x80230619)"},
		{"old enough", func(a *Account) { a.Policy.MinAge = day; a.PasswordSet = noon.Add(-day) }, []string{"min-password-age=notes"}, "only after 1 day"},
		{"never set", func(a *Account) { a.Policy.MinAge = 2 * day; a.PasswordSet, a.MustChange = time.Time{}, true },
			[]string{"min-password-age=notes", "must-change-password=notes"}, "2 days"},
		{"by a PSO", func(a *Account) { a.Policy = PasswordPolicy{Name: "Strict", MinAge: 36 * time.Hour} }, []string{"min-password-age=notes"}, "settings object Strict lets a password be replaced only after 36h0m0s"},
		{"a hidden PSO", func(a *Account) { a.Policy = PasswordPolicy{Name: "Strict", Unread: true} }, []string{"account-unread=notes"}, "Strict"},
		{"hidden pwdLastSet", func(a *Account) { a.Unread = []string{"pwdLastSet"} }, []string{"account-unread=notes"}, "pwdLastSet"},

		{"a protected group", func(a *Account) {
			a.ProtectedBy = []Protected{{SID: testDomain.Child(512), Name: "Domain Admins"}}
			a.Object.AdminCount = 1
		},
			[]string{"protected-account=blocks"}, "member of Domain Admins"},
		{"two, without the mark", func(a *Account) {
			a.ProtectedBy = []Protected{{SID: testDomain.Child(512), Name: "Domain Admins"}, {SID: secdesc.MustSID("S-1-5-32-544"), Name: "Administrators"}}
		}, []string{"protected-account=blocks"}, "Domain Admins and of Administrators"},
		{"a fresh member", func(a *Account) {
			a.ProtectedBy = []Protected{{SID: testDomain.Child(512), Name: "Domain Admins"}}
			withSDDL("D:AI(A;;GA;;;SY)")(a)
		}, []string{"protected-account=blocks"}, "has not replaced its permissions yet, and does so within the hour: they will be those of AdminSDHolder"},
		{"AdminSDHolder grants it", func(a *Account) {
			a.ProtectedBy = []Protected{{SID: testDomain.Child(512), Name: "Domain Admins"}}
			a.Held = HeldOut
		}, []string{"granted-by-adminsdholder=hinders"}, "not supported"},
		{"perhaps a protected group", func(a *Account) {
			a.ProtectedBy = []Protected{{SID: testDomain.Child(526), Name: "Key Admins", Untold: true}}
			a.Object.AdminCount = 1
		}, []string{"protected-account=blocks"}, "Key Admins (taken as protected: the domain does not show"},
		{"the Administrator", func(a *Account) {
			a.SID = testDomain.Child(500)
			a.ProtectedBy = []Protected{{SID: a.SID, Name: "Administrator"}}
		},
			[]string{"protected-account=blocks"}, "built-in account Administrator"},
		{"orphaned, cut off", func(a *Account) { a.Object.AdminCount = 1; withSDDL("D:P(A;;GA;;;SY)")(a) }, []string{"orphaned-admincount=hinders"}, "no permissions from above"},
		{"orphaned, inherits", func(a *Account) { a.Object.AdminCount = 1 }, []string{"orphaned-admincount=notes"}, "no harm"},
		{"orphaned, hidden", func(a *Account) { a.Object.AdminCount = 1; a.Object.Descriptor = nil }, []string{"orphaned-admincount=hinders"}, ""},

		{"cannot change", withSDDL("D:(OD;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)(OD;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;PS)"), []string{"cannot-change-password=hinders"}, "0x80230619); public reports have event 33004 with 0x80230626"},
		{"heaviest first", func(a *Account) {
			a.Control |= AccountDisabled | SmartCardRequired | PasswordNeverExpires
		}, []string{"disabled=blocks", "smart-card-only=hinders", "password-never-expires=notes"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			var text strings.Builder
			for _, r := range Reasons(person(c.change), noon) {
				got = append(got, r.Code+"="+string(r.Weight))
				text.WriteString(r.Text + "\n" + r.Fix + "\n")
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if !strings.Contains(text.String(), c.says) {
				t.Errorf("%q is not said in:\n%s", c.says, text.String())
			}
		})
	}
}

func TestCannotChangePassword(t *testing.T) {
	const right = "ab721a53-1e2f-11d0-9819-00aa0040529b"
	for sddl, want := range map[string]bool{
		"D:(OD;;CR;" + right + ";;PS)":                        true,
		"D:(OD;;CR;" + right + ";;WD)":                        true,
		"D:(OD;ID;CR;" + right + ";;WD)":                      true,
		"D:(OA;;CR;" + right + ";;WD)":                        false,
		"D:(OD;IO;CR;" + right + ";;WD)":                      false, // in force below only
		"D:(OD;;CR;" + right + ";;S-1-5-21-1-2-3-1104)":       false, // another trustee
		"D:(OD;;WP;" + right + ";;WD)":                        false,
		"D:(OD;;CR;00299570-246d-11d0-a768-00aa006e0529;;WD)": false, // Reset Password
		"D:(D;;GA;;;WD)":                                      false, // all is denied, which is something else
		"D:":                                                  false,
	} {
		d, err := secdesc.ParseSDDL(sddl, secdesc.DomainSIDs{})
		if err != nil {
			t.Fatal(err)
		}
		if got := CannotChangePassword(d); got != want {
			t.Errorf("%s: %v", sddl, got)
		}
	}
	if CannotChangePassword(&secdesc.Descriptor{}) {
		t.Error("a descriptor without DACL")
	}
}

func TestProtectedOf(t *testing.T) {
	sid := secdesc.MustSID
	rootDomain := sid("S-1-5-21-9-9-9")
	for _, c := range []struct {
		name       string
		self       secdesc.SID
		groups     []secdesc.SID
		heuristics string
		want       string
	}{
		{"nobody", joe, []secdesc.SID{testDomain.Child(513), sid("S-1-5-32-545"), sid("S-1-5-32-554")}, "", ""},
		{"Domain Admins and what they are in", joe, []secdesc.SID{testDomain.Child(512), sid("S-1-5-32-544")}, "", "Domain Admins, Administrators"},
		{"groups of the forest root", joe, []secdesc.SID{rootDomain.Child(519), rootDomain.Child(518)}, "", "Schema Admins, Enterprise Admins"},
		{"the built-in account", testDomain.Child(500), nil, "", "Administrator"},
		{"krbtgt", testDomain.Child(502), nil, "", "krbtgt"},
		{"a local group with a RID of 500", sid("S-1-5-32-500"), nil, "", ""},
		{"another with a RID like theirs", joe, []secdesc.SID{sid("S-1-5-32-512"), testDomain.Child(1512)}, "", ""},
		{"the operators", joe, []secdesc.SID{sid("S-1-5-32-548"), sid("S-1-5-32-549"), sid("S-1-5-32-550"), sid("S-1-5-32-551"), sid("S-1-5-32-552")}, "",
			"Account Operators, Server Operators, Print Operators, Backup Operators, Replicator"},
		{"all four taken out", joe, []secdesc.SID{sid("S-1-5-32-548"), sid("S-1-5-32-549"), sid("S-1-5-32-550"), sid("S-1-5-32-551"), sid("S-1-5-32-552")}, "000000000100000f", "Replicator"},
		{"account operators taken out", joe, []secdesc.SID{sid("S-1-5-32-548"), sid("S-1-5-32-549")}, "0000000001000001", "Server Operators"},
		{"backup operators taken out", joe, []secdesc.SID{sid("S-1-5-32-551"), sid("S-1-5-32-550")}, "0000000001000008", "Print Operators"},
		{"a short dSHeuristics", joe, []secdesc.SID{sid("S-1-5-32-551")}, "00000000010000", "Backup Operators"},
		{"a strange one", joe, []secdesc.SID{sid("S-1-5-32-551")}, "000000000100000?", "Backup Operators"},
		{"a longer one", joe, []secdesc.SID{sid("S-1-5-32-551")}, "000000000100000F0002", ""},
	} {
		var names []string
		for _, p := range ProtectedOf(c.self, NewToken(c.self, c.groups...), Protection{Unprotected: Unprotected(c.heuristics)}) {
			names = append(names, p.Name)
		}
		if got := strings.Join(names, ", "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// The groups of key administrators are protected in some domains, and those of
// domain controllers are themselves, but not their members.
func TestProtectedByTheDomain(t *testing.T) {
	const old, y2016, y2019, later = "6.3 (9600)", "10.0 (14393)", "10.0 (17763)", "10.0 (26100)"
	keys, enterprise := testDomain.Child(526), testDomain.Child(527)
	for _, c := range []struct {
		name   string
		w      Witnesses
		groups []secdesc.SID
		want   string
	}{
		{"domain controllers", Witnesses{Version: later}, []secdesc.SID{testDomain.Child(516), testDomain.Child(521), testDomain.Child(522), testDomain.Child(498)}, ""},
		{"2012 R2", Witnesses{Version: old}, []secdesc.SID{keys, enterprise}, ""},
		{"2016", Witnesses{Version: y2016}, []secdesc.SID{keys, enterprise}, "Key Admins"},
		{"between 2016 and 2019", Witnesses{Version: "10.0 (17134)"}, []secdesc.SID{keys, enterprise}, "Key Admins"},
		{"2019", Witnesses{Version: y2019}, []secdesc.SID{keys, enterprise}, "Key Admins, Enterprise Key Admins"},
		{"2025", Witnesses{Version: later}, []secdesc.SID{keys, enterprise}, "Key Admins, Enterprise Key Admins"},
		{"2012 R2 with marks", Witnesses{Version: old, Marked: true, EnterpriseMarked: true}, []secdesc.SID{keys, enterprise}, "Key Admins, Enterprise Key Admins"},
		{"one mark, and nothing of the version", Witnesses{Marked: true}, []secdesc.SID{keys, enterprise}, "Key Admins, Enterprise Key Admins?"},
		{"nothing is shown", Witnesses{}, []secdesc.SID{keys, enterprise}, "Key Admins?, Enterprise Key Admins?"},
		{"Samba", Witnesses{System: "Samba", Version: "4.17.12-Debian"}, []secdesc.SID{keys}, "Key Admins?"},
		{"a name without a version", Witnesses{System: "Windows Server 2016 Datacenter"}, []secdesc.SID{keys, enterprise}, "Key Admins"},
		{"a name of 2022", Witnesses{System: "Windows Server 2022 Standard"}, []secdesc.SID{keys, enterprise}, "Key Admins, Enterprise Key Admins"},
		{"a name of 2012 R2", Witnesses{System: "Windows Server 2012 R2 Standard"}, []secdesc.SID{keys}, ""},
		{"2008", Witnesses{System: "Windows Server\u00ae 2008 Standard"}, []secdesc.SID{keys}, ""},
		{"no version", Witnesses{Version: "10.0"}, []secdesc.SID{keys}, "Key Admins?"},
		{"no year", Witnesses{System: "Windows Server Datacenter"}, []secdesc.SID{keys}, "Key Admins?"},
		{"Domain Admins, whatever is shown", Witnesses{Version: old}, []secdesc.SID{testDomain.Child(512)}, "Domain Admins"},
	} {
		var p Protection
		p.KeyAdmins, p.EnterpriseKeyAdmins = c.w.Standings()
		var names []string
		for _, by := range ProtectedOf(joe, NewToken(joe, c.groups...), p) {
			if by.Untold {
				by.Name += "?"
			}
			names = append(names, by.Name)
		}
		if got := strings.Join(names, ", "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// What a search asks for is what the rule looks at.
func TestProtectedGroupsAreAllLookedFor(t *testing.T) {
	all := ProtectedGroups(testDomain)
	if got := len(ProtectedOf(joe, NewToken(joe, all...), Protection{})); got != len(all) || got != len(builtinProtected)+len(protectedRIDs) {
		t.Errorf("%d of %d", got, len(all))
	}
}

func TestResultantPolicy(t *testing.T) {
	pso := func(name string, precedence int, guid byte, to ...string) PasswordSettings {
		return PasswordSettings{PasswordPolicy: PasswordPolicy{Name: name}, GUID: secdesc.GUID{15: guid}, Precedence: precedence, AppliesTo: to}
	}
	for _, c := range []struct {
		name string
		all  []PasswordSettings
		want string
	}{
		{"none", nil, ""},
		{"for others", []PasswordSettings{pso("a", 1, 1, "CN=Ann")}, ""},
		{"by a group", []PasswordSettings{pso("a", 1, 1, "CN=Ann", "cn=staff")}, "a"},
		{"the least precedence", []PasswordSettings{pso("a", 20, 1, "CN=Staff"), pso("b", 10, 2, "CN=All")}, "b"},
		{"the account's own before groups'", []PasswordSettings{pso("a", 1, 1, "CN=Staff"), pso("b", 99, 2, "CN=JOE")}, "b"},
		{"the least GUID of equals", []PasswordSettings{pso("a", 5, 2, "CN=Staff"), pso("b", 5, 1, "CN=All")}, "b"},
	} {
		p, ok := ResultantPolicy("CN=Joe", []string{"CN=Staff", "CN=All"}, c.all)
		if p.Name != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, %v", c.name, p.Name, ok)
		}
	}
}

func TestTimesOfAD(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0001-01-01T00:00:00Z", math.MaxInt64: "0001-01-01T00:00:00Z", -1: "0001-01-01T00:00:00Z",
		1: "1601-01-01T00:00:00.0000001Z", 116444736000000000: "1970-01-01T00:00:00Z", 133536384000000000: "2024-02-29T00:00:00Z",
	} {
		if got := FileTime(n).Format(time.RFC3339Nano); got != want {
			t.Errorf("FileTime(%d) = %s, want %s", n, got, want)
		}
	}
	for n, want := range map[int64]time.Duration{
		0: 0, math.MinInt64: 0, 1: 0, -1: 100, -864000000000: 24 * time.Hour, -18000000000: 30 * time.Minute,
		-math.MaxInt64: math.MaxInt64, -92233720368547758: 9223372036854775800,
	} {
		if got := Interval(n); got != want {
			t.Errorf("Interval(%d) = %d, want %d", n, got, want)
		}
	}
}
