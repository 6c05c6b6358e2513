package graph

import (
	"net/url"
	"time"
)

// Operation is one request as it went over the wire.
type Operation struct {
	At      time.Time
	Method  string
	Path    string // with the query, page marks left out
	Attempt int    // from 1
	Status  int    // 0: no answer
	Bytes   int    // of the answer
	Took    time.Duration
	Wait    time.Duration // before the next attempt; 0: there is none
	Left    time.Duration // that will be waited at most after that
	Err     string        // what went wrong, in words; "" where nothing did
}

// spoken is a request's path for people: the page marks are long, mean nothing
// and are nobody's business.
func spoken(u *url.URL) string {
	q := u.Query()
	for k := range q {
		if k == "$skiptoken" || k == "$skipToken" || k == "$deltatoken" {
			q.Set(k, "…")
		}
	}
	if len(q) == 0 {
		return u.Path
	}
	plain, err := url.QueryUnescape(q.Encode())
	if err != nil {
		return u.Path
	}
	return clean(u.Path + "?" + plain)
}
