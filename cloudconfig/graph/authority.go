package graph

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// authority speaks to the place that issues tokens: https through HTTPS_PROXY,
// bounded answers, no redirect to another host. It is azcore's Transporter.
//
// It remembers why the last answer was a refusal: MSAL reads some of these answers
// and throws them away, so that the error says nothing.
type authority struct {
	client  *http.Client
	waiting func(status int, pause time.Duration) // nil: nobody is told

	mu   sync.Mutex
	said string
	sent int // requests
}

// sentElsewhere is a redirect that is not followed. azcore does not try it again.
type sentElsewhere struct{}

func (sentElsewhere) Error() string { return "a redirect to another place was refused" }

// NonRetriable marks it for azcore.
func (sentElsewhere) NonRetriable() {}

const (
	maxTokenAnswer = 1 << 20
	// maxTokenRequests are those of one program: a code for another device is asked
	// after every five seconds for a quarter of an hour, unless the service wants it
	// more often.
	maxTokenRequests = 2000
)

func newAuthority(roots *x509.CertPool) *authority {
	return &authority{client: &http.Client{
		Timeout:   60 * time.Second,
		Transport: newSender(roots),
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > 3 || r.URL.Scheme != "https" || !strings.EqualFold(r.URL.Host, via[0].URL.Host) {
				return sentElsewhere{}
			}
			return nil
		},
	}}
}

// Do sends one request.
func (a *authority) Do(r *http.Request) (*http.Response, error) {
	a.note("")
	if r.URL.Scheme != "https" {
		return nil, errors.New("only https is used to sign in")
	}
	if !a.another() {
		return nil, sentForever{}
	}
	resp, err := a.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxTokenAnswer+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxTokenAnswer {
		return nil, fmt.Errorf("the answer of %s is longer than %d MiB", clean(r.URL.Host), maxTokenAnswer>>20)
	}
	if after, given := retryAfter(resp.Header, time.Now()); given && a.waiting != nil {
		a.waiting(resp.StatusCode, after)
	}
	if resp.StatusCode >= 400 {
		a.note(refusalOf(body))
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// sentForever ends a sign-in that goes round and round.
type sentForever struct{}

func (sentForever) Error() string {
	return fmt.Sprintf("the service that signs in was asked %d times and did not come to an end", maxTokenRequests)
}

// NonRetriable marks it for azcore.
func (sentForever) NonRetriable() {}

// another says that one more request may be sent.
func (a *authority) another() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sent++
	return a.sent <= maxTokenRequests
}

func (a *authority) note(said string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.said = said
}

// refusal is what the last answer said; "" where it was none.
func (a *authority) refusal() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.said
}

// refusalOf is the reason in an error answer of a token endpoint (RFC 6749 5.2).
func refusalOf(body []byte) string {
	var d struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	switch {
	case json.Unmarshal(body, &d) != nil || d.Error == "":
		return "the authority's answer is not as documented"
	case d.Description != "":
		return d.Description
	}
	return "the authority answers " + d.Error
}
