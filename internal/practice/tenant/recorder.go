package tenant

import (
	"maps"
	"net/url"
	"slices"
)

// Request is a request that the tenant was asked, without what is secret in it.
type Request struct {
	Service Service
	Method  string
	Path    string
	Query   string   // as it was sent, not decoded
	Body    string   // the first 64 KiB; of requests for tokens: without the values of secrets, tokens and codes
	Headers []string // names, in order
	Status  int      // of the answer; 0: none yet, or by Options.Before
}

// recorded is how many requests are remembered: the last ones.
const recorded = 20000

// secret are the form fields of requests for tokens that are not written down.
var secret = []string{"client_secret", "client_assertion", "refresh_token", "code", "code_verifier", "device_code", "password", "assertion"}

// Requests are the requests so far, oldest first.
func (t *Tenant) Requests() []Request {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]Request, len(t.requests))
	for i, r := range t.requests {
		out[i] = *r
	}
	return out
}

// Forget empties the record.
func (t *Tenant) Forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests = nil
}

// record notes a request. Headers are noted by name alone: one of them holds the token.
func (t *Tenant) record(c *call) *Request {
	r := &Request{
		Service: c.service, Method: c.Method, Path: c.URL.Path, Query: c.URL.RawQuery, Body: string(c.body),
		Headers: slices.Sorted(maps.Keys(c.Header)),
	}
	if c.service == Login {
		r.Body, r.Query = withoutSecrets(r.Body), withoutSecrets(r.Query)
	}
	r.Body = r.Body[:min(len(r.Body), 64<<10)]
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.requests) >= recorded {
		t.requests = slices.Delete(t.requests, 0, recorded/2)
	}
	t.requests = append(t.requests, r)
	return r
}

func (t *Tenant) ended(r *Request, status int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r.Status = status
}

func withoutSecrets(form string) string {
	v, err := url.ParseQuery(form)
	if err != nil {
		return "***"
	}
	for _, name := range secret {
		if v.Has(name) {
			v.Set(name, "***")
		}
	}
	return v.Encode()
}
