package cloudconfig

import "strings"

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
	return "no TCP connection from there to " + strings.Join(out, ", ") + " on port 443; a proxy may be the reason"
}
