package stages

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/steps"
)

// A refused sign-in ends the run; anything else that cannot be seen is told.
type refusedError struct{ error }

func (refusedError) SignInRefused() bool { return true }

func TestRefusedSignInEndsTheRun(t *testing.T) {
	f := healthy()
	f.fail = refusedError{errors.New("AADSTS50126")}
	if _, err := (&Writeback{Cloud: f.cloud(), Method: ByServer}).Inspect(t.Context()); !errors.Is(err, f.fail) {
		t.Errorf("the error is %v", err)
	}
}

// What is made is what was planned, and undo takes back that alone.
func TestCloudStagesMakeAndUndo(t *testing.T) {
	f := healthy()
	f.page.AccountUnlockEnabled = true // somebody else's
	cloud := f.cloud()
	w, s := &Writeback{Cloud: cloud, Method: ByServer}, &SSPR{Cloud: cloud, Method: ByPortal, Unlock: true}
	r := &steps.Runner{Steps: []steps.Step{w.Step(), s.Step()}, Target: steps.Target{Domain: "corp.example", Tenant: tenantID}}
	store, err := steps.OpenStore(t.TempDir() + "/runs")
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	j, err := store.Create(steps.Opening{Target: r.Target})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	res, err := r.Apply(t.Context(), j, steps.Approve(p, "test"))
	if err != nil || res.State != steps.ResultDone {
		t.Fatalf("apply: %s, %v", res.State, err)
	}
	if !slices.Equal(f.switched, []bool{true}) || !slices.Equal(f.set, []string{"writeback yes"}) {
		t.Errorf("made: server %v, portal %v", f.switched, f.set)
	}
	if v, err := r.Verify(t.Context()); err != nil || !v.OK || v.Steps[0].Evidence[0].State != steps.EvidenceVerified {
		t.Errorf("verify: %+v, %v", v, err)
	}
	if u, err := r.Undo(t.Context(), j); err != nil || u.State != steps.ResultUndone {
		t.Fatalf("undo: %+v, %v", u, err)
	}
	if f.server.Reset.Enabled || f.page.PasswordWritebackSupported || !f.page.AccountUnlockEnabled {
		t.Errorf("after undo: server %+v, page %+v", f.server.Reset, f.page.Policy)
	}
}

// counted is the portal's page, and how often it was read.
type counted struct {
	*fakeCloud
	reads int
}

func (c *counted) Policy(ctx context.Context) (PolicyPage, error) {
	c.reads++
	return c.fakeCloud.Policy(ctx)
}

