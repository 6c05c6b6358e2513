package directory

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// A verb that only reads, and is soon over, looks at the directory once: what was answered
// under the context of one reading is not asked again, and what every verb needs of a
// domain comes with the first search. A verb that writes, or lasts, has no reading: it
// sees things as they are each time.

// Reading is what a reading begins with.
type Reading struct {
	// Connectors says that the connector account will be looked for.
	Connectors bool
	// Names are those of accounts that will be looked up, as [Conn.Principal] takes them.
	Names []string
}

// OneReading begins a reading; what is asked under the context that it returns is of it.
func OneReading(ctx context.Context, how Reading) context.Context {
	return context.WithValue(ctx, readingKey{}, &reading{how: how, of: map[string]*answers{}})
}

type readingKey struct{}

type reading struct {
	how Reading
	mu  sync.Mutex
	of  map[string]*answers // by DC
}

// answers is what a reading knows of one DC.
type answers struct {
	how   Reading
	apart bool // the schema is asked for apart: see forest

	mu    sync.Mutex
	given map[string][]*Entry // by question
	kept  int                 // entries in them
	names map[secdesc.SID]string
	head  *head // nil: not asked
}

// mostKept is how many entries a reading keeps of a DC.
const mostKept = 20_000

// answers is what the reading that ctx is of knows of this DC; nil: ctx is of none.
func (c *Conn) answers(ctx context.Context) *answers {
	r, _ := ctx.Value(readingKey{}).(*reading)
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	at := c.at.String()
	if r.of[at] == nil {
		r.of[at] = &answers{how: r.how, given: map[string][]*Entry{}, names: map[secdesc.SID]string{}}
	}
	return r.of[at]
}

// question is what makes two queries the same one.
func (q query) question() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %d %q %q %q", q.scope, q.limit, q.base, q.filter, q.attributes)
	for _, control := range q.controls {
		if control.GetControlType() != ldap.ControlTypePaging {
			b.WriteString(control.String())
		}
	}
	return b.String()
}

func (l *answers) answer(q query) (all []*Entry, known bool) {
	if l == nil {
		return nil, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	all, known = l.given[q.question()]
	return all, known
}

func (l *answers) keep(q query, all []*Entry) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range all {
		_, sid, err := identity(e)
		if sam := e.Text("sAMAccountName"); err == nil && sam != "" && !sid.IsZero() {
			l.names[sid] = sam
		}
	}
	if l.kept += len(all); l.kept <= mostKept {
		l.given[q.question()] = all
	}
}

// name is the sAMAccountName of a SID that came by.
func (l *answers) name(sid secdesc.SID) string {
	if l == nil {
		return ""
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.names[sid]
}

// head is what comes with the search for the account that is signed in.
type head struct {
	root       *Entry // the domain's; nil: not shown
	settings   []*Entry
	connectors []adperms.Principal
	found      []adperms.Principal // all that came
}

// headed is the head of the domain where a reading has it; nil: it has not.
func (c *Conn) headed(ctx context.Context) *head {
	if l := c.answers(ctx); l != nil {
		return l.head
	}
	return nil
}
