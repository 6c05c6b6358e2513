package portal

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"writeback/cloudconfig"
)

// Path is the settings' place behind the endpoint.
const Path = "/api/PasswordReset/OnPremisesPasswordResetPolicies"

// Client speaks to the service. The zero values of all but Endpoint and Token
// are good. It is safe for concurrent use where Token, Observe and the others
// are.
type Client struct {
	// Endpoint is the part before /api: https only. See cloudconfig.Endpoints.
	Endpoint string
	// HTTP carries the requests; nil: NewHTTP(nil). Redirects are refused and
	// cookies dropped, whatever it says.
	HTTP *http.Client
	// Token gives a bearer token of the audience [Audience]. It is asked before
	// each request and may cache.
	Token func(ctx context.Context) (string, error)
	// SignedIn is how the token was signed in for, as --auth names it; "": not said.
	SignedIn string
	// Clock is the time; nil: time.Now.
	Clock func() time.Time
	// Wait waits between attempts; nil: a timer. It returns ctx's error where
	// ctx ends first.
	Wait func(ctx context.Context, d time.Duration) error
	// Patience bounds the waiting of one call where the service asks for it
	// (429, 503); 0: 2 minutes.
	Patience time.Duration
	// Observe is told of every request after it ended; nil: nobody.
	Observe func(Operation)
	// Waiting is told before each such pause: what the service answered, how long
	// the pause takes, and how long will be waited at most after it. nil: nobody.
	Waiting func(status int, pause, left time.Duration)
}

// Operation is one request and how it ended. It holds no secrets.
type Operation struct {
	Method    string
	URL       string
	RequestID string // x-ms-client-request-id
	Field     string // the field that a PUT sets; "" for a GET
	Status    int    // 0: no answer
	Took      time.Duration
	Err       error
}

// Snapshot is what the service answered at one time.
type Snapshot struct {
	Policy cloudconfig.Policy
	// Raw is the answer as it came, with fields that are not known, too: to be
	// kept in the journal. It is valid JSON of at most 64 KiB.
	Raw json.RawMessage
	// At is the service's time (header Date), or the clock where it did not say.
	At time.Time
	// Skew is how much the service's clock is ahead of this computer's, to the
	// second; 0 also where the service did not say.
	Skew   time.Duration
	Source string // the URL that answered
}

// Read gets the settings. Errors: [TokenError] before anything was sent,
// [ShapeError], [Error].
func (c *Client) Read(ctx context.Context) (Snapshot, error) {
	a, err := c.send(ctx, request{method: http.MethodGet})
	if err != nil {
		return Snapshot{}, fmt.Errorf("read the on-premises integration of SSPR: %w", err)
	}
	p, err := parsePolicy(a.body)
	if err != nil {
		return Snapshot{}, fmt.Errorf("read the on-premises integration of SSPR: %w", err)
	}
	return Snapshot{Policy: p, Raw: a.body, At: a.at, Skew: a.skew, Source: a.url}, nil
}

// SetWriteback switches "Enable password write back for synced users". The field
// is written with a capital B, although it is answered without: so it was seen.
//
// The settings are read first: where they are not of the shape that is known,
// nothing is written. A write may show late: see [Client.WaitFor].
func (c *Client) SetWriteback(ctx context.Context, on bool) error {
	return c.set(ctx, "passwordWriteBackSupported", on)
}

// SetUnlock switches "Allow users to unlock accounts without resetting their
// password", as [Client.SetWriteback] does. It is a request of its own: in one
// body with the other, the service was seen to overlook it.
func (c *Client) SetUnlock(ctx context.Context, on bool) error {
	return c.set(ctx, "accountUnlockEnabled", on)
}

func (c *Client) set(ctx context.Context, field string, on bool) error {
	if _, err := c.Read(ctx); err != nil {
		return &UnsentError{Field: field, Err: err}
	}
	if _, err := c.send(ctx, request{method: http.MethodPut, field: field, value: on}); err != nil {
		return fmt.Errorf("set %s to %t: %w", field, on, err)
	}
	return nil
}

// url checks the endpoint and gives the URL of a place behind it.
func (c *Client) url(path string) (string, error) {
	u, err := url.Parse(c.Endpoint)
	switch {
	case err != nil:
		// url.Error repeats the whole input, which may hold a password.
		return "", &EndpointError{"it is not a URL"}
	case u.Scheme != "https":
		return "", &EndpointError{"it must begin with https://"}
	case u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", &EndpointError{"it must be https://HOST, or https://HOST/PREFIX"}
	}
	return strings.TrimSuffix(u.String(), "/") + path, nil
}

// EndpointError is an endpoint that cannot be used. Nothing was sent.
type EndpointError struct{ What string }

func (e *EndpointError) Error() string { return "the portal endpoint cannot be used: " + e.What }

// NotWritten says that nothing was written.
func (e *EndpointError) NotWritten() bool { return true }

func (c *Client) now() time.Time {
	if c.Clock != nil {
		return c.Clock()
	}
	return time.Now()
}
