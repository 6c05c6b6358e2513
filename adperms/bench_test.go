package adperms_test

import (
	"fmt"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// domainRoot is a DACL as large as that of a domain head: sixty ACEs, most of
// them about others and about other things.
func domainRoot(t testing.TB) *secdesc.Descriptor {
	var b strings.Builder
	b.WriteString("O:BAG:BAD:AI")
	for i := range 24 {
		fmt.Fprintf(&b, "(OA;CIIO;RP;%08x-20c0-11d0-a768-00aa006e0529;{inet};RU)", i)
		fmt.Fprintf(&b, "(OA;;CR;%08x-9c07-11d1-f79f-00c04fc2dcd2;;{other})", i)
	}
	for range 10 {
		b.WriteString("(A;CI;RPLCLORC;;;AU)")
	}
	b.WriteString(aceHere + "(OA;;WP;{restrictions};;{outer})")
	d := paper.descriptor(t, b.String())
	if n := len(d.DACL.ACEs); n != 60 {
		t.Fatalf("%d ACEs, not 60", n)
	}
	return d
}

// The last ACE decides: the whole DACL is walked.
func BenchmarkAccess(b *testing.B) {
	target := adperms.Target{Descriptor: domainRoot(b), Self: paper.other, Class: userClass}
	token := paper.token()
	b.ReportAllocs()
	for b.Loop() {
		if !adperms.Access(target, token, adperms.WritePwdLastSet).Granted {
			b.Fatal("refused")
		}
	}
}

func BenchmarkSurvey(b *testing.B) {
	d, token := domainRoot(b), paper.token()
	b.ReportAllocs()
	for b.Loop() {
		if adperms.Covers(d.DACL, token, wantHere) != nil {
			b.Fatal("missing")
		}
	}
}

func BenchmarkChildDACL(b *testing.B) {
	parent := domainRoot(b)
	own := paper.descriptor(b, "O:BAG:BAD:AI(A;;RP;;;AU)")
	b.ReportAllocs()
	for b.Loop() {
		if len(adperms.ChildDACL(parent.DACL, own, userClass).ACEs) != 35 {
			b.Fatal("another DACL")
		}
	}
}

// Coverage asks for every user of a domain: a check may not allocate.
func TestAccessAllocatesNothing(t *testing.T) {
	target := adperms.Target{Descriptor: domainRoot(t), Self: paper.other, Class: userClass}
	token := paper.token()
	if n := testing.AllocsPerRun(100, func() { adperms.Access(target, token, adperms.WritePwdLastSet) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
