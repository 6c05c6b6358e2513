package cloudconfig

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// onServer is a sync server that says it is on, as of an age before noon, with
// events of the ages before that reading.
func onServer(read time.Duration, events ...Event) Server {
	s := Server{Host: "SYNC01", Product: "connect", At: noon.Add(-read), Events: events,
		Reset: &ResetConfiguration{Enabled: true, ServiceStatus: "Started", OnboardingStatus: "NotRequired"}}
	for i := range s.Events {
		s.Events[i].At = s.At.Add(-time.Duration(s.Events[i].At.Unix()) * time.Second)
	}
	return s
}

// ev is an event of an age at the reading.
func ev(id int, age time.Duration) Event {
	return Event{ID: id, At: time.Unix(int64(age.Seconds()), 0)}
}

func with(e Event, message string) Event { e.Message = message; return e }

func audit(activity string, age time.Duration, agent, reason string) Audit {
	return Audit{Activity: activity, At: noon.Add(-age), Success: reason == "", Agent: agent, Reason: reason, By: "somebody"}
}

// Health vetoes: what the cmdlet says counts as long as no bad sign contradicts it
// that nothing later mended.
func TestHealthVetoes(t *testing.T) {
	const min, hour, day = time.Minute, time.Hour, 24 * time.Hour
	no := func(s Server, change func(*Server)) *Server { change(&s); return &s }
	of := func(s Server) *Server { return &s }
	failed := func(age time.Duration, reason string) Audit { return audit(AuditSelfReset, age, "", reason) }
	enabled := audit(AuditEnable, 10*day, "", "")
	word := Testimony{Claim: WritebackOn, Witness: Person, Says: On, By: "the admin", At: noon.Add(-hour)}
	for _, c := range []struct {
		name   string
		server *Server
		audits []Audit
		word   bool
		want   State
		veto   Sign // the first bad sign; "": no veto
	}{
		{"a fresh heartbeat", of(onServer(0, ev(31019, 4*min))), nil, false, Verified, ""},
		{"a heartbeat of just under 15 minutes", of(onServer(0, ev(31019, 14*min+59*time.Second))), nil, false, Verified, ""},
		{"a heartbeat of 15 minutes", of(onServer(0, ev(31019, 15*min))), nil, false, Unknown, Silent},
		{"silence", of(onServer(0, ev(31005, day), ev(31019, hour))), nil, false, Unknown, Silent},
		{"an empty log", of(onServer(0)), nil, false, Unknown, Silent},
		{"a log that was not read", no(onServer(0), func(s *Server) { s.EventsUnread = true }), nil, false, Unknown, Unheard},
		{"a log that was not read, and a reset today", no(onServer(0), func(s *Server) { s.EventsUnread = true }), []Audit{audit(AuditAdminReset, 20*hour, "Microsoft Entra Connect", "")}, false, Verified, ""},
		{"a log that was not read, and a reset the day before", no(onServer(0), func(s *Server) { s.EventsUnread = true }), []Audit{audit(AuditAdminReset, 26*hour, "Microsoft Entra Connect", "")}, false, Unknown, Unheard},
		{"a log that was read as far as the heartbeat", no(onServer(0, ev(31019, 4*min)), func(s *Server) { s.EventsUnread = true }), nil, false, Verified, ""},
		{"a server that may be in staging mode", no(onServer(0, ev(31019, 4*min)), func(s *Server) { s.StagingUnknown, s.Reset = true, nil }), nil, false, Unknown, ""},
		{"a server that may be in staging mode, and a bad sign", no(onServer(0, ev(31034, 3*min)), func(s *Server) { s.StagingUnknown, s.Reset = true, nil }),
			[]Audit{audit(AuditAdminReset, 20*day, "Microsoft Entra Connect", "")}, false, Unknown, Down},
		{"just started", of(onServer(0, ev(31016, 3*min), ev(31015, 2*min))), nil, false, Verified, ""},
		{"restarted in one moment", of(onServer(0, ev(31016, 2*min), ev(31015, 2*min))), nil, false, Verified, ""},
		{"just onboarded", of(onServer(0, ev(31004, min), ev(31005, min))), nil, false, Verified, ""},
		{"just enabled, by the audit log, and no event yet", of(onServer(0)), []Audit{audit(AuditEnable, 2*min, "", "")}, false, Verified, ""},
		{"healthy by its own word", of(onServer(0, ev(31034, 10*min), ev(31042, 5*min))), nil, false, Verified, ""},
		{"31034 after the heartbeat", of(onServer(0, ev(31019, 8*min), ev(31034, 3*min))), nil, false, Unknown, Down},
		{"31044 after the heartbeat", of(onServer(0, ev(31019, 8*min), ev(31044, 3*min))), nil, false, Unknown, Down},
		{"31016 after the heartbeat", of(onServer(0, ev(31019, 8*min), ev(31016, 3*min))), nil, false, Unknown, Down},
		{"32002 after the heartbeat", of(onServer(0, ev(31019, 8*min), ev(32002, 3*min))), nil, false, Unknown, Down},
		{"32002 after onboarding", of(onServer(0, ev(31005, 8*min), ev(32002, 3*min))), nil, false, Unknown, Down},
		{"32002 after a success", of(onServer(0, ev(31002, 8*min), ev(32002, 3*min))), nil, false, Unknown, Down},
		{"32002 before the heartbeat", of(onServer(0, ev(32002, 8*min), ev(31019, 3*min))), nil, false, Verified, ""},
		{"five errors before a success", of(onServer(0, ev(32002, 9*min), ev(31034, 9*min), ev(31044, 8*min), ev(32004, 8*min), ev(31016, 7*min), ev(31002, 3*min))), nil, false, Verified, ""},
		{"a lost request, heartbeats go on", of(onServer(0, ev(31001, 20*min), ev(32004, 20*min), ev(31019, 2*min))), nil, false, Unknown, Lost},
		{"a lost request, onboarded again", of(onServer(0, ev(32004, 20*min), ev(31005, 10*min), ev(31019, 2*min))), nil, false, Verified, ""},
		{"a lost request, then one of one user that AD refused", of(onServer(0, ev(32004, 20*min), ev(33004, 10*min), ev(31019, 2*min))), nil, false, Verified, ""},
		{"one Domain Admin's 33004", of(onServer(0, ev(31001, 3*min), ev(33004, 3*min), ev(31003, 3*min), ev(31019, 4*min))), nil, false, Verified, ""},
		{"33008 shows that the way is open", &Server{Host: "S", Product: "connect", At: noon, EventsUnread: true, Events: []Event{{ID: 33008, At: noon.Add(-hour)}}}, nil, false, Verified, ""},
		{"a tenant that cannot reach the server", of(onServer(0, ev(31019, 2*min))), []Audit{failed(hour, "SSPR_0030")}, false, Unknown, Lost},
		{"a tenant that could not reach it, and a later success", of(onServer(0, ev(31019, 2*min))), []Audit{audit(AuditAdminReset, 30*min, "Microsoft Entra Connect", ""), failed(hour, "SSPR_0030")}, false, Verified, ""},
		{"a success of Cloud Sync mends nothing of Connect", of(onServer(0, ev(32002, 3*min))), []Audit{audit(AuditAdminReset, 0, "CloudSync", "")}, false, Unknown, Down},
		{"an unlock that names nobody, where both products are at work", of(onServer(0, ev(32002, 30*min))), []Audit{audit(AuditUnlock, 0, "", ""), audit(AuditAdminReset, hour, "CloudSync", "")}, false, Unknown, Down},
		{"an unlock that names nobody, where one is", of(onServer(0, ev(32002, 30*min))), []Audit{audit(AuditUnlock, 0, "", "")}, false, Verified, ""},
		{"SSPR_0029 of one user", of(onServer(0, ev(31019, 2*min))), []Audit{failed(hour, "OnPremisesFailure: SSPR_0029")}, false, Verified, ""},
		{"users who may not, are not licensed, choose banned passwords", of(onServer(0, ev(31019, 2*min))), []Audit{failed(hour, "SSPR_0009"), failed(hour, "SSPR_0011"), failed(hour, "SSPR_0012"), failed(hour, "SSPR_0013"), failed(hour, "SSPR_0014"), failed(hour, "SSPR_009"), failed(hour, "PasswordDoesnotComplyFuzzyPolicy"), failed(hour, "FuzzyPolicyViolationInvalidPassword")}, false, Verified, ""},
		{"the same against an old entry", nil, []Audit{failed(hour, "SSPR_0013"), failed(hour, "FuzzyPolicyViolation"), enabled}, false, Unknown, ""},
		{"six failed resets today and an old entry", nil, []Audit{failed(hour, "odd"), failed(hour, "odd"), failed(2*hour, "odd"), failed(3*hour, "odd"), failed(4*hour, "odd"), failed(5*hour, "odd"), enabled}, false, Unknown, ""},
		{"SSPR_0010 and an old entry", nil, []Audit{failed(hour, "SSPR_0010"), enabled}, false, Unknown, ""},
		{"failed before it was enabled", nil, []Audit{audit(AuditEnable, hour, "", ""), failed(2*hour, "odd")}, false, Verified, ""},
		{"failed for no reason that is known, and the server is healthy", of(onServer(0, ev(31019, 2*min))), []Audit{failed(hour, "odd")}, false, Verified, ""},
		{"an old entry alone", nil, []Audit{enabled}, false, Unknown, ""},
		{"a fresh entry, and a failure since", nil, []Audit{audit(AuditEnable, 3*hour, "", ""), failed(hour, "odd")}, false, Unknown, Failed},
		{"31013, and the cmdlet says on", of(onServer(0, ev(31019, 20*min), ev(31013, 8*min), ev(31015, 2*min))), nil, false, IsOff, Offboarded},
		{"31013, and onboarded since", of(onServer(0, ev(31013, 8*min), ev(31005, 4*min))), nil, false, Verified, ""},
		{"disabled after the reading", of(onServer(hour, ev(31019, 2*min))), []Audit{audit(AuditDisable, min, "", "")}, false, IsOff, Offboarded},
		{"disabled before the heartbeat", of(onServer(0, ev(31019, 2*min))), []Audit{audit(AuditDisable, hour, "", "")}, false, Verified, ""},
		{"disabled, and what the cmdlet says of now", no(onServer(0), func(s *Server) { s.EventsUnread = true }), []Audit{audit(AuditDisable, hour, "", "")}, false, IsOff, Offboarded},
		{"an answer of six hours, healthy then", of(onServer(6*hour, ev(31019, 4*min))), nil, false, Verified, ""},
		{"an answer of six hours, silent then", of(onServer(6*hour, ev(31019, 40*min))), nil, false, Unknown, Silent},
		{"an answer of six hours, and a reset lost since", of(onServer(6*hour, ev(31019, 4*min))), []Audit{failed(hour, "SSPR_0030")}, false, Unknown, Lost},
		{"silent then, and a success since", of(onServer(6 * hour)), []Audit{audit(AuditAdminReset, hour, "Microsoft Entra Connect", "")}, false, Verified, ""},
		{"an answer of two days, healthy then", of(onServer(2*day, ev(31019, 4*min))), nil, false, Verified, ""},
		{"two clocks, and a success that may have been first", of(onServer(0, ev(31002, 28*min), ev(31019, 2*min))), []Audit{failed(30*min, "SSPR_0030")}, false, Unknown, Lost},
		{"two clocks, and a success that was later", of(onServer(0, ev(31002, 20*min), ev(31019, 2*min))), []Audit{failed(30*min, "SSPR_0030")}, false, Verified, ""},
		{"a server in staging mode is silent by design", no(onServer(0), func(s *Server) { s.Staging = true }), []Audit{audit(AuditAdminReset, hour, "Microsoft Entra Connect", "")}, false, Verified, ""},
		{"the agent of Cloud Sync logs none of it", &Server{Host: "S", Product: "cloud", At: noon}, []Audit{audit(AuditAdminReset, hour, "CloudSync", "")}, false, Verified, ""},
		{"a server that was not asked for its switch, with no such event", &Server{Host: "S", Product: "connect", At: noon}, []Audit{audit(AuditAdminReset, hour, "Microsoft Entra Connect", "")}, false, Verified, ""},
		{"a server that was not asked for its switch, silent for days", &Server{Host: "S", Product: "connect", At: noon, Events: []Event{{ID: 31005, At: noon.Add(-9 * day)}}}, nil, false, Unknown, Silent},
		{"a silent server that is off", no(onServer(0), func(s *Server) { s.Reset = &ResetConfiguration{} }), nil, false, IsOff, ""},
		{"a word, and a failure after it", nil, []Audit{failed(30*min, "odd")}, true, Unknown, Failed},
		{"a word, and a failure before it", nil, []Audit{failed(2*hour, "SSPR_0030")}, true, Attested, ""},
		{"a self-service reset that names no agent", nil, []Audit{audit(AuditSelfReset, hour, "", "")}, false, Unknown, ""},
		{"the same, with the event of the server", &Server{Host: "S", Product: "connect", At: noon, EventsUnread: true, Events: []Event{{ID: 31002, At: noon.Add(-hour)}}}, []Audit{audit(AuditSelfReset, hour, "", "")}, false, Verified, ""},
		{"an unlock by some agent", nil, []Audit{audit(AuditUnlock, hour, "", "")}, false, Verified, ""},
		{"SSPR_0010 an hour ago beside a healthy server", of(onServer(0, ev(31019, 2*min))), []Audit{failed(hour, "SSPR_0010")}, false, Unknown, Lost},
		{"WritebackNotEnabled", of(onServer(0, ev(31019, 2*min))), []Audit{failed(hour, "WritebackNotEnabled")}, false, Unknown, Lost},
		{"OnPremisesConnectivityError", of(onServer(0, ev(31019, 2*min))), []Audit{failed(hour, "OnPremisesConnectivityError")}, false, Unknown, Lost},
		{"OnPremisesAdminActionRequired", of(onServer(0, ev(31019, 2*min))), []Audit{failed(hour, "OnPremisesAdminActionRequired")}, false, Verified, ""},
		{"UserNotLicensed", of(onServer(0, ev(31019, 2*min))), []Audit{failed(hour, "UserNotLicensed")}, false, Verified, ""},
		{"31034 and a heartbeat in one second", of(onServer(0, ev(31034, 2*min), ev(31019, 2*min))), nil, false, Unknown, Down},
		{"31016 and a heartbeat in one second", of(onServer(0, ev(31016, 2*min), ev(31019, 2*min))), nil, false, Unknown, Down},
		{"31034 and a start in one second", of(onServer(0, ev(31034, 2*min), ev(31015, 2*min))), nil, false, Unknown, Down},
		{"a lost request and a success in one second", of(onServer(0, ev(32004, 2*min), ev(31002, 2*min), ev(31019, min))), nil, false, Unknown, Lost},
		{"33004 for a connector that does not sign", of(onServer(0, with(ev(33004, 3*min), "hr=8023062C"), ev(31019, 2*min))), nil, false, Unknown, Lost},
		{"6329 for a forest that was added later", of(onServer(0, with(ev(6329, 3*min), "0x8023061f"), ev(31019, 2*min))), nil, false, Unknown, Lost},
		{"33004 for a password of more than 256 characters", of(onServer(0, with(ev(33004, 3*min), "hr=800700CE"), ev(31019, 2*min))), nil, false, Unknown, Lost},
		{"33004 whose cause stands in the 6329 beside it", of(onServer(0, with(ev(6329, 3*min), "hr=8023062C"), ev(33004, 3*min-time.Second), ev(31019, 2*min))), nil, false, Unknown, Lost},
		{"33004 for one user, long after such a 6329", of(onServer(0, with(ev(6329, 8*min), "hr=8023062C"), ev(33004, 3*min), ev(31019, 2*min))), nil, false, Verified, ""},
		{"33004 for a connector that signs by now", of(onServer(0, with(ev(33004, 8*min), "hr=8023062C"), ev(31002, 3*min), ev(31019, 2*min))), nil, false, Verified, ""},
		{"events of Entra Connect beside the agent of Cloud Sync", &Server{Host: "S", Product: "cloud", At: noon, Events: []Event{{ID: 31019, At: noon.Add(-min)}, {ID: 31002, At: noon.Add(-hour)}}}, nil, false, Unknown, ""},
		{"bad ones beside the agent of Cloud Sync", &Server{Host: "S", Product: "cloud", At: noon, Events: []Event{{ID: 31034, At: noon.Add(-min)}}}, []Audit{audit(AuditAdminReset, hour, "CloudSync", "")}, false, Verified, ""},
		{"a bad sign of long ago", of(onServer(0, ev(31019, 4*min))), []Audit{failed(31*day, "SSPR_0030")}, false, Verified, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := TestifyAudits(c.audits, "audit log")
			if c.server != nil {
				all = append(all, c.server.Testify()...)
			}
			if c.word {
				all = append(all, word)
			}
			v := Judge(WritebackOn, all, noon)
			veto := Sign("")
			if v.Vetoed {
				veto = v.Conflicts[0].Against.Sign
			}
			if v.State != c.want || veto != c.veto {
				t.Errorf("%s, veto %q, want %s, %q: %+v", v.State, veto, c.want, c.veto, v)
			}
		})
	}
}

