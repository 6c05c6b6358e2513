package adperms

import "testing"

func TestSameDN(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"OU=Sales,DC=corp,DC=example", "ou=sales, dc=CORP , DC=example", true},
		{`CN=Lee\, Ann,DC=corp`, `cn=Lee\2C Ann,dc=corp`, true},
		{`CN=M\C3\BCller,DC=corp`, "CN=MÜLLER,DC=corp", true},
		{`CN=a\20,DC=corp`, `CN=a\ ,DC=corp`, true},
		{`CN=a\=b,DC=corp`, `CN=a=b,DC=corp`, true},
		{"CN=x\\0ADEL:1,DC=corp", "CN=x\nDEL:1,DC=corp", true},
		{"OU=Muller,DC=corp", "OU=Müller,DC=corp", false}, // AD takes them for one
		{`CN=a\ ,DC=corp`, "CN=a ,DC=corp", false},
		{`CN=Lee\,DC=corp`, "CN=Lee,DC=corp", false},
		{`CN=Lee\,OU=Sales,DC=corp`, "CN=Lee,OU=Sales,DC=corp", false},
		{"OU=Sales,DC=corp", "CN=Sales,DC=corp", false},
		{"OU=a  b,DC=corp", "OU=a b,DC=corp", false},
		{"CN=\xff,DC=corp", "CN=\xfe,DC=corp", false},
		{"", "", false},
		{"Administrator", "administrator", false},
		{"CN=,DC=corp", "CN=,dc=corp", false},
		{`CN=a\`, `cn=a\`, false},
		{`CN=a\g1`, `cn=a\g1`, false},
		{"CN=a+SN=b,DC=corp", "cn=a+SN=b,DC=corp", false},
		{"<GUID=1>", "<guid=1>", false},
		{"CN=a;DC=corp", "cn=a;DC=corp", false},
		{"CN=a,", "cn=a,", false},
		{`OU=a" & "b`, `OU=a" & "b`, true}, // no DN, and the same nonetheless
	} {
		if SameDN(c.a, c.b) != c.same || SameDN(c.b, c.a) != c.same {
			t.Errorf("%q and %q: %v", c.a, c.b, !c.same)
		}
	}
}

func TestDNWithin(t *testing.T) {
	for _, c := range []struct {
		dn, base string
		within   bool
		parent   string
	}{
		{"CN=a,OU=Sales,DC=corp", "ou=sales, dc=corp", true, "OU=Sales,DC=corp"},
		{"OU=Sales,DC=corp", "OU=Sales,DC=corp", true, "DC=corp"},
		{"DC=corp", "OU=Sales,DC=corp", false, ""},
		{`CN=a\,OU=Sales,DC=corp`, "OU=Sales,DC=corp", false, "DC=corp"},
		{`CN=a\\,OU=Sales,DC=corp`, "OU=Sales,DC=corp", true, "OU=Sales,DC=corp"},
		{"CN=a,XOU=Sales,DC=corp", "OU=Sales,DC=corp", false, "XOU=Sales,DC=corp"},
		{"CN=a,OU=Sales,DC=corp", "", false, "OU=Sales,DC=corp"},
		{"rubbish", "DC=corp", false, ""},
	} {
		if got := DNWithin(c.dn, c.base); got != c.within {
			t.Errorf("%q within %q: %v", c.dn, c.base, got)
		}
		if got := ParentDN(c.dn); got != c.parent {
			t.Errorf("above %q is %q", c.dn, got)
		}
	}
}

// A DN is only compared: whatever comes, it is the same as itself or as nothing.
func FuzzSameDN(f *testing.F) {
	f.Add("CN=Lee\\, Ann,DC=corp", "DC=corp")
	f.Add("CN=\\", "=,=")
	f.Fuzz(func(t *testing.T, a, b string) {
		if SameDN(a, b) != SameDN(b, a) {
			t.Errorf("%q and %q are the same one way round", a, b)
		}
		if SameDN(a, b) && !DNWithin(a, b) {
			t.Errorf("%q is %q, and not within it", a, b)
		}
		if up := ParentDN(a); up != "" && !DNWithin(a, up) {
			t.Errorf("%q is above %q, which is not within it", up, a)
		}
	})
}
