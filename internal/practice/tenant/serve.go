package tenant

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// largest is the largest body that is read, compressed or not.
const largest = 1 << 20

// call is one request, its body read.
type call struct {
	*http.Request
	service Service
	body    []byte
	options Options
	now     time.Time
	id      string // request-id
	claims  claims // of the token, once it is checked
}

// answer is what goes back.
type answer struct {
	status int
	header map[string]string
	body   []byte
}

// document is an answer in JSON.
func document(status int, v any) answer {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("write an answer: %w", err)) // answers are made of what JSON can say
	}
	return answer{status: status, body: body}
}

func (a answer) with(name, value string) answer {
	h := map[string]string{name: value}
	for k, v := range a.header {
		h[k] = v
	}
	a.header = h
	return a
}

// serve is what all services have in common: the record, the misbehaviour, and the headers.
func (t *Tenant) serve(service Service, handler func(*call) answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{Request: r, service: service, options: t.opts(), id: random()}
		c.now = c.options.Clock()
		w.Header().Set("Date", c.now.Add(c.options.Skew).UTC().Format(http.TimeFormat))
		body, err := readBody(r)
		c.body, r.Body = body, io.NopCloser(bytes.NewReader(body))
		record := t.record(c)
		if c.options.Before != nil && c.options.Before(service, w, r) {
			return
		}
		a := t.disturb(c)
		switch {
		case a != nil:
		case err != nil:
			refused := c.bad("BadRequest", "read the body: "+err.Error())
			a = &refused
		default:
			made := handler(c)
			a = &made
		}
		if writes := r.Method == http.MethodPut || r.Method == http.MethodPatch; writes && a.status < http.StatusBadRequest && c.options.Changed != nil {
			if err := c.options.Changed(); err != nil {
				refused := c.bad("serviceNotAvailable", "the practice tenant could not keep this change: "+err.Error())
				refused.status = http.StatusServiceUnavailable
				a = &refused
			}
		}
		t.ended(record, a.status)
		t.send(w, c, *a)
	})
}

func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, largest))
	if err != nil || r.Header.Get("Content-Encoding") != "gzip" {
		return body, err
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, largest))
}

// disturb is the misbehaviour that was asked for; nil: none.
func (t *Tenant) disturb(c *call) *answer {
	if c.options.Proxy == c.service {
		return &answer{
			status: http.StatusOK, header: map[string]string{"Content-Type": "text/html; charset=utf-8"},
			body: []byte("<!DOCTYPE html><html><head><title>Sign in to the network</title></head><body>Please sign in.</body></html>"),
		}
	}
	if c.service == Login || !t.throttled(c.options.Throttle) {
		return nil
	}
	a := c.problem(c.options.Throttle.Status, "TooManyRequests", "Too many requests")
	if c.options.Throttle.Status == http.StatusServiceUnavailable {
		a = c.problem(http.StatusServiceUnavailable, "ServiceUnavailable", "The service is temporarily unavailable.")
	}
	switch after := c.options.Throttle.After; {
	case c.options.Throttle.Silent:
	case c.options.Throttle.Date:
		a = a.with("Retry-After", c.now.Add(c.options.Skew+after).UTC().Format(http.TimeFormat))
	default:
		a = a.with("Retry-After", strconv.Itoa(int(after/time.Second)))
	}
	return &a
}

func (t *Tenant) throttled(th Throttle) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.asked++
	return th.Every > 0 && t.asked%th.Every == 0
}

// cut says whether this answer is to break off.
func (t *Tenant) cut(c *call, status int) bool {
	if c.service == Login || status != http.StatusOK {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.answered++
	return c.options.Cut > 0 && t.answered%c.options.Cut == 0
}

// send writes the answer, or half of it.
func (t *Tenant) send(w http.ResponseWriter, c *call, a answer) {
	h := w.Header()
	h.Set("request-id", c.id)
	if id := c.Header.Get("client-request-id"); id != "" {
		h.Set("client-request-id", id)
	}
	if len(a.body) > 0 {
		h.Set("Content-Type", "application/json; charset=utf-8")
	}
	for name, value := range a.header {
		h.Set(name, value)
	}
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	cut := t.cut(c, a.status)
	w.WriteHeader(a.status)
	if !cut {
		w.Write(a.body)
		return
	}
	w.Write(a.body[:len(a.body)/2])
	http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// problem is a refusal in the service's own form.
func (c *call) problem(status int, code, message string) answer {
	if c.service == Portal {
		return document(status, map[string]string{"ClassName": code, "Message": message})
	}
	return document(status, map[string]any{"error": map[string]any{
		"code": code, "message": message,
		"innerError": map[string]string{
			"date": c.now.UTC().Format("2006-01-02T15:04:05"), "request-id": c.id, "client-request-id": c.clientID(),
		},
	}})
}

func (c *call) bad(code, message string) answer {
	return c.problem(http.StatusBadRequest, code, message)
}

func (c *call) clientID() string {
	if id := c.Header.Get("client-request-id"); id != "" {
		return id
	}
	return c.id
}

// wrongVerb is the answer to a verb that the address does not take.
func (c *call) wrongVerb(allow string) answer {
	return c.problem(http.StatusMethodNotAllowed, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.").with("Allow", allow)
}

// query reads the query of the address; each option may be there once.
func (c *call) query() (url.Values, error) {
	q, err := url.ParseQuery(c.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	for name, values := range q {
		if len(values) > 1 {
			return nil, fmt.Errorf("query option %q is there %d times", name, len(values))
		}
	}
	return q, nil
}