// A server that is off, or that this program has just switched on, is not silent.
func TestNoSilenceIsExpected(t *testing.T) {
	silent := func(change func(*Server)) bool {
		s := onServer(0)
		change(&s)
		return slices.ContainsFunc(s.Testify(), func(x Testimony) bool { return x.Sign == Silent })
	}
	if !silent(func(*Server) {}) {
		t.Error("a server that is on and logs nothing is not silent")
	}
	for name, change := range map[string]func(*Server){
		"off":                func(s *Server) { s.Reset.Enabled = false },
		"just switched on":   func(s *Server) { s.SwitchedOn = s.At.Add(-time.Minute) },
		"of another product": func(s *Server) { s.Product = "cloud" },
	} {
		if silent(change) {
			t.Errorf("a server that is %s is silent", name)
		}
	}
	if !silent(func(s *Server) { s.SwitchedOn = s.At.Add(-FreshBeat) }) {
		t.Error("a server that was switched on a while ago is not silent")
	}
}

// What would prove a reset without an agent's name is said.
func TestHintSaysWhatWouldProve(t *testing.T) {
	for _, x := range TestifyAudits([]Audit{audit(AuditSelfReset, time.Hour, "", "")}, "audit log") {
		if x.Proves(noon) || !strings.Contains(x.What, "31002") || !strings.Contains(x.What, "pwdLastSet") {
			t.Errorf("%+v", x)
		}
	}
}

