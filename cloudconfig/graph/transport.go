package graph

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"writeback/internal/progress"
)

// The transport below the SDK: it authorises, waits, tries again, bounds and
// observes. What comes back from it is an answer of Graph with status 2xx, or an
// *Error, or the context's error: the SDK never sees a refusal, so that there
// is one place where refusals become sentences.

const (
	maxAnswer = 8 << 20          // bytes: a page of 1,000 entries has less than one million
	perTry    = 90 * time.Second // reports answer slowly
	agent     = "writeback"
)

type transport struct {
	base     *url.URL
	tokens   *tokens
	send     *http.Transport
	observe  func(Operation)
	patience time.Duration
	now      func() time.Time
	wait     func(context.Context, time.Duration) error
	skew     atomic.Int64 // time.Duration: our clock minus Graph's
}

func newTransport(o Options, base *url.URL, scope string) *transport {
	t := &transport{
		base: base, send: newSender(o.RootCAs), observe: o.Observe,
		patience: o.Patience, now: o.Now, wait: o.Wait,
	}
	if t.observe == nil {
		t.observe = func(Operation) {}
	}
	if t.patience == 0 {
		t.patience = defaultPatience
	}
	if t.now == nil {
		t.now = time.Now
	}
	if t.wait == nil {
		t.wait = sleep
	}
	t.tokens = &tokens{credential: o.Credential, scope: scope, now: t.now}
	return t
}

// newSender is plain net/http with HTTPS_PROXY and the given trust.
func newSender(roots *x509.CertPool) *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    15 * time.Second,
		ResponseHeaderTimeout:  perTry,
		MaxResponseHeaderBytes: 64 << 10,
		IdleConnTimeout:        90 * time.Second,
		ForceAttemptHTTP2:      true,
		// A page of users is small: one connection is enough for a client that
		// asks one thing after the other.
		MaxConnsPerHost: 4,
	}
}

// sleep waits in real time.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// RoundTrip carries one request of the SDK to its end.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !t.owns(r.URL) {
		return nil, &Error{Kind: NotGraph, Text: fmt.Sprintf("a request to %s was refused: only %s is asked", clean(r.URL.Host), t.base.Host)}
	}
	var body []byte
	if r.Body != nil {
		defer r.Body.Close()
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	a, err := (&exchange{t: t, r: r, body: body}).run()
	if err != nil {
		return nil, err
	}
	if members, is := r.Context().Value(membersKey{}).(*members); is {
		members.n, members.sum = progress.Members(a.body)
	}
	return a.response(r), nil
}

// members are those of the last page that was read with a context: how many, and a
// sum over them. The SDK has types for pages that know no word in common.
type members struct {
	n   int
	sum uint64
}

type membersKey struct{}

// owns says whether a URL is below the endpoint: same scheme, host, port, path.
func (t *transport) owns(u *url.URL) bool {
	return u.Scheme == t.base.Scheme && u.User == nil && strings.EqualFold(u.Host, t.base.Host) &&
		strings.HasPrefix(u.Path, t.base.Path+"/") && !strings.Contains(u.Path, "/../")
}

// answer is what came back, whole.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// attempt sends the request once with a token.
func (t *transport) attempt(r *http.Request, body []byte, token string) (*answer, error) {
	ctx, cancel := context.WithTimeout(r.Context(), perTry)
	defer cancel()
	out := r.Clone(ctx)
	out.Body, out.GetBody, out.ContentLength = nil, nil, 0
	if len(body) > 0 {
		out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	out.Header.Set("Authorization", "Bearer "+token)
	out.Header.Set("User-Agent", agent)
	resp, err := t.send.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	t.measure(resp.Header)
	got, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("the answer broke off: %w", err)
	}
	if len(got) > maxAnswer {
		return nil, &Error{Kind: Malformed, Status: resp.StatusCode, Text: fmt.Sprintf("the answer is longer than %d MiB", maxAnswer>>20)}
	}
	a := &answer{resp.StatusCode, resp.Header, got}
	// The SDK's reader takes what it can get of a document that breaks off: half
	// a page would pass for a whole one. Of every value it makes an object.
	if a.ok() && len(got) > 0 {
		if err := progress.JSON(got); err != nil {
			return nil, &Error{Kind: Malformed, Status: resp.StatusCode, Text: "the answer " + err.Error()}
		}
	}
	return a, nil
}

// measure compares the clocks.
func (t *transport) measure(h http.Header) {
	if at, err := http.ParseTime(h.Get("Date")); err == nil {
		t.skew.Store(int64(t.now().Sub(at).Round(time.Second)))
	}
}

// ok says that it is an answer of Graph to what was asked. Some proxies answer
// 200 with a page of their own.
func (a *answer) ok() bool {
	return a.status >= 200 && a.status < 300 && (len(a.body) == 0 || a.isJSON())
}

func (a *answer) isJSON() bool {
	kind, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}

// response hands the answer on. It names the content plainly, so that the SDK
// finds its reader whatever parameters the service added.
func (a *answer) response(r *http.Request) *http.Response {
	h := http.Header{}
	if len(a.body) > 0 {
		h.Set("Content-Type", "application/json")
	}
	return &http.Response{
		StatusCode: a.status, Status: http.StatusText(a.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r,
	}
}