// A person clicks in the portal and has it checked again at once: they are told
// of what is there now. Within one inspection both stages share what was read.
func TestCheckedAgainAtOnce(t *testing.T) {
	f := healthy()
	f.server.Reset.Enabled, f.server.Reset.ServiceStatus = true, "Started"
	page := &counted{fakeCloud: f}
	cloud := f.cloud() // its clock stands still
	cloud.Page = page
	w, s := &Writeback{Cloud: cloud, Method: ByServer}, &SSPR{Cloud: cloud, Method: ByHand, Unlock: true}
	r := &steps.Runner{Steps: []steps.Step{w.Step(), s.Step()}, Target: steps.Target{Domain: "corp.example", Tenant: tenantID}}
	sspr := func() steps.State {
		t.Helper()
		v, err := r.Verify(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return v.Steps[1].State
	}
	if got := sspr(); got != steps.StateManual || page.reads != 1 {
		t.Fatalf("before the click: %s, after %d reads of the page", got, page.reads)
	}
	f.page.PasswordWritebackSupported, f.page.AccountUnlockEnabled = true, true
	if got := sspr(); got != steps.StateOK || page.reads != 2 {
		t.Errorf("after the click: %s, after %d reads of the page", got, page.reads)
	}
}

// A switch of another server, or another tenant, is not ours to look at or to
// take back.
func TestAnotherServerIsLeftAlone(t *testing.T) {
	on := true
	f := healthy()
	f.Enable(context.Background(), cloudconfig.Bound{}, true)
	f.tenant.GraphFlag = &on
	f.switched = nil
	w := &Writeback{Cloud: f.cloud(), Method: ByServer}
	for _, s := range []Switch{{Via: ByServer, Host: "SYNC02"}, {Via: ByGraph, Host: "0d4fd5a2-1111-4222-8333-944444444444"}} {
		if _, is, err := w.Resolve(t.Context(), s); is || err == nil || !strings.Contains(err.Error(), s.Host) {
			t.Errorf("%s is resolved: %t, %v", s.Host, is, err)
		}
		if err := w.Undo(t.Context(), s); err == nil || !strings.Contains(err.Error(), s.Host) {
			t.Errorf("%s is undone: %v", s.Host, err)
		}
	}
	if len(f.switched) > 0 || !*f.tenant.GraphFlag {
		t.Errorf("switched %v, the flag is %t", f.switched, *f.tenant.GraphFlag)
	}
	if err := w.Undo(t.Context(), Switch{Via: ByServer, Host: "sync01"}); err != nil || !slices.Equal(f.switched, []bool{false}) {
		t.Errorf("ours is not undone: %v", err)
	}
}

// The portal took the write and kept its value: that is an error, not success.
func TestPortalThatKeepsItsValue(t *testing.T) {
	f := healthy()
	f.stuck = true
	cloud := f.cloud()
	s := &SSPR{Cloud: cloud, Method: ByPortal, Unlock: true}
	r := &steps.Runner{Steps: []steps.Step{s.Step()}, Target: steps.Target{Tenant: tenantID}}
	store, err := steps.OpenStore(t.TempDir() + "/runs")
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	j, err := store.Create(steps.Opening{Target: r.Target})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if _, err := r.Apply(t.Context(), j, steps.Approve(p, "test")); err == nil {
		t.Error("apply ends well")
	}
}

// Instructions for people are numbered, and name the page.
func TestByHandIsExact(t *testing.T) {
	f := healthy()
	_, findings := plan[SetPolicy](t, &SSPR{Cloud: f.cloud(), Method: ByHand, Unlock: true})
	i := slices.IndexFunc(findings, func(f steps.Finding) bool { return f.Manual })
	if i < 0 {
		t.Fatal("nothing for a person to do")
	}
	for _, want := range []string{"1. ", "5. Save", "https://entra.microsoft.com/#view/Microsoft_AAD_IAM/PasswordResetMenuBlade/~/OnPremisesIntegration", ssprTitle + ": yes", "writeback attest sspr"} {
		if !strings.Contains(findings[i].Fix, want) {
			t.Errorf("the steps do not say %q:\n%s", want, findings[i].Fix)
		}
	}
}

// A tenant that lets nobody reset is a step for a person, with the count as witness.
func TestResetForNobodyIsAStep(t *testing.T) {
	f := healthy()
	f.alive()
	f.page.PasswordWritebackSupported, f.page.AccountUnlockEnabled = true, true
	f.users = cloudconfig.Registrations{Users: 10}
	s := &SSPR{Cloud: f.cloud(), Method: ByHand, Unlock: true}
	v, err := (&steps.Runner{Steps: []steps.Step{s.Step()}, Target: steps.Target{Domain: "corp.example", Tenant: tenantID}}).Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := v.Steps[0]
	i := slices.IndexFunc(got.Findings, func(x steps.Finding) bool { return x.Code == "sspr-for-nobody" })
	if v.OK || got.State != steps.StateManual || i < 0 || !strings.Contains(got.Findings[i].Fix, "2. Open Password reset > Properties") || !strings.Contains(got.Findings[i].Text, "none of the 10") {
		t.Errorf("%s: %+v", got.State, got.Findings)
	}
	f.users.Enabled = 1
	if v, err = (&steps.Runner{Steps: []steps.Step{s.Step()}, Target: steps.Target{Domain: "corp.example", Tenant: tenantID}}).Verify(t.Context()); err != nil || !v.OK {
		t.Errorf("with one who may: %+v, %v", v, err)
	}
	f.fail = errors.New("403")
	if _, findings, err := s.Probe(t.Context()); err != nil || !slices.Equal(codesOf(findings), []string{"registrations-unread"}) || findings[0].Fix == "" {
		t.Errorf("not counted: %+v, %v", findings, err)
	}
}

// The page's own answer is the witness, in a plan, too; Graph's report is where the page
// does not say, or says a group.
func TestWhomThePageLetsReset(t *testing.T) {
	for _, c := range []struct {
		whom    cloudconfig.Enablement
		enabled int    // by the report, of 10
		says    string // by the finding; "": there is none
		planned bool   // the plan has it, too
	}{
		{cloudconfig.ForNobody, 0, "Password reset > Properties: None", true},
		{cloudconfig.ForNobody, 10, "Password reset > Properties: None", true}, // the report lags
		{cloudconfig.ForGroup, 0, "for a group, and none of the 10", false},
		{cloudconfig.ForGroup, 3, "", false},
		{cloudconfig.ForEverybody, 0, "", false}, // the report lags
		{cloudconfig.EnablementUnknown, 0, "none of the 10", false},
		{cloudconfig.EnablementUnknown, 1, "", false},
	} {
		f := healthy()
		f.alive()
		f.page.PasswordWritebackSupported, f.page.AccountUnlockEnabled = true, true
		f.whom, f.users = c.whom, cloudconfig.Registrations{Users: 10, Enabled: c.enabled}
		s := &SSPR{Cloud: f.cloud(), Method: ByHand, Unlock: true}
		_, planned := plan[SetPolicy](t, s)
		if is := slices.Contains(codesOf(planned), "sspr-for-nobody"); is != c.planned {
			t.Errorf("%+v: in the plan %t", c, is)
		}
		v, err := (&steps.Runner{Steps: []steps.Step{s.Step()}, Target: steps.Target{Domain: "corp.example", Tenant: tenantID}}).Verify(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var told []steps.Finding
		for _, x := range v.Steps[0].Findings {
			if x.Code == "sspr-for-nobody" {
				told = append(told, x)
			}
		}
		switch {
		case c.says == "" && len(told) == 0 && v.OK:
		case c.says != "" && len(told) == 1 && strings.Contains(told[0].Text, c.says) && v.Steps[0].State == steps.StateManual && strings.Contains(told[0].Fix, "2. Open Password reset > Properties"):
		default:
			t.Errorf("%+v: %s, %+v", c, v.Steps[0].State, told)
		}
	}
}
