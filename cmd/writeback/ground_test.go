package main

import (
	"testing"

	"writeback/internal/practice/domain"
	"writeback/internal/sambatest"
	"writeback/internal/tier"
)

// A ground is where an exhaustive test is done, and how much of it. The practice
// domain keeps the same contract as a real DC (internal/practice/contract) and
// takes less time: what has many cases is done there, and on Samba by sample. In
// .ci/long all is done on both.
type ground struct {
	samba bool
	from  tier.Tier // the tiers before this one leave the ground out
	share tier.Share
}

var (
	// everyCut is for tests that go through the points of a run, 12 to 60 each: on
	// the practice domain two of them in the quick tier, six in .ci/test and all in
	// .ci/run; on Samba two in .ci/test and six in .ci/run.
	everyCut = []ground{
		{share: tier.Share{Quick: 2, Test: 6, Run: tier.All}},
		{samba: true, from: tier.Test, share: tier.Share{Test: 2, Run: 6}},
	}
	// twice is for two loops of such points, one in the other.
	twice = []ground{
		{share: tier.Share{Quick: 1, Test: 2, Run: tier.All}},
		{samba: true, from: tier.Test, share: tier.Share{Test: 1, Run: 2}},
	}
	// oneByOne is for tests of a few cases, which are done as a whole: on Samba in
	// .ci/run.
	oneByOne = []ground{{}, {samba: true, from: tier.Run}}
)

// onEach does a test on each of the grounds.
func onEach(t *testing.T, grounds []ground, test func(t *testing.T, g ground)) {
	for _, g := range grounds {
		if tier.Asked(t) < g.from {
			continue
		}
		name := "practice"
		if g.samba {
			name = "samba"
		}
		t.Run(name, func(t *testing.T) { test(t, g) })
	}
}

// picked are the cases that are to be done.
func picked[T any](t *testing.T, g ground, all []T) (out []T) {
	t.Helper()
	for _, i := range g.share.Of(t, len(all)) {
		out = append(out, all[i])
	}
	return out
}

// bench is one there.
func (g ground) bench(t *testing.T) *bench {
	t.Helper()
	if g.samba {
		return newBench(t)
	}
	t.Parallel()
	dc, connector := practiceDC(t)
	return newBenchFor(t, dc, connector)
}

// own is a DC with a domain of the test's own.
func (g ground) own(t *testing.T) *sambatest.DC {
	t.Helper()
	t.Parallel()
	if g.samba {
		return sambatest.New(t)
	}
	dc, _ := practiceDC(t)
	return dc
}

// practiceDC is that of a practice domain of its own, and the account that Entra
// Connect has there.
func practiceDC(t *testing.T) (*sambatest.DC, sambatest.Account) {
	t.Helper()
	d, err := domain.Start(domain.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := d.Rekey(); err != nil { // the passwords that the practice mode shows are no secrets
		t.Fatal(err)
	}
	boss, c := d.Account(domain.RoleAdmin), d.Account(domain.RoleConnector)
	dc := sambatest.At(t, sambatest.Elsewhere{
		LDAPS: d.LDAPS(), Domain: d.Name(), CA: d.CA(), Roots: d.RootCAs(), AdminUser: boss.UPN, AdminPassword: boss.Password,
	})
	dc.Describe(t, c.DN, c.Name, "SYNC01", domainOfTenant)
	return dc, sambatest.Account{DN: c.DN, Name: c.Name, UPN: c.UPN, SID: c.SID, Password: c.Password}
}
