package coverage_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// state is what else than ACEs decides about a thing that is a user.
type state struct {
	disabled, mark, protected bool
	kind                      []string
	control                   adperms.AccountControl
	young                     bool
}

func (p *paper) states(rng *rand.Rand) map[string]state {
	out := map[string]state{}
	for _, x := range p.things {
		s := state{disabled: rng.IntN(8) == 0, mark: rng.IntN(6) == 0, protected: rng.IntN(5) == 0, young: rng.IntN(6) == 0, kind: []string{"user"}}
		switch rng.IntN(20) {
		case 0:
			s.control = 0x1000 // a computer's
		case 1:
			s.control = 0x800 // a trust's
		case 2:
			s.kind = []string{"user", "computer", "msDS-GroupManagedServiceAccount"}
		}
		if s.disabled {
			s.control |= adperms.AccountDisabled
		}
		out[x.dn] = s
	}
	return out
}

func (s state) account(x thing, raw []byte, at time.Time) adperms.Account {
	a := adperms.Account{Principal: adperms.Principal{DN: x.dn, SID: x.sid, Class: s.kind[len(s.kind)-1], Control: s.control},
		Object: adperms.Object{DN: x.dn, Classes: s.kind, Descriptor: raw}}
	if s.mark {
		a.Object.AdminCount = 1
	}
	if s.protected {
		a.ProtectedBy = []adperms.Protected{{SID: domain.Child(512), Name: "Domain Admins"}}
	}
	if s.young {
		a.Policy.MinAge, a.PasswordSet = 24*time.Hour, at.Add(-time.Hour)
	}
	return a
}

// connectors are what may keep the connector account from everybody.
var connectors = []adperms.Reason{{}, {}, {},
	{Code: adperms.NotAnAccount, Weight: adperms.Blocks, Text: "it is a computer's account", Fix: "name another"},
	{Code: adperms.OutOfUse, Weight: adperms.Blocks, Text: "it is disabled"}, {Code: adperms.PastItsEnd, Weight: adperms.Blocks, Text: "it has expired"},
	{Code: adperms.OutOfUse, Weight: adperms.Unknown, Text: "it is disabled, perhaps"}, {Code: adperms.PastItsEnd, Weight: adperms.Unknown, Text: "it has expired, perhaps"},
	{Code: adperms.MustChange, Weight: adperms.Blocks, Text: "it must change"}, {Code: adperms.PastPassword, Weight: adperms.Blocks, Text: "its password has expired"},
	{Code: adperms.MustChange, Weight: adperms.Unknown, Text: "it must change, perhaps"}, {Code: adperms.PastPassword, Weight: adperms.Unknown, Text: "its password has expired, perhaps"},
	{Code: adperms.CardOnly, Weight: adperms.Unknown, Text: "it needs a card"}}

