package portal_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"writeback/cloudconfig"
	"writeback/cloudconfig/portal"
	"writeback/internal/practice/tenant"
)

func TestSettingsAreReadAndWritten(t *testing.T) {
	w := start(t, "authpolicy", tenant.Options{})
	before := w.Policy()
	s, err := w.c.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, s.Policy); diff != "" || !s.At.Equal(w.time()) || s.Skew != 0 || s.Source != w.PortalEndpoint()+portal.Path {
		t.Errorf("%s\n%+v", diff, s)
	}
	for _, step := range []struct {
		set  func(context.Context, bool) error
		on   bool
		want cloudconfig.Policy
	}{
		{w.c.SetWriteback, true, cloudconfig.Policy{AccountUnlockSupported: true, PasswordWritebackSupported: true, EnablementForTenant: true}},
		{w.c.SetUnlock, true, cloudconfig.Policy{AccountUnlockSupported: true, PasswordWritebackSupported: true, EnablementForTenant: true, AccountUnlockEnabled: true}},
		{w.c.SetUnlock, false, cloudconfig.Policy{AccountUnlockSupported: true, PasswordWritebackSupported: true, EnablementForTenant: true}},
		{w.c.SetWriteback, false, before},
	} {
		if err := step.set(t.Context(), step.on); err != nil {
			t.Fatal(err)
		}
		s, err := w.c.Read(t.Context())
		if diff := cmp.Diff(step.want, s.Policy); err != nil || diff != "" {
			t.Fatalf("%v\n%s", err, diff)
		}
	}
	if want := []string{
		`{"passwordWriteBackSupported":true}`, `{"accountUnlockEnabled":true}`,
		`{"accountUnlockEnabled":false}`, `{"passwordWriteBackSupported":false}`,
	}; !slices.Equal(w.puts(), want) {
		t.Errorf("written was %v, want %v", w.puts(), want)
	}
}

// Everything that can be sent is sent here, and is what was seen of others: one
// place, two verbs, no query, and each write is preceded by a read.
func TestRequestsAreTheKnownOnes(t *testing.T) {
	w := start(t, "admin", tenant.Options{})
	for _, set := range []func(context.Context, bool) error{w.c.SetWriteback, w.c.SetUnlock} {
		if err := set(t.Context(), true); err != nil {
			t.Fatal(err)
		}
	}
	var verbs []string
	for _, r := range w.Requests() {
		verbs = append(verbs, r.Method)
		want := []string{"Accept", "Accept-Encoding", "Authorization", "User-Agent", "X-Ms-Client-Request-Id", "X-Requested-With"}
		if r.Method == http.MethodPut {
			want = append(want, "Content-Length", "Content-Type")
			slices.Sort(want)
		}
		got := slices.DeleteFunc(slices.Clone(r.Headers), func(name string) bool { return name == "Content-Length" && r.Method == http.MethodGet })
		if r.Path != "/api/PasswordReset/OnPremisesPasswordResetPolicies" || r.Query != "" || !slices.Equal(got, want) {
			t.Errorf("%s %s?%s with %v", r.Method, r.Path, r.Query, r.Headers)
		}
	}
	if want := []string{"GET", "PUT", "GET", "PUT"}; !slices.Equal(verbs, want) {
		t.Errorf("sent was %v, want %v", verbs, want)
	}
	if len(w.seen) != 4 || w.seen[1].Field != "passwordWriteBackSupported" || w.seen[3].Field != "accountUnlockEnabled" || w.seen[0].RequestID == w.seen[1].RequestID || w.seen[0].Status != 200 {
		t.Errorf("observed was %+v", w.seen)
	}
}

func TestRolesAreNamed(t *testing.T) {
	w := start(t, "user", tenant.Options{})
	_, err := w.c.Read(t.Context())
	w.failed(err, portal.Role, true, "Authentication Policy Administrator, Hybrid Identity Administrator or Global Administrator", "403")

	r := start(t, "reader", tenant.Options{})
	if _, err := r.c.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	err = r.c.SetUnlock(t.Context(), true)
	r.failed(err, portal.Role, true, "set accountUnlockEnabled to true")
	if r.Policy().AccountUnlockEnabled {
		t.Error("it was written")
	}
}

