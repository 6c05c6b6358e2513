package graph

import (
	"errors"
	"net/http"
	"strconv"
	"time"
)

// An exchange is one request until it has an answer or is given up. It is tried
// again
//
//   - after 401, once, with a new token and the claims that were asked for (CAE);
//   - after 429 and 503, when Retry-After says, as long as patience lasts;
//   - after 500, 502, 504 and a lost connection, three times, for reading only:
//     whether a write arrived is for the caller to look up.
type exchange struct {
	t       *transport
	r       *http.Request
	body    []byte
	tries   int
	failed  int // tries that ended in no answer or a failure of the service
	waited  time.Duration
	renewed bool
}

const (
	maxFailures = 3
	firstPause  = time.Second
	maxPause    = 30 * time.Second
)

func (x *exchange) run() (*answer, error) {
	token, err := x.t.tokens.get(x.r.Context())
	if err != nil {
		return nil, err
	}
	for {
		x.tries++
		op := Operation{At: x.t.now(), Method: x.r.Method, Path: spoken(x.r.URL), Attempt: x.tries}
		a, err := x.t.attempt(x.r, x.body, token)
		op.Took = x.t.now().Sub(op.At)
		if a != nil {
			op.Status, op.Bytes = a.status, len(a.body)
		}
		if a != nil && a.ok() {
			x.t.observe(op)
			return a, nil
		}
		if a != nil && a.status == http.StatusUnauthorized && !x.renewed {
			x.renewed = true
			claims := claimsOf(a.header)
			op.Err = "the token is not accepted any more"
			x.t.observe(op)
			if token, err = x.t.tokens.renew(x.r.Context(), token, claims); err != nil {
				return nil, x.t.renewalRefused(err, a)
			}
			continue
		}
		again, pause := x.again(a, err)
		failure := x.t.refusal(x.r, a, err)
		op.Wait, op.Left, op.Err = pause, x.t.patience-x.waited-pause, clean(failure.Error())
		x.t.observe(op)
		if err := x.r.Context().Err(); err != nil {
			return nil, err
		}
		if !again {
			return nil, failure
		}
		if err := x.t.wait(x.r.Context(), pause); err != nil {
			return nil, err
		}
		x.waited += pause
	}
}

// again says whether to try once more, and after which pause.
func (x *exchange) again(a *answer, err error) (bool, time.Duration) {
	if x.r.Context().Err() != nil {
		return false, 0
	}
	var refused *Error
	if errors.As(err, &refused) {
		return false, 0
	}
	reading := x.r.Method == http.MethodGet
	pause := firstPause << min(x.tries-1, 5)
	pause = min(pause, maxPause)
	switch {
	case a == nil:
		if x.failed++; !reading || x.failed >= maxFailures || hopeless(err) {
			return false, 0
		}
	case a.status == http.StatusTooManyRequests, a.status == http.StatusServiceUnavailable:
		if after, given := retryAfter(a.header, x.t.now()); given {
			pause = after
		}
	case a.status == http.StatusInternalServerError, a.status == http.StatusBadGateway, a.status == http.StatusGatewayTimeout:
		if x.failed++; !reading || x.failed >= maxFailures {
			return false, 0
		}
	default:
		return false, 0
	}
	if x.waited+pause > x.t.patience {
		return false, 0
	}
	return true, pause
}

// retryAfter is RFC 9110 10.2.3: seconds, or a date. A date is measured from the
// service's own Date, so that a clock that is wrong here does not matter. A time
// that is over means one second, lest the service be asked in a tight loop.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	v := h.Get("Retry-After")
	if v == "" {
		return 0, false
	}
	if n, err := strconv.ParseInt(v, 10, 32); err == nil {
		return max(time.Duration(n)*time.Second, firstPause), true
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(at.Sub(now), firstPause), true
}
