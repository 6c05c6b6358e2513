package replication

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"
)

// script is a DC that answers as it is told, the last answer again and again.
type script struct {
	says   []Sight
	asked  int
	closed int
	took   time.Duration
}

func (s *script) dc(domain string, first bool) DC {
	return DC{Domain: domain, First: first, Close: func() { s.closed++ }, Ask: func(ctx context.Context, progress func(int)) Sight {
		select {
		case <-time.After(s.took):
		case <-ctx.Done():
			return Sight{State: Failed, Err: ctx.Err()}
		}
		n := min(s.asked, len(s.says)-1)
		s.asked++
		return s.says[n]
	}}
}

func states(p Propagation) (out []State) {
	for _, r := range p.Replicas {
		out = append(out, r.State)
	}
	return out
}

func at(state State) Sight { return Sight{State: state, Users: 2, Carry: 1} }

func TestWatch(t *testing.T) {
	dead := errors.New("no route")
	for name, c := range map[string]struct {
		dcs        []*script
		domains    []string
		want       []State
		everywhere bool
		nowhere    []string
		caughtUp   int
		waited     time.Duration // at most
	}{
		"done at once": {dcs: []*script{{says: []Sight{at(Done)}}, {says: []Sight{at(Done)}}}, domains: []string{"a", "a"},
			want: []State{Done, Done}, everywhere: true, waited: time.Millisecond},
		"it comes": {dcs: []*script{{says: []Sight{at(Propagating), at(Done)}}, {says: []Sight{{State: Failed, Err: dead}, at(Replicating), at(Propagating), at(Done)}}}, domains: []string{"a", "a"},
			want: []State{Done, Done}, everywhere: true, caughtUp: 1, waited: 5 * time.Second},
		"one refuses": {dcs: []*script{{says: []Sight{at(Done)}}, {says: []Sight{{State: Refused, Err: dead}}}}, domains: []string{"a", "a"},
			want: []State{Done, Refused}, waited: time.Millisecond},
		"nowhere": {dcs: []*script{{says: []Sight{at(Replicating)}}, {says: []Sight{at(Replicating)}}, {says: []Sight{at(Done)}}}, domains: []string{"a", "a", "b"},
			want: []State{Replicating, Replicating, Done}, nowhere: []string{"a"}, waited: time.Millisecond},
		"one is dead": {dcs: []*script{{says: []Sight{at(Done)}}, {says: []Sight{{State: Failed, Err: dead}}}}, domains: []string{"a", "a"},
			want: []State{Done, Failed}, waited: time.Hour},
		"one never answers": {dcs: []*script{{says: []Sight{at(Done)}}, {says: []Sight{at(Done)}, took: 2 * time.Hour}}, domains: []string{"a", "a"},
			want: []State{Done, Failed}, waited: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				caught := 0
				w := &Watch{Tell: func([]Replica) {}, CaughtUp: func() error { caught++; return nil }}
				seen := map[string]bool{}
				for i, s := range c.dcs {
					w.DCs = append(w.DCs, s.dc(c.domains[i], !seen[c.domains[i]]))
					seen[c.domains[i]] = true
				}
				p, err := w.Run(t.Context(), time.Hour)
				if err != nil || !reflect.DeepEqual(states(p), c.want) || p.Everywhere != c.everywhere || !reflect.DeepEqual(p.Nowhere, c.nowhere) || caught != c.caughtUp {
					t.Errorf("%v, everywhere %t, nowhere %v, caught up %d times, %v", states(p), p.Everywhere, p.Nowhere, caught, err)
				}
				if p.Waited > c.waited {
					t.Errorf("it was waited for %s", p.Waited)
				}
				for i, s := range c.dcs {
					if s.closed != 1 {
						t.Errorf("DC %d was closed %d times", i, s.closed)
					}
				}
			})
		})
	}
}

// A DC that cannot be asked is asked less and less often, and one that refused never again.
func TestPausesGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dead := &script{says: []Sight{{State: Failed, Err: errors.New("no route")}}}
		w := &Watch{DCs: []DC{dead.dc("a", true)}, Tell: func([]Replica) {}, CaughtUp: func() error { return nil }}
		if _, err := w.Run(t.Context(), time.Hour); err != nil {
			t.Fatal(err)
		}
		if dead.asked < 100 || dead.asked > 130 { // once in 30 s, after some seconds of haste
			t.Errorf("it was asked %d times in an hour", dead.asked)
		}
	})
}

// The watch ends with the error of CaughtUp, and with the caller's end.
func TestWatchEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("it broke")
		first, other := &script{says: []Sight{at(Propagating), at(Done)}}, &script{says: []Sight{at(Replicating)}}
		w := &Watch{DCs: []DC{first.dc("a", true), other.dc("a", false)}, Tell: func([]Replica) {}, CaughtUp: func() error { return broken }}
		if _, err := w.Run(t.Context(), time.Hour); !errors.Is(err, broken) {
			t.Errorf("%v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		other.closed = 0
		w = &Watch{DCs: []DC{other.dc("a", false)}, Tell: func([]Replica) {}, CaughtUp: func() error { return nil }}
		other.says = []Sight{at(Propagating)}
		if _, err := w.Run(ctx, time.Hour); !errors.Is(err, context.Canceled) || other.closed != 1 {
			t.Errorf("%v, closed %d times", err, other.closed)
		}
	})
}