func TestShapesThatAreNotKnownAreNotWrittenTo(t *testing.T) {
	for shape, says := range map[tenant.PortalShape]string{
		tenant.Missing: "enablementForTenant is missing", tenant.Renamed: "accountUnlockEnabled is missing",
		tenant.Retyped: "passwordWritebackSupported is not a boolean", tenant.Listed: "not a JSON object",
	} {
		w := start(t, "admin", tenant.Options{Broken: shape})
		_, readErr := w.c.Read(t.Context())
		for _, err := range []error{readErr, w.c.SetWriteback(t.Context(), true), w.c.SetUnlock(t.Context(), true)} {
			var e *portal.ShapeError
			if !errors.As(err, &e) || !strings.Contains(err.Error(), says) || !isNotWritten(err) {
				t.Errorf("got %v, want a ShapeError with %q", err, says)
			}
		}
		if len(w.puts()) > 0 {
			t.Errorf("written was %v", w.puts())
		}
	}
}

func TestMoreFieldsAreKept(t *testing.T) {
	w := start(t, "admin", tenant.Options{Broken: tenant.Enriched})
	s, err := w.c.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(s.Raw, &all); err != nil || all["passwordWritebackAgents"] == nil || len(all) != 7 {
		t.Errorf("%v: %s", err, s.Raw)
	}
	if err := w.c.SetWriteback(t.Context(), true); err != nil {
		t.Error(err)
	}
}

func TestGoneAndInTheWay(t *testing.T) {
	w := start(t, "admin", tenant.Options{Broken: tenant.Gone})
	_, err := w.c.Read(t.Context())
	w.failed(err, portal.Gone, true, "404", "by hand")
	w = start(t, "admin", tenant.Options{Proxy: tenant.Portal})
	_, err = w.c.Read(t.Context())
	w.failed(err, portal.NotJSON, true, "page for people")
	w.failed(w.c.SetUnlock(t.Context(), true), portal.NotJSON, true)
}

// An answer that breaks off leaves a write in doubt: it was made.
func TestAWriteWithoutAnAnswerIsInDoubt(t *testing.T) {
	w := start(t, "admin", tenant.Options{Cut: 2})
	err := w.c.SetWriteback(t.Context(), true)
	if !w.Policy().EnablementForTenant {
		t.Fatal("the tenant did not write before it broke off")
	}
	w.failed(err, portal.NoAnswer, false)
}

