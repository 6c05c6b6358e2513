package plain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"writeback/steps"
)

// Replica is how far the rights have come on one DC. Names and errors are raw.
type Replica struct {
	Domain   string  `json:"domain,omitempty"` // where there are several
	DC       string  `json:"dc"`               // host name
	Site     string  `json:"site"`
	ReadOnly bool    `json:"readOnly"` // an RODC
	State    string  `json:"state"`
	Users    int     `json:"users"` // that are to have the rights there, by what was seen last
	Carry    int     `json:"carry"` // of Users, that have them
	Done     bool    `json:"done"`
	Seconds  float64 `json:"seconds"` // from the beginning until it was done, or until nobody watched any more
	Error    string  `json:"error,omitempty"`

	Looked int `json:"-"` // users that were looked at so far, while that goes on
}

// The states of a [Replica].
const (
	ReplicaUnseen      = "unseen"      // it has not answered yet
	ReplicaReplicating = "replicating" // the changes of the DACLs are not there yet
	ReplicaPropagating = "propagating" // they are, and not all users have inherited them
	ReplicaDone        = "done"
	ReplicaError       = "error"   // it cannot be asked; it is tried again
	ReplicaRefused     = "refused" // it refused the sign-in; it is not tried again
)

// Propagation is how far the rights have come in a domain.
type Propagation struct {
	Replicas   []Replica
	Everywhere bool          // all DCs are done
	Nowhere    []string      // domains of which no DC that answered has the changes: there is nothing to wait for
	Waited     time.Duration // how long they were watched
}

// Propagated shows what verify found on all DCs: the document with everything,
// or, as text, what comes after that of [Renderer.Verified].
func (f *Renderer) Propagated(v steps.Verification, p Propagation) error {
	if f.JSON {
		return f.document(struct {
			steps.Verification
			Propagation []Replica `json:"propagation"`
		}{v, p.Replicas})
	}
	out := f.page()
	out.line("")
	out.painted(bold, "Users who have the rights, DC by DC")
	var rows [][]string
	for _, r := range p.Replicas {
		rows = append(rows, []string{r.name(), r.Site, r.count(), r.ending()})
	}
	out.table("  ", rows)
	out.line("")
	out.propagationEnd(p)
	return out.flush()
}

// propagationEnd says what it comes to, and what is known about the time that it
// takes. That inherited ACEs are computed by each DC, at once and unreplicated,
// is MS-ADTS 3.1.1.6.3; that replication is what takes long follows from that.
func (p *page) propagationEnd(of Propagation) {
	open := 0
	for _, r := range of.Replicas {
		if !r.Done {
			open++
		}
	}
	switch {
	case of.Everywhere && len(of.Replicas) == 1:
		p.painted(green, "On the domain's one DC every user that is to have the rights has them.")
	case of.Everywhere:
		p.painted(green, "On all %d DCs every user that is to have the rights has them.", len(of.Replicas))
	case len(of.Nowhere) > 0:
		p.painted(yellow, "In %s no DC that answered has all that is to be set: there is nothing to wait for. writeback plan shows what is missing.", strings.Join(of.Nowhere, ", "))
		return
	default:
		p.painted(yellow, "%d of %s not done after %s. writeback verify --wait watches on.", open, plural(len(of.Replicas), "DC"), briefly(of.Waited))
	}
	if !of.Everywhere {
		p.line("The DC to look at first is the one that the sync server uses: Microsoft's support")
		p.line("advises to name one in the connector, and to test on that.")
	}
	if slices.ContainsFunc(of.Replicas, func(r Replica) bool { return r.State == ReplicaPropagating }) {
		p.line("How much a propagator has before it, the DC itself counts: performance counter")
		p.line(`\DirectoryServices(NTDS)\DS Security Descriptor Propagator Runtime Queue`)
	}
	for _, text := range aboutTime {
		p.painted(faint, "%s", text)
	}
}

var aboutTime = []string{
	"About the time: each DC computes by itself what its objects inherit, and begins when",
	"the change of the DACL has reached it (MS-ADTS 3.1.1.6.3). What is replicated is that",
	"change alone. So where it takes long, replication is the likely reason, above all that",
	"between sites, and the hour of many guides the worst case: that is our conclusion.",
	"The task that runs every 60 minutes is AdminSDHolder's, and another one: it hands no",
	"rights out, it takes them from protected accounts.",
}

func (r Replica) name() string {
	name := r.DC
	if r.ReadOnly {
		name += " (read-only)"
	}
	return name
}

// count is "120 of 4,000 users"; "" where they were never counted.
func (r Replica) count() string {
	if r.Users == 0 && r.State != ReplicaDone {
		return ""
	}
	unit := "users"
	if r.Users == 1 {
		unit = "user"
	}
	return fmt.Sprintf("%s of %s %s", grouped(r.Carry), grouped(r.Users), unit)
}

// why is what a DC that is not done waits for.
func (r Replica) why() string {
	switch r.State {
	case ReplicaUnseen:
		return "no answer yet"
	case ReplicaReplicating:
		return "the change is not there yet"
	case ReplicaPropagating:
		return "the change is there, its propagator is at work"
	case ReplicaRefused:
		return r.Error + " (not tried again: a try may count towards a lockout)"
	case ReplicaError:
		return r.Error
	}
	return ""
}

func (r Replica) ending() string {
	if r.Done {
		return "done after " + briefly(time.Duration(r.Seconds*float64(time.Second)))
	}
	return r.why()
}

// briefly is a duration as people read it.
func briefly(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// grouped is a count with a comma between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