// The laws, on random logs: nothing is verified beside a bad sign that nothing
// mended; one more heartbeat, or one more success, never makes a verdict worse;
// and the order in which things are heard does not count.
func TestHealthLaws(t *testing.T) {
	ids := EventIDs()
	slices.Sort(ids)
	activities := []string{AuditEnable, AuditDisable, AuditSelfReset, AuditAdminReset, AuditUnlock}
	reasons := []string{"", "", "odd", "SSPR_0029", "SSPR_0030", "SSPR_0013"}
	agents := []string{"", "Microsoft Entra Connect", "CloudSync"}
	vetoes := 0
	for seed := range uint64(4000) {
		r := rand.New(rand.NewPCG(seed, 1))
		pick := func(n int) int { return r.IntN(n) }
		s := onServer(time.Duration(pick(3)) * time.Hour)
		for range pick(6) {
			s.Events = append(s.Events, Event{ID: ids[pick(len(ids))], At: s.At.Add(-time.Duration(pick(40)) * time.Minute)})
		}
		s.EventsUnread, s.Reset.Enabled = pick(4) == 0, pick(5) > 0
		var audits []Audit
		for range pick(4) {
			audits = append(audits, audit(activities[pick(len(activities))], time.Duration(pick(300))*time.Minute, agents[pick(3)], reasons[pick(len(reasons))]))
		}
		judge := func(s Server, audits []Audit) Verdict {
			return Judge(WritebackOn, append(s.Testify(), TestifyAudits(audits, "audit log")...), noon)
		}
		v := judge(s, audits)
		if v.Vetoed {
			vetoes++
		}
		for _, bad := range unmended(heard(WritebackOn, append(s.Testify(), TestifyAudits(audits, "")...)), noon) {
			if v.State == Verified && bad.Sign != Failed {
				t.Fatalf("seed %d: verified beside %+v", seed, bad)
			}
		}
		if v.State == Verified {
			better := s
			better.Events = append(slices.Clone(s.Events), Event{ID: 31019, At: s.At}, Event{ID: 31002, At: s.At})
			if now := judge(better, audits); now.State != Verified {
				t.Fatalf("seed %d: a heartbeat and a success make %s of it", seed, now.State)
			}
		}
		slices.Reverse(audits)
		slices.Reverse(s.Events)
		if again := judge(s, audits); again.State != v.State {
			t.Fatalf("seed %d: %s in another order, %s before", seed, again.State, v.State)
		}
	}
	if vetoes < 400 {
		t.Errorf("only %d of the logs have a veto", vetoes)
	}
}

