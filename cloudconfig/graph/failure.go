package graph

import (
	"errors"
	"fmt"
	"strings"

	"writeback/internal/visible"
)

// Kind is what went wrong, for callers that decide by it.
type Kind string

// The kinds.
const (
	SignInRefused Kind = "sign-in-refused" // no token, or a token that is not accepted
	WrongTenant   Kind = "wrong-tenant"    // the sign-in belongs to another tenant
	Forbidden     Kind = "forbidden"       // a scope or a role is missing
	NotAUser      Kind = "not-a-user"      // it needs a signed-in user, and this is an application
	Unlicensed    Kind = "unlicensed"      // the tenant has no licence for it
	NotOffered    Kind = "not-offered"     // there is no such resource in this cloud or tenant
	Throttled     Kind = "throttled"       // too many requests, and patience has ended
	Unreachable   Kind = "unreachable"     // no answer
	Away          Kind = "away"            // the service answers with its own failure
	NotGraph      Kind = "not-graph"       // something else answered: a proxy, a sign-in page
	Malformed     Kind = "malformed"       // an answer that is not what Graph documents
	Rejected      Kind = "rejected"        // Graph takes the request for wrong: a fault of this program
)

// Error is a refusal, in words.
type Error struct {
	Kind      Kind
	Doing     string // "read the licences"
	Text      string // what happened
	Fix       string // what to do about it; "" where nothing is known
	Status    int    // of HTTP; 0: there was no answer
	Code      string // of Graph's error, or AADSTS…; "" where none
	RequestID string // for Microsoft's support
}

// Error is one sentence of what and why; how to fix it is in Fix.
func (e *Error) Error() string {
	s := e.Text
	if e.Doing != "" {
		s = e.Doing + ": " + s
	}
	var in []string
	if e.Status != 0 {
		in = append(in, fmt.Sprint(e.Status))
	}
	if e.Code != "" {
		in = append(in, e.Code)
	}
	if e.RequestID != "" {
		in = append(in, "request "+e.RequestID)
	}
	if len(in) > 0 {
		s += " (" + strings.Join(in, ", ") + ")"
	}
	return s
}

// NotWritten says that a request surely wrote nothing: it was refused. What was not
// answered, or answered by something else than Graph, may have been written.
func (e *Error) NotWritten() bool {
	switch e.Kind {
	case SignInRefused, WrongTenant, Forbidden, NotAUser, Unlicensed, NotOffered, Throttled, Rejected:
		return true
	}
	return false
}

// before is an error of what was read before a write was sent.
type before struct{ error }

func (e before) Unwrap() error  { return e.error }
func (before) NotWritten() bool { return true }

// KindOf is the kind of the *Error in err; "" where there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// FixOf is what to do about the *Error in err; "" where there is none, or
// nothing is known.
func FixOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Fix
	}
	return ""
}

// longest is how much of a foreign text is kept, in characters.
const longest = 300

// clean makes a foreign text fit for a line.
func clean(s string) string { return visible.Words(s, longest) }
