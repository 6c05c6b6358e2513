package cloudconfig

import (
	"slices"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func says4(c Claim, w Witness, s Says, ago time.Duration) Testimony {
	return Testimony{Claim: c, Witness: w, Says: s, At: noon.Add(-ago), What: string(w)}
}

func TestJudge(t *testing.T) {
	const hour, old = time.Hour, Age + time.Hour
	w := func(wit Witness, s Says, ago time.Duration) Testimony { return says4(WritebackOn, wit, s, ago) }
	s := func(wit Witness, says Says, ago time.Duration) Testimony { return says4(SSPROn, wit, says, ago) }
	for _, c := range []struct {
		name      string
		claim     Claim
		all       []Testimony
		state     State
		by        Witness
		conflicts int
	}{
		{"nobody says anything", WritebackOn, nil, Unknown, "", 0},
		{"Graph's flag alone, on", WritebackOn, []Testimony{w(GraphFlag, On, 0)}, Unknown, "", 0},
		{"Graph's flag alone, off", WritebackOn, []Testimony{w(GraphFlag, Off, 0)}, Unknown, "", 0},
		{"Graph's flag off against the cmdlet", WritebackOn, []Testimony{w(GraphFlag, Off, 0), w(Cmdlet, On, hour)}, Verified, Cmdlet, 0},
		{"Graph's flag on against the cmdlet", WritebackOn, []Testimony{w(GraphFlag, On, 0), w(Cmdlet, Off, hour)}, IsOff, Cmdlet, 0},
		{"the portal alone says nothing about the server", WritebackOn, []Testimony{w(Portal, On, 0)}, Unknown, "", 0},
		{"a person's word", WritebackOn, []Testimony{w(Person, On, hour)}, Attested, Person, 0},
		{"a person's word that it is off", WritebackOn, []Testimony{w(Person, Off, hour)}, IsOff, Person, 0},
		{"a person's word against the cmdlet", WritebackOn, []Testimony{w(Person, On, 0), w(Cmdlet, Off, hour)}, IsOff, Cmdlet, 0},
		{"a person's word and the proof", WritebackOn, []Testimony{w(Person, On, 0), w(WriteLog, On, hour)}, Verified, WriteLog, 0},
		{"switched on, later off", WritebackOn, []Testimony{w(SwitchLog, On, 3*hour), w(SwitchLog, Off, hour)}, IsOff, SwitchLog, 0},
		{"switched off, later on", WritebackOn, []Testimony{w(SwitchLog, Off, 3*hour), w(SwitchLog, On, hour)}, Verified, SwitchLog, 0},
		{"switched on the day before", WritebackOn, []Testimony{w(SwitchLog, On, 25*hour)}, Unknown, "", 0},
		{"switched off, and on again the day before", WritebackOn, []Testimony{w(SwitchLog, Off, 26*hour), w(SwitchLog, On, 25*hour)}, Unknown, "", 0},
		{"an old write proves nothing any more", WritebackOn, []Testimony{w(WriteLog, On, old)}, Unknown, "", 0},
		{"an old write and a person's word", WritebackOn, []Testimony{w(WriteLog, On, old), w(Person, On, hour)}, Attested, Person, 0},
		{"enabled but not running", WritebackOn, []Testimony{w(Cmdlet, Unclear, 0)}, Unknown, "", 1},
		{"not running, though a write came through", WritebackOn, []Testimony{w(Cmdlet, Unclear, 0), w(WriteLog, On, hour)}, Unknown, "", 1},
		{"two servers disagree", WritebackOn, []Testimony{w(Cmdlet, On, 0), w(Cmdlet, Off, hour)}, Unknown, "", 1},
		{"off by the cmdlet, and a newer write came through", WritebackOn, []Testimony{w(Cmdlet, Off, hour), w(WriteLog, On, 0)}, IsOff, Cmdlet, 1},
		{"on by the cmdlet, and an older event says stopped", WritebackOn, []Testimony{w(Cmdlet, On, 0), w(EventLog, Off, hour)}, Verified, Cmdlet, 0},
		{"what the cmdlet said two days ago", WritebackOn, []Testimony{w(Cmdlet, On, 48*hour)}, Verified, Cmdlet, 0},
		{"what the cmdlet said two days ago, and switched off since", WritebackOn, []Testimony{w(Cmdlet, On, 48*hour), w(SwitchLog, Off, hour)}, IsOff, SwitchLog, 0},
		{"what the cmdlet said long ago", WritebackOn, []Testimony{w(Cmdlet, On, old)}, Unknown, "", 0},
		{"two servers disagree, one of them two days ago", WritebackOn, []Testimony{w(Cmdlet, On, 0), w(Cmdlet, Off, 48*hour)}, Verified, Cmdlet, 0},
		{"portal", SSPROn, []Testimony{s(Portal, On, 0)}, Verified, Portal, 0},
		{"portal, the two readings differ", SSPROn, []Testimony{s(Portal, Unclear, 0)}, Unknown, "", 1},
		{"a self-service reset came through", SSPROn, []Testimony{s(WriteLog, On, hour)}, Verified, WriteLog, 0},
		{"the server's switch says nothing about the tenant's", SSPROn, []Testimony{w(Cmdlet, On, 0), s(Cmdlet, On, 0)}, Unknown, "", 0},
		{"attested, later proven by the audit log", SSPROn, []Testimony{s(Person, On, hour), s(WriteLog, On, 0)}, Verified, WriteLog, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := Judge(c.claim, c.all, noon)
			if v.State != c.state || v.By.Witness != c.by || len(v.Conflicts) != c.conflicts {
				t.Errorf("%s by %q with %d conflicts, want %s by %q with %d", v.State, v.By.Witness, len(v.Conflicts), c.state, c.by, c.conflicts)
			}
		})
	}
}

