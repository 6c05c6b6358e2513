package tell

import (
	"fmt"
	"slices"
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

	Counted int `json:"-"` // users that were looked at so far, while that goes on
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

// Document is a verification with what was found on all DCs.
func (p Propagation) Document(v steps.Verification) any {
	return struct {
		steps.Verification
		Propagation []Replica `json:"propagation"`
	}{v, p.Replicas}
}

// Blocks are what comes after the blocks of [Verified].
func (p Propagation) Blocks() []Block {
	t := Table{}
	for _, r := range p.Replicas {
		t.Rows = append(t.Rows, []Cell{{Text: r.Name()}, {Text: r.Site}, {Text: r.count()}, {Text: r.ending()}})
	}
	return append([]Block{gap, head("Users who have the rights, DC by DC", ""), {Table: &t}, gap}, p.end()...)
}

// end says what it comes to, and what is known about the time that it takes. That
// inherited ACEs are computed by each DC, at once and unreplicated, is MS-ADTS
// 3.1.1.6.3; that replication is what takes long follows from that.
func (p Propagation) end() (out []Block) {
	open := 0
	for _, r := range p.Replicas {
		if !r.Done {
			open++
		}
	}
	switch {
	case p.Everywhere && len(p.Replicas) == 1:
		out = append(out, line(Good, "On the domain's one DC every user that is to have the rights has them."))
	case p.Everywhere:
		out = append(out, line(Good, fmt.Sprintf("On all %d DCs every user that is to have the rights has them.", len(p.Replicas))))
	case len(p.Nowhere) > 0:
		return []Block{line(Warn, "In "+strings.Join(p.Nowhere, ", ")+" no DC that answered has all that is to be set: there is nothing to wait for. writeback plan shows what is missing.")}
	default:
		out = append(out, line(Warn, fmt.Sprintf("%d of %s not done after %s. writeback verify --wait watches on.", open, plural(len(p.Replicas), "DC"), briefly(p.Waited))))
	}
	if !p.Everywhere {
		out = append(out, line(Bare, "The DC to look at first is the one that the sync server uses: Microsoft's support"),
			line(Bare, "advises to name one in the connector, and to test on that."))
	}
	if slices.ContainsFunc(p.Replicas, func(r Replica) bool { return r.State == ReplicaPropagating }) {
		out = append(out, line(Bare, "How much a propagator has before it, the DC itself counts: performance counter"),
			line(Bare, `\DirectoryServices(NTDS)\DS Security Descriptor Propagator Runtime Queue`))
	}
	for _, text := range aboutTime {
		out = append(out, line(Faint, text))
	}
	return out
}

var aboutTime = []string{
	"About the time: each DC computes by itself what its objects inherit, and begins when",
	"the change of the DACL has reached it (MS-ADTS 3.1.1.6.3). What is replicated is that",
	"change alone. So where it takes long, replication is the likely reason, above all that",
	"between sites, and the hour of many guides the worst case: that is our conclusion.",
	"The task that runs every 60 minutes is AdminSDHolder's, and another one: it hands no",
	"rights out, it takes them from protected accounts.",
}

// Name is the DC's, as it is listed.
func (r Replica) Name() string {
	if r.ReadOnly {
		return r.DC + " (read-only)"
	}
	return r.DC
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
	return fmt.Sprintf("%s of %s %s", Grouped(r.Carry), Grouped(r.Users), unit)
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

// Progress is a DC's count and what it waits for.
func (r Replica) Progress() string {
	parts := []string{r.count(), r.why()}
	if parts[0] == "" || parts[1] == "" {
		return parts[0] + parts[1]
	}
	return strings.Join(parts, ": ")
}

// Briefly is [Replica.Progress], or how many users were looked at while that goes on.
func (r Replica) Briefly() string {
	if r.Counted > 0 && !r.Done {
		return Counted(r.Counted, 0)
	}
	return r.Progress()
}

// Counted says how many users were looked at, of some number that there were the last
// time; 0: nobody knows.
func Counted(users, about int) string {
	if about >= users && about > 0 {
		return Grouped(users) + " of some " + Grouped(about) + " users looked at"
	}
	return Grouped(users) + " users looked at"
}

// briefly is a duration as people read it.
func briefly(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}
