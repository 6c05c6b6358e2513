package secdesc

import (
	"strings"
	"testing"
)

// domainRoot composes a descriptor of 60 ACEs such as the head of a domain
// has: rights of the built-in groups, replication rights, delegations to
// synchronisation accounts, and inheritable ACEs for one class each.
func domainRoot() string {
	const (
		user     = "bf967aba-0de6-11d0-a285-00aa003049e2"
		group    = "bf967a9c-0de6-11d0-a285-00aa003049e2"
		computer = "bf967a86-0de6-11d0-a285-00aa003049e2"
		person   = "4828cc14-1437-45bc-9b07-ad6f015e5f28"
		domain   = "S-1-5-21-1004336348-1177238915-682003330"
	)
	b := strings.Builder{}
	b.WriteString("O:BAG:BAD:AI(D;;DTSD;;;WD)")
	for _, right := range []string{"1131f6aa", "1131f6ab", "1131f6ac", "1131f6ad"} {
		for _, trustee := range []string{"BA", "ED", domain + "-516", domain + "-498"} {
			b.WriteString("(OA;;CR;" + right + "-9c07-11d1-f79f-00c04fc2dcd2;;" + trustee + ")")
		}
	}
	sets := []string{
		"037088f8-0ae1-11d2-b422-00a0c968f939", "4c164200-20c0-11d0-a768-00aa006e0529",
		"59ba2f42-79a2-11d0-9020-00c04fc2d3cf", "5f202010-79a5-11d0-9020-00c04fc2d4cf",
		"bc0ac240-79a9-11d0-9020-00c04fc2d4cf",
	}
	for _, set := range sets {
		b.WriteString("(OA;CIIO;RP;" + set + ";" + user + ";RU)(OA;CIIO;RP;" + set + ";" + person + ";RU)")
	}
	for _, class := range []string{user, group, computer, person} {
		b.WriteString("(OA;CIIO;LCRPLORC;;" + class + ";RU)(OA;CIIO;RP;b7c69e6d-2cc7-11d2-854e-00a0c983f608;" + class + ";ED)")
	}
	for _, rid := range []string{"1104", "1105", "1106", "1107"} {
		b.WriteString("(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;" + user + ";" + domain + "-" + rid + ")")
		b.WriteString("(OA;CIIO;WP;28630ebf-41d5-11d1-a9c1-0000f80367c1;" + user + ";" + domain + "-" + rid + ")")
		b.WriteString("(OA;CIIO;WP;bf967a0a-0de6-11d0-a285-00aa003049e2;" + user + ";" + domain + "-" + rid + ")")
		b.WriteString("(OA;;CR;ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501;;" + domain + "-" + rid + ")")
	}
	b.WriteString("(A;;CCLCSWRPWPLOCRRCWDWO;;;" + domain + "-512)(A;CI;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;" + domain + "-519)")
	b.WriteString("(A;;RPRC;;;RU)(A;CI;LC;;;RU)(A;CI;CCLCSWRPWPLOCRSDRCWDWO;;;BA)(A;;RP;;;WD)")
	b.WriteString("(A;;LCRPLORC;;;ED)(A;;LCRPLORC;;;AU)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;SY)")
	b.WriteString("S:AI(OU;CISA;WP;f30e3bbe-9ff0-11d1-b603-0000f80367c1;bf967aa5-0de6-11d0-a285-00aa003049e2;WD)" +
		"(AU;SA;CR;;;" + domain + "-513)(AU;SA;CR;;;BA)(AU;SA;WPWDWO;;;WD)")
	return b.String()
}

func domainRootBytes(t testing.TB) []byte {
	t.Helper()
	d, err := ParseSDDL(domainRoot(), DomainSIDs{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(d.DACL.ACEs); n != 60 {
		t.Fatalf("the DACL has %d ACEs, not 60", n)
	}
	return marshal(t, d)
}

func BenchmarkParse(b *testing.B) {
	sd := domainRootBytes(b)
	b.SetBytes(int64(len(sd)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(sd); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMarshal(b *testing.B) {
	sd := domainRootBytes(b)
	d, err := Parse(sd)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(sd)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Marshal(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSDDL(b *testing.B) {
	d, err := Parse(domainRootBytes(b))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = d.SDDL()
	}
}

func BenchmarkParseSDDL(b *testing.B) {
	text := domainRoot()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseSDDL(text, DomainSIDs{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Whoever reads all users of a large domain parses a descriptor a user: Parse
// may not begin to allocate for each ACE.
func TestParseAllocatesLittle(t *testing.T) {
	sd := domainRootBytes(t)
	allocations := testing.AllocsPerRun(100, func() {
		if _, err := Parse(sd); err != nil {
			t.Error(err)
		}
	})
	if allocations > 8 {
		t.Errorf("Parse allocates %.0f times, 8 are allowed", allocations)
	}
}
