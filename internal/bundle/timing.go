package bundle

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Timer counts how long requests took. It may be told of several at once.
type Timer struct {
	mu  sync.Mutex
	all map[[2]string]*Timing
}

// Add counts one request of a kind to a service.
func (t *Timer) Add(service, kind string, entries int, took time.Duration, failed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all == nil {
		t.all = map[[2]string]*Timing{}
	}
	key := [2]string{service, kind}
	one := t.all[key]
	if one == nil {
		one = &Timing{Service: service, Kind: kind}
		t.all[key] = one
	}
	one.Count++
	one.Entries += entries
	one.TotalMS += took.Milliseconds()
	one.MostMS = max(one.MostMS, took.Milliseconds())
	if failed {
		one.Failed++
	}
}

// Timings adds what a timer counted. Neither objects nor addresses are in it.
func (m *Maker) Timings(t *Timer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	m.b.Timings = []Timing{}
	for _, one := range t.all {
		passed := *one
		passed.Service, passed.Kind = matching(one.Service, codeForm), among(one.Kind, "rootdse", "bind", "search", "modify", "extended", "kerberos", "GET", "POST", "PATCH", "PUT")
		m.b.Timings = append(m.b.Timings, passed)
	}
	slices.SortFunc(m.b.Timings, func(a, b Timing) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Kind, b.Kind))
	})
}