func TestLateSettingsAreWaitedFor(t *testing.T) {
	on := func(p cloudconfig.Policy) bool { return p.Writeback() == cloudconfig.On }
	w := start(t, "admin", tenant.Options{PolicyDelay: 20 * time.Second, PolicyReads: 2})
	if err := w.c.SetWriteback(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if s, err := w.c.Read(t.Context()); err != nil || on(s.Policy) {
		t.Fatalf("it is not late: %+v, %v", s, err)
	}
	if s, err := w.c.WaitFor(t.Context(), on, 2*time.Minute); err != nil || !on(s.Policy) {
		t.Errorf("%+v, %v", s, err)
	}
	if want := []time.Duration{1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 15 * time.Second}; !slices.Equal(w.waits, want) {
		t.Errorf("waited %v, want %v", w.waits, want)
	}

	w = start(t, "admin", tenant.Options{PolicyDelay: time.Hour})
	if err := w.c.SetWriteback(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	s, err := w.c.WaitFor(t.Context(), on, time.Minute)
	var late *portal.LateError
	if !errors.As(err, &late) || late.Last.Source != s.Source || on(s.Policy) || isNotWritten(err) {
		t.Errorf("%+v, %v", s, err)
	}
	total := time.Duration(0)
	for _, d := range w.waits {
		total += d
	}
	if total != time.Minute {
		t.Errorf("waited %v in all, want a minute", total)
	}
	w.Change(func(o *tenant.Options) { o.Broken = tenant.Missing })
	var shape *portal.ShapeError
	if _, err := w.c.WaitFor(t.Context(), on, time.Minute); !errors.As(err, &shape) || isNotWritten(err) {
		t.Errorf("got %v, want a ShapeError that does not speak of the write", err)
	}
	w.Change(func(o *tenant.Options) { o.Broken = tenant.AsSeen })
	if _, err := w.c.WaitFor(t.Context(), on, 0); !errors.As(err, &late) {
		t.Errorf("got %v, want a LateError at once", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	w.c.Wait = func(context.Context, time.Duration) error { cancel(); return ctx.Err() }
	if _, err := w.c.WaitFor(ctx, on, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestClockSkewIsSeen(t *testing.T) {
	for _, skew := range []time.Duration{0, 4 * time.Minute, 6 * time.Minute, -2 * time.Hour} {
		w := start(t, "admin", tenant.Options{Skew: skew})
		s, err := w.c.Read(t.Context())
		if err != nil || s.Skew != skew || !s.At.Equal(w.time().Add(skew)) {
			t.Errorf("skew %v: %+v, %v", skew, s, err)
		}
	}
}

func TestThrottlingIsWaitedOut(t *testing.T) {
	for name, c := range map[string]struct {
		throttle tenant.Throttle
		wait     time.Duration
	}{
		"429 seconds": {tenant.Throttle{After: 7 * time.Second}, 8 * time.Second},
		"503 date":    {tenant.Throttle{Status: 503, After: 30 * time.Second, Date: true}, 31 * time.Second},
		"no advice":   {tenant.Throttle{Silent: true}, 2 * time.Second},
		"zero":        {tenant.Throttle{}, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			c.throttle.Every = 2 // the PUT after the GET
			w := start(t, "admin", tenant.Options{Throttle: c.throttle, Skew: time.Minute})
			if err := w.c.SetUnlock(t.Context(), true); err != nil || !w.Policy().AccountUnlockEnabled {
				t.Fatal(err)
			}
			if !slices.Equal(w.waits, []time.Duration{c.wait}) {
				t.Errorf("waited %v, want %v once", w.waits, c.wait)
			}
		})
	}
}

func TestThrottlingHasAnEnd(t *testing.T) {
	w := start(t, "admin", tenant.Options{Throttle: tenant.Throttle{Every: 1, Silent: true}})
	var told []string
	w.c.Waiting = func(status int, pause, left time.Duration) {
		told = append(told, fmt.Sprint(status, " ", pause, " ", left))
	}
	_, err := w.c.Read(t.Context())
	if len(told) != 5 || told[0] != "429 2s 1m58s" || told[4] != "429 32s 58s" {
		t.Errorf("told %q", told)
	}
	w.failed(err, portal.Busy, true, "429")
	if want := []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second}; !slices.Equal(w.waits, want) {
		t.Errorf("waited %v, want %v", w.waits, want)
	}
	w = start(t, "admin", tenant.Options{Throttle: tenant.Throttle{Every: 1, After: time.Hour}})
	_, err = w.c.Read(t.Context())
	w.failed(err, portal.Busy, true, "in 1h0m0s")
	if len(w.waits) > 0 {
		t.Errorf("waited %v for what cannot be waited for", w.waits)
	}
	w.c.Patience = 10 * time.Minute
	w.Change(func(o *tenant.Options) { o.Throttle = tenant.Throttle{Every: 2, After: 9 * time.Minute} })
	// Once for the read before the write, once for the write: each has patience of its own.
	if err := w.c.SetUnlock(t.Context(), true); err != nil || !slices.Equal(w.waits, []time.Duration{9*time.Minute + time.Second, 9*time.Minute + time.Second}) {
		t.Errorf("waited %v, %v", w.waits, err)
	}
	w.Change(func(o *tenant.Options) { o.Throttle.Every = 1 })
	ctx, cancel := context.WithCancel(t.Context())
	w.c.Wait = func(context.Context, time.Duration) error { cancel(); return ctx.Err() }
	if _, err := w.c.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}
