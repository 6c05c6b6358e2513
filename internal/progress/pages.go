package progress

import "fmt"

// MaxBarren is how many pages in a row may be empty. A DC sends an empty page
// where it searched for as long as it may and found nothing yet; it does so now
// and then, and not a hundred times.
const MaxBarren = 100

// Pages watches a list that comes in pages, whose end is the other side's to
// tell. The zero value is ready and has no bound on entries: how long a list is
// says nothing about whether it ends, but a page without news does.
type Pages struct {
	Most int64 // entries in all; 0: no bound

	entries int64
	barren  int
	page    int64  // that was seen last, from 1
	mark    uint64 // what the page at markAt held
	markAt  int64
	nextAt  int64
}

// Page is called with every page that is followed by another one: how many
// entries it held, and a sum over them that differs where they do. The error
// says why the list cannot be what it claims to be, in words that follow on
// "the list" or the like.
//
// Repetition is found with one page remembered, at page 1, 2, 4, 8… (Brent's
// algorithm): whatever the circle's length, one mark comes to lie in it and is
// met again.
func (p *Pages) Page(entries int, sum uint64) error {
	p.page++
	p.entries += int64(entries)
	if p.Most > 0 && p.entries > p.Most {
		return fmt.Errorf("holds more than %d entries", p.Most)
	}
	if entries == 0 {
		if p.barren++; p.barren >= MaxBarren {
			return fmt.Errorf("has had %d empty pages in a row, and does not end", p.barren)
		}
		return nil
	}
	p.barren = 0
	if p.markAt > 0 && sum == p.mark {
		return fmt.Errorf("repeats itself: page %d holds what page %d held", p.page, p.markAt)
	}
	if p.page >= p.nextAt {
		p.mark, p.markAt, p.nextAt = sum, p.page, 2*p.page
	}
	return nil
}
