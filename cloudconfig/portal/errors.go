package portal

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"writeback/internal/visible"
)

// Kind is why the service did not do what was asked, as a stable code.
type Kind string

const (
	NoAnswer   Kind = "no-answer"    // network, name, time-out
	NoTrust    Kind = "no-trust"     // TLS
	Proxy      Kind = "proxy"        // a proxy in the way refused
	NotJSON    Kind = "not-json"     // a page for people, or nothing
	Redirected Kind = "redirected"   // to somewhere else; not followed
	Gone       Kind = "gone"         // 404, 410
	SignIn     Kind = "sign-in"      // 401
	Role       Kind = "role"         // 403
	Busy       Kind = "busy"         // 429, 503, for longer than we wait
	BadRequest Kind = "bad-request"  // other 4xx: the service has changed, or we are wrong
	Broken     Kind = "server-error" // other 5xx
	TooLong    Kind = "too-long"     // an answer beyond all measure
)

var kindText = map[Kind]string{
	NoAnswer:   "the service did not answer: check the network, the name and HTTPS_PROXY",
	NoTrust:    "the service's certificate is not trusted: does something on the way inspect TLS? then its authority must be trusted by this computer",
	Proxy:      "a proxy on the way refused: check HTTPS_PROXY and NO_PROXY, and what the proxy lets through",
	NotJSON:    "the answer is not JSON but a page for people or nothing: something on the way answers in the service's place, or the service has changed",
	Redirected: "the answer points to another place, which is not followed: check --portal-endpoint and proxies",
	Gone:       "the service is not there any more: it was never documented, set the page by hand",
	SignIn:     "the sign-in was not accepted: sign in again; where Conditional Access stands in the way, sign in from where it allows",
	Role:       "the signed-in user may not: one of the roles Authentication Policy Administrator, Hybrid Identity Administrator or Global Administrator is needed, and must be active. Where yours is one of them and active, try another of the three",
	Busy:       "the service asks to come back later",
	BadRequest: "the service refused the request: it may have changed, set the page by hand",
	Broken:     "the service failed: try again later",
	TooLong:    "the answer is longer than any known one: it was not read",
}

// Error is a request that did not come to its end.
type Error struct {
	Kind      Kind
	Method    string
	URL       string
	Status    int           // 0: no answer
	RequestID string        // x-ms-client-request-id
	Says      string        // of the answer, what helps and is safe; may be empty
	After     time.Duration // Busy: how long it asked to wait; 0: not said
	Err       error         // of the network; may be nil
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%s %s: %s", e.Method, e.URL, kindText[e.Kind])
	if e.After > 0 {
		text += fmt.Sprintf(" (in %s)", e.After.Round(time.Second))
	}
	says := e.Says
	if e.Err != nil {
		says = visible.Words(e.Err.Error(), 300)
	}
	switch {
	case e.Status != 0 && says != "":
		return fmt.Sprintf("%s (status %d: %s)", text, e.Status, says)
	case e.Status != 0:
		return fmt.Sprintf("%s (status %d)", text, e.Status)
	case says != "":
		return fmt.Sprintf("%s (%s)", text, says)
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// NotWritten says that the request surely wrote nothing: it was one that only
// reads, the service refused it, or nobody was there. Without an answer, or with
// one that cannot be understood, a write is in doubt.
func (e *Error) NotWritten() bool {
	if e.Method == http.MethodGet {
		return true
	}
	switch e.Kind {
	case Gone, SignIn, Role, BadRequest, NoTrust, Proxy, Redirected:
		return true
	case Busy:
		return e.Status == http.StatusTooManyRequests
	case NoAnswer:
		var op *net.OpError
		return errors.As(e.Err, &op) && op.Op == "dial"
	}
	return false
}

// UnsentError is a write that was not sent because of Err.
type UnsentError struct {
	Field string
	Err   error
}

func (e *UnsentError) Error() string { return fmt.Sprintf("%s was not set: %v", e.Field, e.Err) }

func (e *UnsentError) Unwrap() error { return e.Err }

// NotWritten says that nothing was written.
func (e *UnsentError) NotWritten() bool { return true }

// lost says what became of a request without an answer.
func lost(err error) Kind {
	var proxy *proxyError
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var op *net.OpError
	switch {
	case errors.As(err, &proxy):
		return Proxy
	case errors.As(err, &certificate), errors.As(err, &authority):
		return NoTrust
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return Proxy
	}
	return NoAnswer
}

// plain takes the address out of an error of net/http, which is said already.
func plain(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
