package portal

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// The longest answer that is read. A known one has 200 bytes.
const longest = 64 << 10

// patience is how long one call waits in all where the service asks for it.
const patience = 2 * time.Minute

type request struct {
	method string
	path   string // "": Path
	field  string // of a PUT
	value  bool
}

type answer struct {
	url  string
	body []byte
	at   time.Time
	skew time.Duration
}

// send makes a request, again where the service asks to come back later, and
// once more where it does not take a token that has a successor.
func (c *Client) send(ctx context.Context, r request) (answer, error) {
	place, err := c.url(cmp.Or(r.path, Path))
	if err != nil {
		return answer{}, err
	}
	left := c.Patience
	if left == 0 {
		left = patience
	}
	refused := ""
	for attempt := 0; ; attempt++ {
		token, _, err := c.token(ctx)
		if err != nil {
			return answer{}, err
		}
		a, err := c.once(ctx, place, token, r)
		var e *Error
		switch {
		case !errors.As(err, &e):
			return a, err
		case e.Kind == SignIn && refused == "":
			// Only a token that differs can fare better.
			if next, _, err := c.token(ctx); err != nil || next == token {
				return a, e
			}
			refused = token
		case e.Kind == Busy:
			pause := pauseFor(e.After, attempt)
			if pause > left {
				return a, e
			}
			left -= pause
			if c.Waiting != nil {
				c.Waiting(e.Status, pause, left)
			}
			if err := c.wait(ctx, pause); err != nil {
				return a, fmt.Errorf("wait for the portal: %w", err)
			}
		default:
			return a, e
		}
	}
}

// pauseFor is as long as the service said (RFC 9110 section 10.2.3), or 2, 4, 8…
// seconds where it said nothing. The second that is added keeps a clock that is
// rounded down from asking too early.
func pauseFor(said time.Duration, attempt int) time.Duration {
	if said > 0 {
		return said + time.Second
	}
	return 2 * time.Second << min(attempt, 6)
}

func (c *Client) once(ctx context.Context, place, token string, r request) (a answer, err error) {
	id, began := requestID(), c.now()
	e := &Error{Method: r.method, URL: place, RequestID: id}
	defer func() {
		if c.Observe != nil {
			c.Observe(Operation{Method: r.method, URL: place, RequestID: id, Field: r.field, Status: e.Status, Took: c.now().Sub(began), Err: err})
		}
	}()
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	q, err := newRequest(limited, place, token, id, r)
	if err != nil {
		return answer{}, err
	}
	p, err := c.http().Do(q)
	if err != nil {
		if ctx.Err() != nil {
			return answer{}, ctx.Err()
		}
		e.Kind, e.Err = lost(err), plain(err)
		return answer{}, e
	}
	defer p.Body.Close()
	e.Status = p.StatusCode
	body, err := io.ReadAll(io.LimitReader(p.Body, longest+1))
	if err != nil {
		e.Kind, e.Err = NoAnswer, plain(err)
		return answer{}, e
	}
	if e.Kind = kindOf(p, body, r.method); e.Kind != "" {
		e.Says, e.After = says(p, body, token), retryAfter(p, c.now())
		return answer{}, e
	}
	a = answer{url: place, body: body, at: c.now()}
	if date, err := http.ParseTime(p.Header.Get("Date")); err == nil {
		a.at, a.skew = date, date.Sub(c.now()).Round(time.Second)
	}
	return a, nil
}

func newRequest(ctx context.Context, place, token, id string, r request) (*http.Request, error) {
	var body io.Reader
	if r.method == http.MethodPut {
		b, err := json.Marshal(map[string]bool{r.field: r.value})
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	q, err := http.NewRequestWithContext(ctx, r.method, place, body)
	if err != nil {
		return nil, err
	}
	q.Header.Set("Authorization", "Bearer "+token)
	q.Header.Set("Accept", "application/json")
	q.Header.Set("User-Agent", "writeback")
	// All known clients send it; one of them found that any value will do.
	q.Header.Set("x-ms-client-request-id", id)
	q.Header.Set("X-Requested-With", "XMLHttpRequest")
	if body != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	return q, nil
}

// http is the client that was given, without redirects and cookies.
func (c *Client) http() *http.Client {
	given := c.HTTP
	if given == nil {
		given = defaultHTTP
	}
	own := *given
	own.Jar = nil
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

var defaultHTTP = NewHTTP(nil)

func (c *Client) wait(ctx context.Context, d time.Duration) error {
	if c.Wait != nil {
		return c.Wait(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// requestID is a random UUID (RFC 9562 section 5.4).
func requestID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
