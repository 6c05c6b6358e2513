package cloudconfig

import (
	"fmt"
	"strings"
	"time"
)

// What a sync server tells beside its signs: nothing of it decides anything.

// RelaysTold says which of the tenant's relay hosts the sync server got a TCP
// connection to; "" where nobody tried.
func (s Server) RelaysTold() string {
	var parts, reached []string
	for _, r := range s.Relays {
		if r.Reached {
			reached = append(reached, r.Host)
		}
	}
	if len(reached) > 0 {
		parts = append(parts, "reached on port 443: "+strings.Join(reached, ", "))
	}
	if hint := s.unreached(); hint != "" {
		parts = append(parts, hint)
	}
	return strings.Join(parts, ", ")
}

// unreached names the relay hosts that did not answer; "" where all did.
func (s Server) unreached() string {
	var out []string
	for _, r := range s.Relays {
		if !r.Reached {
			out = append(out, r.Host+" ("+r.Text+")")
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "from there no TCP connection to " + strings.Join(out, ", ") + " on port 443, which a proxy explains as well"
}

// often says how many events of this kind there were. Of heartbeats the newest few are
// asked for.
func (e Event) often() string {
	if e.Count < 2 || e.First == nil || events[e.ID].Sign == Beat {
		return ""
	}
	return fmt.Sprintf(" (%d of them since %s)", e.Count, e.First.UTC().Format(time.RFC3339))
}
