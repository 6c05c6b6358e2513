package coverage

import (
	"fmt"
	"slices"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// What looks as if it granted the rights, where the user has none of them.
func TestNearMisses(t *testing.T) {
	const (
		mine  = "S-1-5-21-1-2-3-1105"
		other = "S-1-5-21-1-2-3-1106"
		reset = "00299570-246d-11d0-a768-00aa006e0529"
		lock  = "28630ebf-41d5-11d1-a9c1-0000f80367c1"
		user  = "bf967aba-0de6-11d0-a285-00aa003049e2"
		inet  = "4828cc14-1437-45bc-9b07-ad6f015e5f28"
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
	for _, c := range []struct {
		name    string
		own, ou string // ACEs of the user and of the OU above
		want    []string
	}{
		{"nothing", "", "", nil},
		{"this object only", "", resets("", "", mine), []string{"this-object-only Reset password OU"}},
		{"full control of the OU alone", "", "(A;;GA;;;" + mine + ")", []string{"this-object-only Reset password OU", "this-object-only Write lockoutTime OU", "this-object-only Write pwdLastSet OU"}},
		{"another class", "", resets("CIIO", inet, mine), []string{"other-class Reset password OU"}},
		{"for what is below the user", resets("CIIO", "", mine), "", []string{"others-below Reset password user"}},
		{"by a group", "", resets("", "", "S-1-5-21-1-2-3-1200"), []string{"this-object-only Reset password OU"}},
		{"another account", "", all("CIIO", user, other, locks), []string{"other-account Reset password OU", "other-account Write lockoutTime OU", "other-account Write pwdLastSet OU"}},
		{"another account, on the user", all("", "", other, locks), "", []string{"other-account Reset password user", "other-account Write lockoutTime user", "other-account Write pwdLastSet user"}},
		{"another account, for another class", "", all("CIIO", inet, other, locks), nil},
		{"a help desk", "", resets("CIIO", user, other) + sets("CIIO", user, other), nil},
		{"administrators", "", "(A;CI;GA;;;" + other + ")", nil},
		{"a built-in group", "", all("CIIO", user, "S-1-5-32-548", locks), nil},
		{"a deny", "", "(OD;;CR;" + reset + ";;" + mine + ")", nil},
	} {
		bytes := func(aces string) []byte {
			sd, err := secdesc.ParseSDDL("O:SYG:SYD:"+aces, secdesc.Names{})
			if err != nil {
				t.Fatal(err)
			}
			raw, err := sd.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			return raw
		}
		q := Question{Connector: secdesc.MustSID(mine), Token: adperms.NewToken(secdesc.MustSID(mine), secdesc.MustSID("S-1-5-21-1-2-3-1200"))}
		u := User{DN: []byte("user"), Class: secdesc.MustGUID(user), Descriptor: bytes(c.own)}
		var got []string
		for _, m := range NearMisses(q, u, []Object{{DN: "OU", Descriptor: bytes(c.ou)}, {DN: "hidden"}}, [len(Rights)]Decision{}) {
			got = append(got, fmt.Sprint(m.Why, " ", m.Right.Name, " ", m.From))
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	granted := [len(Rights)]Decision{}
	granted[0].Granted = true
	u := User{DN: []byte("user"), Descriptor: nil}
	if all := NearMisses(Question{}, u, nil, granted); all != nil {
		t.Errorf("%v", all)
	}
}
