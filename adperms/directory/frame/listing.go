package frame

import (
	"hash/maphash"

	"writeback/internal/progress"
)

// Listing watches a search that comes in pages.
type Listing struct {
	progress.Pages
	entries int // of the page at hand
	others  int // of the page at hand
	sum     uint64
}

var dnSeed = maphash.MakeSeed()

// Entry counts one of a page. The sum does not depend on the order.
func (l *Listing) Entry(dn []byte) error {
	l.sum += maphash.Bytes(dnSeed, dn)
	if l.entries++; l.entries > AtOnce {
		return Excess("one page holds more than %d entries", AtOnce)
	}
	return nil
}

// Other counts what is no entry.
func (l *Listing) Other() error {
	if l.others++; l.others > maxPointers {
		return Excess("it sent more than %d messages that answer nothing", maxPointers)
	}
	return nil
}

// Turn ends a page that another one follows.
func (l *Listing) Turn() error {
	entries, sum := l.entries, l.sum
	l.entries, l.others, l.sum = 0, 0, 0
	if err := l.Page(entries, sum); err != nil {
		return Excess("the list that it gives %v", err)
	}
	return nil
}
