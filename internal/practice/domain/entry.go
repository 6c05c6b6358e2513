package domain

import (
	"slices"
	"strings"
	"time"

	"writeback/adperms/secdesc"
)

// entry is one object of the directory. What can be computed is not in it: the
// DN, back links, objectClass, and whatever only a DC can know.
type entry struct {
	guid     secdesc.GUID
	sid      secdesc.SID // none where it is no security principal
	class    *class
	rdn      rdn
	suffix   string // of a naming context's head: what follows its rdn
	parent   *entry // nil for the heads of naming contexts
	children []*entry

	values map[string][]string // by lower-case name; bytes where the syntax is one of bytes
	links  map[string][]*entry // of forward links, by lower-case name
	back   map[string][]*entry // who links here, by the forward link's name
	sd     *secdesc.Descriptor // whole, with what is inherited
	secret *Secret             // nil: no password is known to anybody

	created, changed       time.Time
	usnCreated, usnChanged int64
	versions               map[string]stamp
	deleted                bool
}

// stamp says how often an attribute was written, and when last.
type stamp struct {
	version uint32
	at      time.Time
	usn     int64
}

func (e *entry) isHead() bool { return e.parent == nil }

// dn is the entry's distinguished name.
func (e *entry) dn() string {
	var b strings.Builder
	at := e
	for ; at.parent != nil; at = at.parent {
		b.WriteString(at.rdn.String())
		b.WriteByte(',')
	}
	b.WriteString(at.rdn.String())
	b.WriteString(at.suffix)
	return b.String()
}

// head is the naming context that the entry is in.
func (e *entry) head() *entry {
	for e.parent != nil {
		e = e.parent
	}
	return e
}

// below says that e is the entry top or lies under it, in the same naming context.
func (e *entry) below(top *entry) bool {
	for ; e != nil; e = e.parent {
		if e == top {
			return true
		}
	}
	return false
}

// walk visits the entry and all below it, parents first.
func (e *entry) walk(visit func(*entry)) {
	visit(e)
	for _, c := range e.children {
		c.walk(visit)
	}
}

// one is the first stored value, "" where there is none.
func (e *entry) one(name string) string {
	if v := e.values[strings.ToLower(name)]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// number is the first stored value as a number, 0 where it is none.
func (e *entry) number(name string) int64 { return parseNumber(e.one(name)) }

func (e *entry) put(name string, values ...string) {
	key := e.class.types.must(name).key
	if len(values) == 0 {
		delete(e.values, key)
		return
	}
	e.values[key] = values
}

// link adds a forward link and its back link.
func (e *entry) link(name string, to *entry) {
	key := strings.ToLower(name)
	if slices.Contains(e.links[key], to) {
		return
	}
	e.links[key] = append(e.links[key], to)
	to.back[key] = append(to.back[key], e)
}

func (e *entry) unlink(name string, to *entry) {
	key := strings.ToLower(name)
	e.links[key] = drop(e.links[key], to)
	to.back[key] = drop(to.back[key], e)
	if len(e.links[key]) == 0 {
		delete(e.links, key)
	}
}

// unlinkAll takes the entry out of all links, as deleting does.
func (e *entry) unlinkAll() {
	for name, all := range e.links {
		for _, to := range slices.Clone(all) {
			e.unlink(name, to)
		}
	}
	for name, all := range e.back {
		for _, from := range slices.Clone(all) {
			from.unlink(name, e)
		}
	}
}

func drop(all []*entry, one *entry) []*entry {
	return slices.DeleteFunc(slices.Clone(all), func(e *entry) bool { return e == one })
}
