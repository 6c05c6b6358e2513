package frame

import (
	"errors"
	"fmt"
	"sync"

	"writeback/internal/ber"
)

// What one request may be answered with. go-ldap keeps whatever comes, so that
// it is counted before go-ldap has it. A DC of a domain with millions of users
// meets none of these limits: users are scanned, page by page, and a scan has
// limits for a page and none for the whole.
const (
	maxEntry    = 16 << 20 // octets of one entry; the longest descriptor has 132,096
	maxResult   = 1 << 20  // octets of a message that is no entry
	maxOctets   = 64 << 20 // of all that answers one request
	AtOne       = 8        // entries that answer a question about one object; there can be one
	AtOnce      = 20_000   // entries of one page: the most that Windows lets MaxPageSize be
	maxPointers = 2_000    // references, intermediate responses and messages without a request
	maxElements = 1 << 20  // of BER in all that answers one request
	maxInEntry  = 1 << 17  // of BER in one message: a DC gives 5000 values of an attribute at once
	maxNesting  = 16       // of BER; an entry has 5 levels, with controls 7

	MaxListed  = 100_000         // entries of a paged search, which are kept
	MaxObjects = 1<<31 - 1 - 255 // that a DC can make in its life (DNTs): the most that a scan can find
)

// ExcessError says that a DC sends more than a DC can have to say.
type ExcessError struct{ what string }

func (e *ExcessError) Error() string {
	return e.what + ": no domain controller does that, so the connection was closed"
}

// IsExcess says that an error is, or wraps, an [ExcessError].
func IsExcess(err error) bool {
	var e *ExcessError
	return errors.As(err, &e)
}

// Excess makes an [ExcessError]: what the DC did, as a sentence without its end.
func Excess(format string, args ...any) error { return &ExcessError{fmt.Sprintf(format, args...)} }

// Meter counts down what may still come. What no request asked for comes out of
// what the last one left.
type Meter struct {
	counting                          sync.Mutex
	entries, others, octets, elements int
	most                              int // that entries began with
	running                           int // requests
}

// Begin starts anew for a request that so many entries may answer. One that is
// still under way keeps its own.
func (m *Meter) Begin(entries int) {
	m.counting.Lock()
	defer m.counting.Unlock()
	if m.running++; m.running > 1 {
		entries = max(entries, m.entries)
	}
	m.entries, m.others, m.octets, m.elements, m.most = entries, maxPointers, maxOctets, maxElements, entries
}

// End says that a request was answered, or given up.
func (m *Meter) End() {
	m.counting.Lock()
	defer m.counting.Unlock()
	m.running--
}

// Arrived counts a whole message. go-ldap makes an object of each of its elements.
func (m *Meter) Arrived(e Frame, message []byte) error {
	n, deep := elements(message, 0)
	if deep {
		return Excess("it sent a message that is more than %d levels deep", maxNesting)
	}
	m.counting.Lock()
	defer m.counting.Unlock()
	m.octets -= len(message)
	m.elements -= n
	switch {
	case e.Op == TagEntry:
		m.entries--
	case e.Op == TagReference, e.Op == TagIntermediate, e.ID == 0:
		m.others--
	}
	switch {
	case m.entries < 0:
		return Excess("it answered one request with more than %d entries", m.most)
	case m.others < 0:
		return Excess("it sent more than %d messages that answer nothing", maxPointers)
	case m.octets < 0:
		return Excess("it answered one request with more than %d MiB", maxOctets>>20)
	case m.elements < 0, n > maxInEntry:
		return Excess("it sent a message of %d elements, or too many of such messages", n)
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
		tag, content, rest, ok := ber.Element(b)
		if !ok {
			return n + 1, false
		}
		n++
		if tag&ber.Constructed != 0 {
			in, deep := elements(content, level+1)
			if n += in; deep {
				return n, true
			}
		}
		b = rest
	}
	return n, false
}
