package domain

import (
	"crypto/rand"
	"slices"
	"strings"

	"writeback/adperms/secdesc"
)

// A paged search (RFC 2696) is looked up once; each page shows the objects as
// they are by then. It belongs to the connection, as on a DC.

// pages is what is left of one search.
type pages struct {
	cookie string
	left   []secdesc.GUID
}

// cookieLength is how many octets a cookie has: about as many as those of Windows, which
// had 544 and 550 where they were recorded.
const cookieLength = 550

// maxSearches is how many paged searches a connection may have open; the oldest
// is forgotten (MaxResultSetsPerConn of MS-ADTS 3.1.1.3.4.6 is 10).
const maxSearches = 10

func (s *session) page(w *world, base *entry, q *query) (entries, done [][]byte, failed *failure) {
	p := &pages{}
	if q.cookie == "" {
		for _, e := range w.hits(s.who, base, q) {
			p.left = append(p.left, e.guid)
		}
		if q.limit > 0 && len(p.left) > q.limit {
			p.left = p.left[:q.limit]
		}
	} else {
		i := slices.IndexFunc(s.pages, func(p *pages) bool { return p.cookie == q.cookie })
		if i < 0 {
			return nil, nil, unwillingTo(0x57)
		}
		p = s.pages[i]
		s.pages = slices.Delete(s.pages, i, i+1)
		if q.pageSize == 0 { // RFC 2696: the client has had enough
			return nil, [][]byte{pagingAnswer("")}, nil
		}
	}
	size := q.pageSize
	if size == 0 {
		size = maxPage
	}
	for len(p.left) > 0 && len(entries) < size {
		if e := w.byGUID[p.left[0]]; e != nil && (!e.deleted || q.showDeleted) {
			entries = append(entries, w.answer(s.who, e, q))
		}
		p.left = p.left[1:]
	}
	if len(p.left) == 0 {
		return append(entries, w.continuations(base, q)...), [][]byte{pagingAnswer("")}, nil
	}
	p.cookie = rand.Text()
	p.cookie += strings.Repeat("\x00", cookieLength-len(p.cookie))
	s.pages = append(s.pages, p)
	if len(s.pages) > maxSearches {
		s.pages = s.pages[1:]
	}
	return entries, [][]byte{pagingAnswer(p.cookie)}, nil
}
