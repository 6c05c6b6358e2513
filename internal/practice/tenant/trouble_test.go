package tenant_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"writeback/internal/practice/tenant"
)

func TestThrottling(t *testing.T) {
	c := newClock()
	for name, tc := range map[string]struct {
		throttle   tenant.Throttle
		status     int
		code, wait string
	}{
		"429":        {tenant.Throttle{After: 7 * time.Second}, 429, "TooManyRequests", "7"},
		"503":        {tenant.Throttle{Status: 503, After: 2 * time.Second}, 503, "ServiceUnavailable", "2"},
		"as a date":  {tenant.Throttle{Date: true, After: 90 * time.Second}, 429, "TooManyRequests", "Mon, 02 Mar 2026 10:01:30 GMT"},
		"no advice":  {tenant.Throttle{Silent: true}, 429, "TooManyRequests", ""},
		"zero waits": {tenant.Throttle{}, 429, "TooManyRequests", "0"},
	} {
		t.Run(name, func(t *testing.T) {
			tc.throttle.Every = 3
			w := start(t, tenant.Options{Clock: c.time, Throttle: tc.throttle})
			for i := 1; i <= 7; i++ {
				r := w.get("/me")
				if i%3 != 0 {
					w.status(r, 200, "")
					continue
				}
				w.status(r, tc.status, tc.code)
				if r.header.Get("Retry-After") != tc.wait {
					t.Errorf("Retry-After %q, want %q", r.header.Get("Retry-After"), tc.wait)
				}
			}
			if r := w.page("GET", ""); r.status != 200 {
				t.Errorf("the portal: %d", r.status)
			}
			if r := w.page("GET", ""); r.status != tc.status {
				t.Errorf("the portal is throttled along: %d", r.status)
			}
		})
	}
}

func TestAnswersThatBreakOff(t *testing.T) {
	w := start(t, tenant.Options{Cut: 2})
	for i := 1; i <= 4; i++ {
		if r := w.get("/users"); (r.err != nil) != (i%2 == 0) {
			t.Errorf("answer %d: %v", i, r.err)
		}
	}
}

func TestAProxyInTheWay(t *testing.T) {
	w := start(t, tenant.Options{Proxy: tenant.Graph})
	r := w.get("/me")
	if r.status != 200 || !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") || !strings.Contains(string(r.body), "<html>") {
		t.Errorf("%d %v %s", r.status, r.header, r.body)
	}
	if r := w.page("GET", ""); r.status != 200 || r.doc == nil {
		t.Errorf("the portal is not behind it: %d %s", r.status, r.body)
	}
	w.Change(func(o *tenant.Options) { o.Proxy = "" })
	w.status(w.get("/me"), 200, "")
}

func TestSkewedClock(t *testing.T) {
	c := newClock()
	w := start(t, tenant.Options{Clock: c.time, Skew: 11 * time.Minute})
	if got := w.get("/me").header.Get("Date"); got != "Mon, 02 Mar 2026 10:11:00 GMT" {
		t.Errorf("Date: %s", got)
	}
}

func TestBeforeAnswersInstead(t *testing.T) {
	w := start(t, tenant.Options{Before: func(s tenant.Service, rw http.ResponseWriter, r *http.Request) bool {
		if s != tenant.Graph || r.URL.Path != "/v1.0/me" {
			return false
		}
		http.Redirect(rw, r, "https://127.0.0.1:1/elsewhere", http.StatusFound)
		return true
	}})
	w.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if r := w.get("/me"); r.status != http.StatusFound || r.header.Get("Location") == "" {
		t.Errorf("%d %v", r.status, r.header)
	}
	w.status(w.get("/organization"), 200, "")
}
