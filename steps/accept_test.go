package steps

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// unaccepted are the findings of level error that are left where all of said is
// accepted.
func unaccepted(said []string, all ...Finding) (left []string) {
	r := Runner{}
	for _, text := range said {
		r.Accept = append(r.Accept, ReadAcceptance(text))
	}
	r.accept(all)
	for _, f := range blocks(all) {
		left = append(left, f.Text)
	}
	return left
}

// An acceptance stands for the findings that it names, and for no others.
func TestAcceptanceNamesItsFinding(t *testing.T) {
	lee := Finding{Level: LevelError, Code: "taken", Text: "lee", Accept: `taken=CN=Lee\, Ann,OU=x`, AcceptAlso: "S-1-5-21-1 0a1b"}
	bob := Finding{Level: LevelError, Code: "taken", Text: "bob", Accept: "taken=CN=Bob,OU=x"}
	whole := Finding{Level: LevelError, Code: "whole", Text: "whole", Accept: "whole"}
	mended := Finding{Level: LevelError, Code: "broken", Text: "mended"}
	for _, c := range []struct {
		name string
		said []string
		left []string
	}{
		{"nothing", nil, []string{"lee", "bob", "whole", "mended"}},
		{"one of two", []string{`taken=CN=Lee\, Ann,OU=x`}, []string{"bob", "whole", "mended"}},
		{"another case", []string{`taken=cn=lee\, ann,ou=X`}, []string{"bob", "whole", "mended"}},
		{"by SID", []string{"taken=s-1-5-21-1"}, []string{"bob", "whole", "mended"}},
		{"by GUID", []string{"taken=0A1B"}, []string{"bob", "whole", "mended"}},
		{"both", []string{"taken=CN=Bob,OU=x", "taken=S-1-5-21-1"}, []string{"whole", "mended"}},
		{"the code alone", []string{"taken"}, []string{"lee", "bob", "whole", "mended"}},
		{"an empty value", []string{"taken="}, []string{"lee", "bob", "whole", "mended"}},
		{"two values in one", []string{"taken=CN=Bob,OU=x,taken=S-1-5-21-1"}, []string{"lee", "bob", "whole", "mended"}},
		{"a part of the DN", []string{"taken=CN=Bob"}, []string{"lee", "bob", "whole", "mended"}},
		{"the value under another code", []string{"whole=CN=Bob,OU=x"}, []string{"lee", "bob", "whole", "mended"}},
		{"a code that takes no value", []string{"whole"}, []string{"lee", "bob", "mended"}},
		{"what cannot be accepted", []string{"broken", "broken=mended", "*"}, []string{"lee", "bob", "whole", "mended"}},
	} {
		if left := unaccepted(c.said, lee, bob, whole, mended); !slices.Equal(left, c.left) {
			t.Errorf("%s: %q is left, want %q", c.name, left, c.left)
		}
	}
}

// Nothing of a step with a finding that can be accepted is written before it was,
// whatever was approved; the journal says what was accepted; and what was accepted
// for a plan counts for nothing when it is applied.
func TestApplyWantsItsOwnAcceptance(t *testing.T) {
	w := newWorld()
	taken := Finding{Level: LevelError, Code: "taken", Text: "it could be taken over", Accept: "taken=CN=Bob,OU=x"}
	b := newBench(t, w, Define(Info{"one", "One"}, toy{w: w, wish: []string{"a=1"}, findings: []Finding{taken}}))
	b.r.Accept = []Acceptance{ReadAcceptance("taken=cn=bob,ou=x"), ReadAcceptance("taken=CN=Ann,OU=x")}
	plan := must(b.r.Plan(ctx))(t)
	has := func(want func(Finding) bool) bool { return slices.ContainsFunc(plan.Steps[0].Findings, want) }
	if plan.Steps[0].State != StateChange ||
		!has(func(f Finding) bool {
			return f.Level == LevelWarning && f.Accepted && strings.Contains(f.Text, "accepted by name")
		}) ||
		!has(func(f Finding) bool { return f.Code == "accept-unused" && strings.Contains(f.Text, "CN=Ann,OU=x") }) {
		t.Fatalf("%+v", plan.Steps[0])
	}
	b.r.Accept = nil
	var blocked *BlockedError
	if _, err := b.applyPlan(ctx, plan); !errors.As(err, &blocked) {
		t.Fatalf("applied by somebody who accepted nothing: %v", err)
	}
	b.wantWorld()
	b.r.Accept = []Acceptance{ReadAcceptance("taken=CN=Bob,OU=x")}
	if _, err := b.applyPlan(ctx, plan); err != nil {
		t.Fatal(err)
	}
	b.wantWorld("a=1")
	for _, rec := range b.latest().Records {
		if rec.Kind == KindApproved && !slices.Equal(rec.Approval.Accepted, []string{"taken=CN=Bob,OU=x"}) {
			t.Errorf("the journal says that %q was accepted", rec.Approval.Accepted)
		}
	}
}