// Of random users in whatever state, with whatever connector account, the survey, the
// explanation, the survey after the plan was carried out, and the sentence say one
// thing; and the sentence follows from the list of reasons.
func TestOneVerdict(t *testing.T) {
	at := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	answers, codes, uncounted := map[coverage.Answer]int{}, map[string]int{}, 0
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 80))
		p := grow(seed, 12, 40)
		q, states := p.question(rng, 1), p.states(rng)
		q.Unfit, q.Fresh = connectors[rng.IntN(len(connectors))], map[string]bool{}
		if rng.IntN(3) == 0 {
			q.Scopes = []string{"OU=elsewhere," + root}
			q.Edits = nil
		}
		bySID := map[secdesc.SID]state{}
		for _, x := range p.things {
			if bySID[x.sid] = states[x.dn]; x.user && states[x.dn].protected && !x.sd.Protected() {
				q.Fresh[string(x.sid.Bytes())] = true
			}
		}
		q.Protected = func(s secdesc.SID) (bool, error) { return bySID[s].protected, nil }
		holder := []*paper{{}, p}[rng.IntN(2)]
		q.Holder = func() ([]byte, error) {
			if len(holder.things) == 0 {
				return nil, nil
			}
			return holder.bytes(t, holder.things[0]), nil
		}
		type said struct {
			writable bool
			answer   coverage.Answer
		}
		verdicts := func(q coverage.Question, s *coverage.Survey, x thing) (coverage.Verdict, []adperms.Reason, []adperms.Reason) {
			is := states[x.dn]
			u := coverage.User{DN: []byte(x.dn), SID: x.sid.Bytes(), Class: x.class, Descriptor: p.bytes(t, x), AdminCount: is.mark, Disabled: is.disabled}
			v, err := s.User(&u)
			if err != nil {
				t.Fatal(err)
			}
			e, err := coverage.Explain(q, u, p.above(t, x))
			if err != nil || e.Outcome != v.Before || e.After != v.After || e.Edited != (v.Before != v.After) {
				t.Fatalf("seed %d: %s: the survey says %+v, the explanation %+v, %v", seed, x.dn, v, e, err)
			}
			a := is.account(x, u.Descriptor, at)
			now, after := q.Reasons(v.Before, v.By, a, at), q.Reasons(v.After, v.By, a, at)
			if adperms.NotCounted(a, q.Connector).Code != "" {
				uncounted++
				if len(now) != 1 || !slices.Equal(now, after) || coverage.Judge(now).Answer != coverage.No {
					t.Fatalf("seed %d: %s is not counted: %+v", seed, x.dn, now)
				}
				return v, nil, nil
			}
			for i, all := range [][]adperms.Reason{now, after} {
				o := []coverage.Outcome{v.Before, v.After}[i]
				j := coverage.Judge(all)
				if wrong := contradiction(o, j, all, q); wrong != "" {
					t.Fatalf("seed %d: %s: %s: %+v, %+v of %+v", seed, x.dn, wrong, o, j, all)
				}
				answers[j.Answer]++
				for _, c := range j.Codes {
					codes[c]++
				}
			}
			for _, planned := range []bool{true, false} {
				if s := coverage.Sentence(coverage.Judge(now), coverage.Judge(after), planned, coverage.Side{}); !follows(s, coverage.Judge(now)) {
					t.Fatalf("seed %d: %s: %q of %+v", seed, x.dn, s, now)
				}
			}
			return v, now, after
		}
		s := p.survey(t, rng, q)
		predicted := map[string]said{}
		for _, x := range p.things {
			if !x.user {
				continue
			}
			if v, now, after := verdicts(q, s, x); now != nil || after != nil || v.After.Writable() {
				predicted[x.dn] = said{v.After.Writable(), coverage.Judge(after).Answer}
			}
		}
		for _, e := range q.Edits {
			p.change(t, e)
		}
		verify := q
		verify.Edits = nil
		s = p.survey(t, rng, verify)
		for _, x := range p.things {
			want, told := predicted[x.dn]
			if !x.user || !told {
				continue
			}
			v, now, _ := verdicts(verify, s, x)
			if got := (said{v.After.Writable(), coverage.Judge(now).Answer}); got != want {
				t.Fatalf("seed %d: %s: verify says %+v, the plan said %+v", seed, x.dn, got, want)
			}
		}
	}
	for _, a := range []coverage.Answer{coverage.Yes, coverage.NotBefore, coverage.No, coverage.NotKnown} {
		if answers[a] == 0 {
			t.Errorf("nobody's answer is %s: %v", a, answers)
		}
	}
	for _, c := range []string{adperms.NotAnAccount, adperms.OutOfUse, adperms.PastItsEnd, "protected-account", "denied-by-ace", "disabled", "orphaned-admincount", "min-password-age"} {
		if codes[c] == 0 {
			t.Errorf("nothing hangs on %s: %v", c, slices.Sorted(maps.Keys(codes)))
		}
	}
	if uncounted == 0 {
		t.Error("everybody is counted")
	}
}

// contradiction says where an outcome, its reasons and the answer do not fit together.
func contradiction(o coverage.Outcome, j coverage.Judgment, all []adperms.Reason, q coverage.Question) string {
	heavy := func(w adperms.Weight) bool {
		return slices.ContainsFunc(all, func(r adperms.Reason) bool { return r.Weight == w })
	}
	codes := o.Reasons.Codes()
	for _, c := range codes {
		if !slices.ContainsFunc(all, func(r adperms.Reason) bool { return r.Code == c && r.Text != "" }) {
			return "the list lacks " + c
		}
	}
	switch {
	case j.Can() != o.Writable():
		return "the answer is not what is counted"
	case j.Can() && (heavy(adperms.Blocks) || heavy(adperms.Unknown)):
		return "it can, beside a reason that blocks"
	case j.Answer != coverage.Yes && len(j.Codes) == 0:
		return "nothing says why"
	case o.Writable() && q.Unfit.Code != "":
		return "it can, and the connector account cannot sign in"
	case q.Unfit.Weight == adperms.Blocks && j.Answer != coverage.No, q.Unfit.Weight == adperms.Unknown && j.Answer != coverage.No && j.Answer != coverage.NotKnown:
		return "the connector account does not count"
	case len(codes) > 0 && len(j.Codes) > 0 && o.Reasons.First().Weight() == adperms.Blocks && j.Codes[0] != codes[0]:
		return "it is counted under another reason than the first that the sentence names"
	case q.Unfit.Code != "" && !slices.ContainsFunc(all, func(r adperms.Reason) bool { return r == q.Unfit }):
		return "what is wrong with the connector account is not told in its words"
	}
	return ""
}

// follows says that a sentence begins with the answer and names what it follows from.
func follows(s string, j coverage.Judgment) bool {
	begin := map[coverage.Answer]string{coverage.Yes: "This password can be written back:", coverage.NotBefore: "This password can be written back, but not before",
		coverage.No: "This password cannot", coverage.NotKnown: "Whether this password can be written back is not known:"}
	return strings.HasPrefix(s, begin[j.Answer]) && !slices.ContainsFunc(j.Codes, func(c string) bool { return !strings.Contains(s, c) }) && !strings.Contains(s, ": .")
}

