package stages

import (
	"context"
	"slices"
	"testing"
	"time"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
	"writeback/cloudconfig"
	"writeback/steps"
)

// inheritedACEs are what a user has from the root once all three rights are
// there and propagated.
func inheritedACEs() (sddl string) {
	for _, r := range []string{"CR;" + resetPassword, "WP;" + lockoutTime, "WP;" + pwdLastSet} {
		sddl += "(OA;CIIOID;" + r + ";" + user + ";" + connector.String() + ")"
		sddl += "(OA;ID;" + r + ";" + user + ";" + connector.String() + ")"
	}
	return sddl
}

// standing asks the question about two users: one who has inherited the rights,
// and one whom the propagator has not reached.
func standing(t *testing.T, f *fake, q coverage.Question) (through, stale coverage.Verdict) {
	t.Helper()
	s := coverage.New(q)
	root, err := f.Object(t.Context(), rootDN)
	if err != nil {
		t.Fatal(err)
	}
	s.Add(coverage.Object{DN: rootDN, Class: adperms.Schema[0].GUID, Descriptor: root.Descriptor})
	ask := func(dn, sddl string) coverage.Verdict {
		sd, err := secdesc.ParseSDDL(sddl, secdesc.DomainSIDs{})
		if err != nil {
			t.Fatal(err)
		}
		raw, err := sd.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.User(&coverage.User{DN: []byte(dn), SID: stranger.Bytes(), Class: secdesc.MustGUID(user), Descriptor: raw})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	return ask("CN=a,"+rootDN, "D:(A;;GA;;;SY)"+inheritedACEs()), ask("CN=b,"+rootDN, "D:(A;;GA;;;SY)")
}

// Who has the rights after and not before is still to get them: whether their
// ACEs have arrived on the DC or not.
func TestProgress(t *testing.T) {
	here := newFake(t, unexpireToAU)
	d := here.stage()
	if _, _, ok := d.Progress(); ok {
		t.Error("it answers before it has looked")
	}
	there := newFake(t, unexpireToAU)
	there.add(t, rootDN, "(A;;LC;;;AU)")
	on := func() (coverage.Question, bool) {
		t.Helper()
		x := d.On(there, "dc2.corp.example")
		if _, err := x.Inspect(t.Context()); err != nil {
			t.Fatal(err)
		}
		q, arrived, ok := x.Progress()
		if !ok || len(q.Edits) != 1 || q.Edits[0].DN != rootDN {
			t.Fatalf("%v, edits %+v", ok, q.Edits)
		}
		return q, arrived
	}
	for _, c := range []struct {
		name    string
		do      func()
		arrived bool
		edit    int // ACEs
	}{
		{"nothing has arrived", func() {}, false, 3},
		{"a part has", func() {
			there.add(t, rootDN, "(OA;CIIO;CR;"+resetPassword+";"+user+";"+connector.String()+")")
		}, false, 2},
		{"all has", func() {
			there.add(t, rootDN, "(OA;CIIO;WP;"+lockoutTime+";"+user+";"+connector.String()+")")
			there.add(t, rootDN, "(OA;CIIO;WP;"+pwdLastSet+";"+user+";"+connector.String()+")")
		}, true, 0},
		{"but for Unexpire Password", func() { there.drop(t, rootDN, unexpireToAU) }, false, 0},
	} {
		c.do()
		q, arrived := on()
		if added := slices.DeleteFunc(slices.Clone(q.Edits[0].Add), func(a secdesc.ACE) bool { return a.ObjectType == secdesc.MustGUID(unexpire) }); arrived != c.arrived || len(added) != c.edit {
			t.Errorf("%s: arrived %v, %d ACEs to come", c.name, arrived, len(added))
		}
		through, stale := standing(t, there, q)
		if !through.Before.Writable() || !through.After.Writable() {
			t.Errorf("%s: who has inherited the rights: %+v", c.name, through)
		}
		if stale.Before.Writable() || !stale.After.Writable() {
			t.Errorf("%s: who has not yet: %+v", c.name, stale)
		}
	}
	if d.Place.DC != "dc1.corp.example" || d.last != nil || here.writes+there.writes != 0 {
		t.Errorf("the stage is no longer as it was: %+v", d.Place)
	}
}

// The count says of the connector account what the finding says, in its words; and the
// rights are watched on their way whoever they are for.
func TestQuestionKnowsTheUnfit(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*fake, *Delegate)
		code   string // of the question; "": its users count
		weight adperms.Weight
		unfit  string // of Unfit
	}{
		{"a good one", func(*fake, *Delegate) {}, "", "", ""},
		{"disabled", func(f *fake, _ *Delegate) { f.account.Control |= adperms.AccountDisabled }, adperms.OutOfUse, adperms.Blocks, ""},
		{"disabled, of another product", func(f *fake, d *Delegate) {
			f.account.Control |= adperms.AccountDisabled
			d.Product = adperms.OtherProduct
		}, adperms.OutOfUse, adperms.Unknown, ""},
		{"expired", func(f *fake, _ *Delegate) { f.account.Expires = f.clock.Add(-time.Hour) }, adperms.PastItsEnd, adperms.Blocks, ""},
		{"must change", func(f *fake, _ *Delegate) { f.account.MustChange = true }, adperms.MustChange, adperms.Blocks, ""},
		{"its password has expired", func(f *fake, _ *Delegate) { pastPassword(f) }, adperms.PastPassword, adperms.Blocks, ""},
		{"its password has expired, of another product", func(f *fake, d *Delegate) { pastPassword(f); d.Product = adperms.OtherProduct }, adperms.PastPassword, adperms.Unknown, ""},
		{"a smart card", func(f *fake, _ *Delegate) { f.account.Control |= adperms.SmartCardRequired }, adperms.CardOnly, adperms.Unknown, ""},
		{"a computer", func(_ *fake, d *Delegate) { d.Connector.Class = "computer" }, adperms.NotAnAccount, adperms.Blocks, ""},
		{"another account than the sync server's", func(_ *fake, d *Delegate) {
			d.Uses = func(context.Context) Use { return Use{As: "MSOL_2", Is: cloudconfig.OtherAccount} }
		}, adperms.NotUsed, adperms.Blocks, ""},
		{"a sync server of another forest", func(_ *fake, d *Delegate) { d.Uses = ofAnother(cloudconfig.WrongServer) }, cloudconfig.WrongServer, adperms.Unknown, ""},
		{"a sync server of another tenant", func(_ *fake, d *Delegate) { d.Uses = ofAnother(cloudconfig.WrongTenant) }, cloudconfig.WrongTenant, adperms.Unknown, ""},
		{"a computer, with a sync server of another forest", func(_ *fake, d *Delegate) {
			d.Connector.Class, d.Uses = "computer", ofAnother(cloudconfig.WrongServer)
		}, adperms.NotAnAccount, adperms.Blocks, ""},
		{"an operator", func(f *fake, _ *Delegate) { f.account.ProtectedBy = backupOperators }, "", "", adperms.TierZero},
	} {
		f := newFake(t, unexpireToAU)
		d := f.stage()
		c.change(f, d)
		have, err := d.Inspect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		q, _ := d.Question(true)
		if q.Unfit.Code != c.code || q.Unfit.Weight != c.weight || d.Unfit().Code != c.unfit {
			t.Errorf("%s: %+v, unfit %+v", c.name, q.Unfit, d.Unfit())
		}
		if r := coverage.OfConnector(q.Unfit); r.Code() != c.code || c.code != "" && r.Weight() != c.weight {
			t.Errorf("%s: its users are counted under %q", c.name, r.Code())
		}
		_, findings, err := d.Plan(have)
		if err != nil {
			t.Fatal(err)
		}
		if c.code != "" && !slices.ContainsFunc(findings, func(f steps.Finding) bool { return f.Code == c.code && f.Text == q.Unfit.Text && f.Fix == q.Unfit.Fix }) {
			t.Errorf("%s: the count says %+v, the findings are %+v", c.name, q.Unfit, findings)
		}
		if q, _, _ := d.Progress(); q.Unfit.Code != "" || q.Fresh == nil {
			t.Errorf("%s: on their way: %+v", c.name, q.Unfit)
		}
	}
}

// ofAnother is what a sync server says that is not this domain's.
func ofAnother(code string) func(context.Context) Use {
	return func(context.Context) Use {
		return Use{Strange: []cloudconfig.Mismatch{{Code: code, Text: "SYNC01 is not this domain's", Fix: "name another"}}}
	}
}
