package directory

import (
	"errors"
	"fmt"
	"hash/maphash"
	"sync"

	"writeback/internal/progress"
)

// What one request may be answered with. go-ldap keeps whatever comes, so that
// it is counted before go-ldap has it. A DC of a domain with millions of users
// meets none of these limits: users are scanned, page by page, and a scan has
// limits for a page and none for the whole.
const (
	maxMessage  = 16 << 20 // octets of one entry; the longest descriptor has 132,096
	maxResult   = 1 << 20  // octets of a message that is no entry
	maxOctets   = 64 << 20 // of all that answers one request
	maxAtOne    = 8        // entries that answer a question about one object; there can be one
	maxAtOnce   = 20_000   // entries of one page: the most that Windows lets MaxPageSize be
	maxPointers = 2_000    // references, intermediate responses and messages without a request
	maxElements = 1 << 20  // of BER in all that answers one request
	maxInEntry  = 1 << 17  // of BER in one message: a DC gives 5000 values of an attribute at once
	maxNesting  = 16       // of BER; an entry has 5 levels, with controls 7

	maxListed  = 100_000         // entries of a paged search, which are kept
	maxObjects = 1<<31 - 1 - 255 // that a DC can make in its life (DNTs): the most that a scan can find
)

// excessError says that a DC sends more than a DC can have to say.
type excessError struct{ what string }

func (e *excessError) Error() string {
	return e.what + ": no domain controller does that, so the connection was closed"
}

func isExcess(err error) bool {
	var e *excessError
	return errors.As(err, &e)
}

func excess(format string, args ...any) error { return &excessError{fmt.Sprintf(format, args...)} }

// meter counts down what may still come. What no request asked for comes out of
// what the last one left.
type meter struct {
	mu                                sync.Mutex
	entries, others, octets, elements int
	most                              int // that entries began with
}

// allow starts anew for a request that so many entries may answer. One that is
// still under way keeps its own.
func (m *meter) allow(entries int, beside bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if beside {
		entries = max(entries, m.entries)
	}
	m.entries, m.others, m.octets, m.elements, m.most = entries, maxPointers, maxOctets, maxElements, entries
}

// announced looks at the outside of a message, of which the rest may be on its way.
func (m *meter) announced(e envelope) error {
	most := maxResult
	if e.op == tagEntry {
		most = maxMessage
	}
	if e.size > most {
		return excess("it announced a message of %d MiB, where %d are the most", e.size>>20, most>>20)
	}
	return nil
}

// arrived counts a whole message. go-ldap makes an object of each of its elements.
func (m *meter) arrived(e envelope, message []byte) error {
	n, deep := elements(message, 0)
	if deep {
		return excess("it sent a message that is more than %d levels deep", maxNesting)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.octets -= len(message)
	m.elements -= n
	switch {
	case e.op == tagEntry:
		m.entries--
	case e.op == tagReference, e.op == tagIntermediate, e.id == 0:
		m.others--
	}
	switch {
	case m.entries < 0:
		return excess("it answered one request with more than %d entries", m.most)
	case m.others < 0:
		return excess("it sent more than %d messages that answer nothing", maxPointers)
	case m.octets < 0:
		return excess("it answered one request with more than %d MiB", maxOctets>>20)
	case m.elements < 0, n > maxInEntry:
		return excess("it sent a message of %d elements, or too many of such messages", n)
	}
	return nil
}

// elements counts those of b, with all that is in them. What cannot be read is for
// go-ldap to say.
func elements(b []byte, level int) (n int, deep bool) {
	if level > maxNesting {
		return n, true
	}
	for len(b) > 0 {
		tag, content, rest, ok := element(b)
		if !ok {
			return n + 1, false
		}
		n++
		if tag&constructed != 0 {
			in, deep := elements(content, level+1)
			if n += in; deep {
				return n, true
			}
		}
		b = rest
	}
	return n, false
}

const constructed = 0x20 // X.690 section 8.1.2.5

// most is how many entries may answer the query.
func (q query) most() int {
	if q.scope == Base {
		return maxAtOne
	}
	return maxAtOnce
}

// listing watches a search that comes in pages.
type listing struct {
	progress.Pages
	entries int // of the page at hand
	others  int // of the page at hand
	sum     uint64
}

var dnSeed = maphash.MakeSeed()

// entry counts one of a page. The sum does not depend on the order.
func (l *listing) entry(dn []byte) error {
	l.sum += maphash.Bytes(dnSeed, dn)
	if l.entries++; l.entries > maxAtOnce {
		return excess("one page holds more than %d entries", maxAtOnce)
	}
	return nil
}

// other counts what is no entry.
func (l *listing) other() error {
	if l.others++; l.others > maxPointers {
		return excess("it sent more than %d messages that answer nothing", maxPointers)
	}
	return nil
}

// turn ends a page that another one follows.
func (l *listing) turn() error {
	entries, sum := l.entries, l.sum
	l.entries, l.others, l.sum = 0, 0, 0
	if err := l.Page(entries, sum); err != nil {
		return excess("the list that it gives %v", err)
	}
	return nil
}