// A member of a protected group to whom AdminSDHolder's task has not come yet is out of
// reach wherever it is and whatever it has: in the scope, outside of it, with the rights
// and without. So is everybody, where the connector account cannot sign in.
func TestFreshMembersAndUnfitConnectors(t *testing.T) {
	raw := func(aces ...secdesc.ACE) []byte {
		d := &secdesc.Descriptor{Revision: 1, Control: secdesc.SelfRelative | secdesc.DACLPresent, Owner: admins, Group: admins, DACL: secdesc.NewACL(aces...)}
		b, err := d.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	user, _ := adperms.Lookup("user")
	var here, below []secdesc.ACE
	for _, g := range adperms.WritebackGrants(connector, user) {
		below = append(below, g.ACE())
		g.Scope = adperms.ThisObjectOnly
		here = append(here, g.ACE())
	}
	someone := domain.Child(1300)
	fresh := map[string]bool{string(someone.Bytes()): true}
	for _, c := range []struct {
		name          string
		scope         string
		own           []secdesc.ACE
		fresh         map[string]bool
		holder        []secdesc.ACE
		unfit         adperms.Reason
		before, after string // codes
	}{
		{name: "an ordinary user", scope: root, before: "not-granted"},
		{name: "fresh, in the scope", scope: root, fresh: fresh, before: "protected-account", after: "protected-account"},
		{name: "fresh, in the scope, with rights of its own", scope: root, own: here, fresh: fresh, before: "protected-account", after: "protected-account"},
		{name: "fresh, outside of the scope", scope: "OU=Else," + root, fresh: fresh, before: "protected-account", after: "protected-account"},
		{name: "fresh, outside of the scope, with rights of its own", scope: "OU=Else," + root, own: here, fresh: fresh, before: "protected-account", after: "protected-account"},
		{name: "fresh, and AdminSDHolder grants what it will", scope: root, own: here, fresh: fresh, holder: here, before: "granted-by-adminsdholder", after: "granted-by-adminsdholder"},
		{name: "disabled connector", scope: root, own: here, unfit: connectors[4], before: adperms.OutOfUse, after: adperms.OutOfUse},
		{name: "a computer as connector", scope: root, unfit: connectors[3], before: adperms.NotAnAccount + ",not-granted", after: adperms.NotAnAccount},
		{name: "a connector of another product that has expired", scope: root, own: here, unfit: connectors[7], before: adperms.PastItsEnd, after: adperms.PastItsEnd},
		{name: "a connector whose password has expired", scope: root, own: here, unfit: connectors[9], before: adperms.PastPassword, after: adperms.PastPassword},
		{name: "a connector of a smart card", scope: root, unfit: connectors[12], before: "not-granted," + adperms.CardOnly, after: adperms.CardOnly},
	} {
		q := coverage.Question{Connector: connector, Token: p0.token, Classes: []secdesc.GUID{userClass}, Scopes: []string{c.scope},
			Fresh: c.fresh, Unfit: c.unfit, Holder: func() ([]byte, error) { return raw(c.holder...), nil }}
		if c.scope == root {
			q.Edits = []adperms.Edit{{DN: root, Add: below}}
		}
		s := coverage.New(q)
		s.Add(coverage.Object{DN: root, Descriptor: raw(listed)})
		v, err := s.User(&coverage.User{DN: []byte("CN=somebody," + root), SID: someone.Bytes(), Class: userClass, Descriptor: raw(c.own...)})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(strings.Join(v.Before.Reasons.Codes(), ","), " ", strings.Join(v.After.Reasons.Codes(), ",")); got != c.before+" "+c.after {
			t.Errorf("%s: %s, want %s %s", c.name, got, c.before, c.after)
		}
		r := s.Predicted()
		if c.unfit.Code != "" && (r.Reached != 0 || r.Blocked[0].Reason != c.unfit.Code || r.Blocked[0].Text != c.unfit.Text || r.Blocked[0].Fix != c.unfit.Fix) {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

// What keeps the connector account from everybody counts first, also where an object
// above is not shown.
func TestUnfitBelowTheUnknown(t *testing.T) {
	d := &secdesc.Descriptor{Revision: 1, Control: secdesc.SelfRelative | secdesc.DACLPresent, Owner: admins, Group: admins, DACL: secdesc.NewACL(listed)}
	raw, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for _, unfit := range []adperms.Reason{{}, connectors[4]} {
		s := coverage.New(coverage.Question{Connector: connector, Token: p0.token, Classes: []secdesc.GUID{userClass}, Scopes: []string{root}, Unfit: unfit})
		s.Add(coverage.Object{DN: root, Descriptor: raw})
		s.Add(coverage.Object{DN: "OU=Dark," + root})
		v, err := s.User(&coverage.User{DN: []byte("CN=somebody,OU=Dark," + root), SID: domain.Child(1301).Bytes(), Class: userClass, Descriptor: raw})
		if err != nil {
			t.Fatal(err)
		}
		if r := s.Predicted(); r.Reached != 0 || len(r.Blocked) != 1 || unfit.Code != "" && r.Blocked[0].Reason != unfit.Code {
			t.Errorf("%+v: %+v", v, r)
		}
	}
}

var p0 = &paper{token: adperms.NewToken(connector, team)}
