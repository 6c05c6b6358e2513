package portal_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"writeback/cloudconfig/portal"
	"writeback/internal/leaks"
	"writeback/internal/practice/tenant"
)

// clock is a time that only waiting moves.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	waits []time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)} }

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) wait(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.waits = append(c.waits, d)
	return ctx.Err()
}

// world is a tenant and a client of its portal.
type world struct {
	*testing.T
	*tenant.Tenant
	*clock
	c    *portal.Client
	seen []portal.Operation
	told string // all that was said: errors and operations
}

// start starts a tenant whose portal is asked by the identity (before the @).
func start(t *testing.T, identity string, o tenant.Options) *world {
	t.Helper()
	w := &world{T: t, clock: newClock()}
	o.Clock = w.time
	tn, err := tenant.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	w.Tenant = tn
	token := tn.Mint(tenant.TokenOptions{Audience: portal.Audience, Identity: identity + "@contoso.com"})
	w.c = &portal.Client{
		Endpoint: tn.PortalEndpoint(), HTTP: tn.Client(), Clock: w.time, Wait: w.wait,
		Token: func(context.Context) (string, error) { return token, nil },
		Observe: func(op portal.Operation) {
			w.seen = append(w.seen, op)
			if op.Err != nil {
				w.told += op.Err.Error()
			}
		},
	}
	t.Cleanup(func() {
		w.c.HTTP.CloseIdleConnections()
		if err := tn.Close(); err != nil {
			t.Errorf("close the tenant: %v", err)
		}
		if strings.Contains(w.told, token) || strings.Contains(w.told, strings.Split(token, ".")[2]) {
			t.Error("the token was told")
		}
	})
	return w
}

// failed checks an error's kind and words, and whether it proves that nothing
// was written.
func (w *world) failed(err error, kind portal.Kind, notWritten bool, says ...string) {
	w.Helper()
	leaks.Text(w, "the error", fmt.Sprintf("%v\n%+v\n%#v", err, err, err))
	var e *portal.Error
	if !errors.As(err, &e) || e.Kind != kind || isNotWritten(err) != notWritten {
		w.Errorf("got %v (%T), want kind %s, not written: %t", err, err, kind, notWritten)
		return
	}
	w.told += err.Error()
	for _, s := range says {
		if !strings.Contains(err.Error(), s) {
			w.Errorf("%q does not say %q", err, s)
		}
	}
}

func isNotWritten(err error) bool {
	var n interface{ NotWritten() bool }
	return errors.As(err, &n) && n.NotWritten()
}

// puts are the bodies that were written.
func (w *world) puts() (out []string) {
	for _, r := range w.Requests() {
		if r.Method == http.MethodPut {
			out = append(out, r.Body)
		}
	}
	return out
}
