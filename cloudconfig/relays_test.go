package cloudconfig

import (
	"strings"
	"testing"
	"time"
)

// Whether relay hosts are reached is told with a bad sign, and outweighs no good one.
func TestRelaysAreAHint(t *testing.T) {
	none := []Relay{{Host: "one.servicebus.windows.net", Text: "no route"}, {Host: "two.servicebus.windows.net", Reached: true}}
	for name, c := range map[string]struct {
		event Event
		state State
		told  bool
	}{
		"a fresh heartbeat":           {Event{ID: 31019, At: noon.Add(-time.Minute)}, Verified, false},
		"a reset that came through":   {Event{ID: 31002, At: noon.Add(-time.Minute)}, Verified, false},
		"silence":                     {Event{ID: 31019, At: noon.Add(-time.Hour)}, Unknown, true},
		"the relay is out of reach":   {Event{ID: 31034, At: noon.Add(-time.Minute)}, Unknown, true},
		"a request that never got on": {Event{ID: 32004, At: noon.Add(-time.Minute)}, Unknown, false},
	} {
		s := Server{Host: "SYNC01", At: noon, Product: "connect", Relays: none, Events: []Event{c.event}, Reset: &ResetConfiguration{Enabled: true, ServiceStatus: "Started", OnboardingStatus: "NotRequired"}}
		if c.event.ID == 32004 { // the heartbeat is there
			s.Events = append(s.Events, Event{ID: 31019, At: noon})
		}
		all := s.Testify()
		v := Judge(WritebackOn, all, noon)
		var said string
		for _, t := range all {
			said += t.What + "\n"
		}
		if v.State != c.state || strings.Contains(said, "no TCP connection from there to one.servicebus") != c.told || strings.Contains(said, "two.servicebus") {
			t.Errorf("%s: %s, %s", name, v.State, said)
		}
	}
}

func TestHowOftenAndWhen(t *testing.T) {
	first, changed := noon.Add(-48*time.Hour), noon.Add(-72*time.Hour)
	s := Server{Host: "SYNC01", At: noon, Product: "connect", Reset: &ResetConfiguration{Enabled: true, Modified: &changed}, Events: []Event{
		{ID: 33004, At: noon, Count: 200, First: &first}, {ID: 31019, At: noon, Count: 3, First: &first}, {ID: 31005, At: noon},
	}}
	for i, want := range []string{"changed 2026-03-01T12:00:00Z", "(at least 200 of them since 2026-03-02T12:00:00Z)", "", ""} {
		if what := s.Testify()[i].What; want != "" && !strings.HasSuffix(what, want) || want == "" && strings.Contains(what, "since") {
			t.Errorf("%d: %s", i, what)
		}
	}
}
