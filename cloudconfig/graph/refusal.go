package graph

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// The one place where what Graph, a proxy or the network says becomes a
// sentence. What is being done, and which scope or role it takes, is added by
// the client: see explain.

// skewed is the difference of clocks from which tokens are refused.
const skewed = 5 * time.Minute

// refusal says why an attempt is not an answer: a, or err where a is nil.
func (t *transport) refusal(r *http.Request, a *answer, err error) *Error {
	if a == nil {
		return t.noAnswer(err)
	}
	e := &Error{Status: a.status, RequestID: clean(a.header.Get("request-id"))}
	if a.status >= 300 && a.status < 400 {
		e.Kind, e.Text = NotGraph, "a redirect was answered, which Graph does not do: "+between
		return e
	}
	if !a.isJSON() && (a.status < 300 || len(a.body) > 0) {
		e.Kind, e.Text = NotGraph, "the answer is not JSON: "+between
		e.Fix = "check HTTPS_PROXY and whether TLS is inspected or a sign-in page stands in the way"
		// The service's gateway may answer its own troubles without JSON.
		if a.status >= 500 {
			e.Kind = Away
		}
		return e
	}
	doc := parseError(a.body)
	e.Code = doc.code
	if doc.request != "" {
		e.RequestID = doc.request
	}
	t.sentence(e, doc.message, a)
	return e
}

const between = "something between here and Graph answers in its place"

// sentence sets kind and text by status and code.
func (t *transport) sentence(e *Error, said string, a *answer) {
	quoted := ""
	if said != "" {
		quoted = ": " + said
	}
	switch s := a.status; {
	case s == http.StatusUnauthorized:
		t.unauthorized(e, said)
	case s == http.StatusForbidden && unlicensed(e.Code):
		e.Kind, e.Text = Unlicensed, "the tenant has no licence for it"+quoted
		e.Fix = "it takes Microsoft Entra ID P1 or P2"
	case s == http.StatusForbidden:
		e.Kind, e.Text = Forbidden, "Graph refuses it"+quoted
	case s == http.StatusBadRequest && strings.Contains(strings.ToLower(said), "delegated authentication flow"):
		e.Kind, e.Text = NotAUser, "the sign-in is an application's, not a user's"
	case s == http.StatusNotFound, s == http.StatusNotImplemented:
		e.Kind, e.Text = NotOffered, "Graph does not offer it here"+quoted
	case s == http.StatusTooManyRequests, s == http.StatusServiceUnavailable:
		e.Kind, e.Text = Throttled, "Graph asks to wait longer than can be waited"+quoted
		e.Fix = "try again later"
		if after, given := retryAfter(a.header, t.now()); given {
			e.Fix = "try again in " + after.Round(time.Second).String()
		}
	case s >= 500:
		e.Kind, e.Text, e.Fix = Away, "Graph has a failure of its own"+quoted, "try again later"
	default:
		e.Kind, e.Text = Rejected, "Graph takes the request for wrong"+quoted
	}
}

// unauthorized is a token that is not accepted, with the reasons that can be told.
func (t *transport) unauthorized(e *Error, said string) {
	e.Kind, e.Fix = SignInRefused, "sign in again"
	skew := time.Duration(t.skew.Load())
	low := strings.ToLower(said)
	switch {
	case strings.Contains(low, "audience"):
		e.Text = "the token is for another service than Graph"
		e.Fix = "get a token for " + strings.TrimSuffix(t.tokens.scope, "/.default")
	case skew.Abs() >= skewed:
		e.Text = "the token is not accepted, and this machine's clock is " + deviation(skew)
		e.Fix = "set the clock, then sign in again"
	case strings.Contains(low, "expired"):
		e.Text = "the token has expired"
	case said != "":
		e.Text = "the token is not accepted: " + said
	default:
		e.Text = "the token is not accepted"
	}
}

// deviation is how far a clock is off.
func deviation(skew time.Duration) string {
	where := "ahead of"
	if skew < 0 {
		where = "behind"
	}
	return fmt.Sprintf("%.0f minutes %s Graph's", skew.Abs().Minutes(), where)
}

// renewalRefused is a 401 after which no new token could be had.
func (t *transport) renewalRefused(err error, a *answer) error {
	if !errors.Is(err, errSameToken) {
		return err
	}
	e := t.refusal(nil, a, nil)
	if e.Kind == SignInRefused {
		return e
	}
	return &Error{Kind: SignInRefused, Status: a.status, Text: "the token is not accepted", Fix: "sign in again"}
}

// noAnswer is a request that got nowhere.
func (t *transport) noAnswer(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	e = &Error{Kind: Unreachable, Text: fmt.Sprintf("no answer from %s: %s", t.base.Host, clean(root(err)))}
	var dns *net.DNSError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	switch {
	case errors.As(err, &dns):
		e.Text = fmt.Sprintf("the name %s is not found", clean(dns.Name))
		e.Fix = "check DNS, the network and HTTPS_PROXY"
	case errors.As(err, &authority):
		e.Text = fmt.Sprintf("the certificate of %s is not signed by an authority that this machine trusts", t.base.Host)
		e.Fix = "where TLS is inspected, let the inspection's authority be trusted by this machine"
	case errors.As(err, &name):
		e.Text = fmt.Sprintf("the certificate that was shown is not for %s", t.base.Host)
		e.Fix = "check what stands between here and Graph"
	case errors.Is(err, context.DeadlineExceeded):
		e.Text = fmt.Sprintf("no answer from %s within %s", t.base.Host, perTry)
		e.Fix = "check the network and HTTPS_PROXY"
	case strings.Contains(err.Error(), "Proxy Authentication Required"):
		e.Text = "the proxy asks for a password"
		e.Fix = "put the proxy's user and password into HTTPS_PROXY"
	default:
		e.Fix = "check the network, outbound 443 and HTTPS_PROXY"
	}
	return e
}

// root is the innermost text of a network error: the outer ones repeat URLs.
func root(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		return op.Op + ": " + op.Err.Error()
	}
	return err.Error()
}

// hopeless are failures that do not go away by trying again.
func hopeless(err error) bool {
	var certificate *tls.CertificateVerificationError
	var dns *net.DNSError
	return errors.As(err, &certificate) || (errors.As(err, &dns) && dns.IsNotFound) ||
		strings.Contains(err.Error(), "Proxy Authentication Required")
}

// unlicensed are Graph's codes for reports that need P1.
func unlicensed(code string) bool {
	return strings.HasPrefix(code, "Authentication_RequestFromNonPremiumTenant")
}

// errorDocument is what is used of {"error":{"code","message","innerError"}}.
type errorDocument struct{ code, message, request string }

// parseError reads Graph's error document; it is zero where there is none.
func parseError(body []byte) errorDocument {
	var d struct {
		Error struct {
			Code       string `json:"code"`
			Message    string `json:"message"`
			InnerError struct {
				RequestID string `json:"request-id"`
			} `json:"innerError"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &d) != nil {
		return errorDocument{}
	}
	return errorDocument{scrub(d.Error.Code), scrub(d.Error.Message), scrub(d.Error.InnerError.RequestID)}
}