// Each trouble is told once, and what is mended is past.
func TestTroubles(t *testing.T) {
	const min = time.Minute
	for _, c := range []struct {
		name   string
		server Server
		audits []Audit
		want   string // "id", "id!" where it is past, in order
	}{
		{"none", onServer(0, ev(31019, min)), nil, ""},
		{"a relay that is back", onServer(0, ev(32002, 9*min), ev(31034, 8*min), ev(31019, min)), nil, "31034! 32002!"},
		{"a relay that is gone", onServer(0, ev(31019, 9*min), ev(32002, min)), nil, "32002"},
		{"one of a kind", onServer(0, ev(33004, 3*min), ev(33004, 2*min), ev(33004, min)), nil, "33004"},
		{"two causes of a kind", onServer(0, Event{ID: 6329, At: time.Unix(60, 0), Message: "hr=80230619"}, Event{ID: 6329, At: time.Unix(120, 0), Message: "hr=8023062C"}), nil, "6329 6329"},
		{"one user, and a heartbeat", onServer(0, ev(33004, 3*min), ev(31019, min)), nil, "33004"},
		{"one user, and a success of another", onServer(0, ev(33004, 3*min), ev(31002, min)), nil, "33004!"},
		{"one user, and a success in the audit log", onServer(0, ev(33004, 30*min)), []Audit{audit(AuditAdminReset, min, "Microsoft Entra Connect", "")}, "33004!"},
		{"a cause of all users, and a success before it", onServer(0, ev(31002, 9*min), with(ev(33004, 3*min), "hr=8023062C")), nil, "33004"},
		{"a cause of all users, and one of one user since", onServer(0, with(ev(33004, 3*min), "hr=8023062C"), ev(33008, min)), nil, "33008 33004!"},
		{"of Entra Connect beside the agent of Cloud Sync", Server{Host: "S", Product: "cloud", At: noon, Events: []Event{{ID: 31034, At: noon}}}, nil, ""},
		{"an endpoint that started", onServer(0, ev(6800, 9*min), ev(31015, min)), nil, "6800!"},
		{"nothing to be done about it", onServer(0, ev(33005, min), ev(32014, min)), nil, ""},
	} {
		var got []string
		for _, x := range c.server.Troubles(append(c.server.Testify(), TestifyAudits(c.audits, "")...)) {
			id := strconv.Itoa(x.ID)
			if x.Cause.Everyone && x.OneUser() {
				t.Errorf("%s: %s is told as one user's", c.name, x.Cause.Code)
			}
			if x.Past() {
				id += "!"
			}
			got = append(got, id)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %q, want %q", c.name, s, c.want)
		}
	}
}
