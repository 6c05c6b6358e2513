package cloudconfig

import (
	"slices"
	"strings"
)

// Trouble is an event of a sync server that needed somebody when it was logged.
type Trouble struct {
	Event
	EventMeaning
	Cause Cause // that its message names; zero: none that is known
	// Mended is what was seen later and makes it a thing of the past; zero: nothing
	// was.
	Mended Testimony
}

// Past says that it is mended.
func (t Trouble) Past() bool { return t.Mended.Sign != "" }

// OneUser says that AD answered it about one user: the way there is open.
func (t Trouble) OneUser() bool { return slices.Contains(oneUser, t.ID) && t.Sign != Lost }

// oneUser are the events about one user's password beside those with the sign
// Reached, which are in the same list.
var oneUser = []int{31003, 31008, 31011, 33001, 33002, 33003, 33004, 33005, 33006, 33007, 33008, 33009, 6329}

// Advice is what to do about it: what the cause asks for, where one is known.
func (t Trouble) Advice() string {
	if t.Cause.Fix != "" {
		return t.Cause.Fix
	}
	return t.Fix
}

// Troubles are the server's events that needed somebody, the newest of each kind
// and cause, in the order of the log. all is what has been heard of writeback:
// what came through later mends what was before. The agent of Cloud Sync logs none of
// them: those on its host are of an Entra Connect that was there.
func (s Server) Troubles(all []Testimony) (out []Trouble) {
	if s.Product == "cloud" {
		return nil
	}
	own := heard(WritebackOn, all)
	both := bothWays(own)
	seen := map[string]bool{}
	events := slices.Clone(s.Events)
	slices.SortStableFunc(events, func(a, b Event) int { return b.At.Compare(a.At) })
	for _, e := range events {
		m, known := Meaning(e.ID)
		if !known || m.Fix == "" {
			continue
		}
		t := Trouble{Event: e, EventMeaning: m}
		if c, is := s.barring(e); is {
			t.Cause, t.Sign = c, Lost
		} else if c := Causes(e.Message); len(c) > 0 {
			t.Cause = c[0]
			if t.Cause == accessDenied {
				t.Cause = s.deniedBySAM()
			}
		}
		if key := strings.Join([]string{m.Name, t.Cause.Code}, " "); !seen[key] {
			seen[key] = true
			t.Mended = s.mender(t, own, both)
			out = append(out, t)
		}
	}
	return out
}

// mender is the newest good sign that makes a trouble a thing of the past. What
// AD said of one user is past once another password was written; what else went
// wrong while the service came up, once it is up.
func (s Server) mender(t Trouble, own []Testimony, both bool) Testimony {
	bad := Testimony{Sign: t.Sign, Event: t.ID, At: t.At, Product: s.Product, Clock: s.Host}
	if _, is := mends[bad.Sign]; !is {
		bad.Sign = Down
	}
	for _, good := range own {
		if t.OneUser() && good.Sign != Written {
			continue
		}
		if bad.mended(good, both) {
			return good
		}
	}
	return Testimony{}
}