// Every combination of witnesses, each silent, for or against, in every order of
// age: the laws that hold whatever is said.
func TestJudgeEveryCombination(t *testing.T) {
	witnesses := []Witness{Cmdlet, EventLog, SwitchLog, WriteLog, Portal, GraphFlag, Person}
	answers := []Says{"", On, Off, Unclear}
	combinations := 1
	for range witnesses {
		combinations *= len(answers)
	}
	for _, claim := range []Claim{WritebackOn, SSPROn, UnlockOn} {
		for n := range combinations {
			var all []Testimony
			rest := n
			for i, w := range witnesses {
				if a := answers[rest%len(answers)]; a != "" && (a != Unclear || w == Cmdlet || w == Portal) {
					all = append(all, says4(claim, w, a, time.Duration((i*5+n)%7)*time.Hour))
				}
				rest /= len(answers)
			}
			checkLaws(t, claim, all)
		}
	}
}

func checkLaws(t *testing.T, claim Claim, all []Testimony) {
	t.Helper()
	v := Judge(claim, all, noon)
	worth := func(x Testimony) weight { return weights[claim][x.Witness] }
	proof := func(x Testimony) bool { return worth(x) == state || worth(x) == history }
	said := func(s Says, is func(Testimony) bool) bool {
		return slices.ContainsFunc(all, func(x Testimony) bool { return x.Says == s && is(x) })
	}
	any := func(Testimony) bool { return true }
	switch {
	case v.State == Verified && !said(On, proof):
		t.Fatalf("verified without a proof: %+v", all)
	case v.State == Attested && (slices.ContainsFunc(all, proof) || v.By.Witness != Person):
		t.Fatalf("attested although there is proof, or by no person: %+v", all)
	case v.State == IsOff && !said(Off, any):
		t.Fatalf("off although nobody says so: %+v", all)
	case v.State == Unknown && v.By != (Testimony{}):
		t.Fatalf("unknown, and decided by %+v", v.By)
	case len(all) != len(v.Others)+min(1, len(v.By.Witness)):
		t.Fatalf("of %d witnesses %d are shown", len(all), len(v.Others)+1)
	}
	counted := slices.DeleteFunc(slices.Clone(all), func(x Testimony) bool { return worth(x) == hint || worth(x) == worthless })
	if again := Judge(claim, counted, noon); again.State != v.State || len(again.Conflicts) != len(v.Conflicts) {
		t.Fatalf("hints and the worthless decide something: %+v", all)
	}
	slices.Reverse(all)
	if again := Judge(claim, all, noon); again.State != v.State {
		t.Fatalf("the order in which they are heard decides something: %+v", all)
	}
}
