package portal

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"writeback/internal/visible"
)

// kindOf says what is wrong with an answer; "" where nothing is. A write may be
// answered with nothing.
func kindOf(p *http.Response, body []byte, method string) Kind {
	switch s := p.StatusCode; {
	case len(body) > longest:
		return TooLong
	case s == http.StatusProxyAuthRequired:
		return Proxy
	case s == http.StatusUnauthorized:
		return SignIn
	case s == http.StatusForbidden && page(p, body):
		// A proxy's page; the service's own refusal is JSON or empty.
		return NotJSON
	case s == http.StatusForbidden:
		return Role
	case s == http.StatusNotFound, s == http.StatusGone:
		return Gone
	case s == http.StatusTooManyRequests, s == http.StatusServiceUnavailable:
		return Busy
	case s >= 500:
		return Broken
	case s >= 400:
		return BadRequest
	case s >= 300:
		return Redirected
	case page(p, body), method == http.MethodGet && !json.Valid(body):
		return NotJSON
	}
	return ""
}

// page says that an answer is made for people.
func page(p *http.Response, body []byte) bool {
	kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
	return strings.Contains(kind, "html") || bytes.HasPrefix(bytes.TrimSpace(body), []byte("<"))
}

// says is what of a refusal helps to understand it: where it points to, or the
// words of the service. The token is taken out, should the service repeat it.
func says(p *http.Response, body []byte, token string) string {
	if at, err := p.Location(); err == nil {
		return "to " + visible.Words(at.Host, 100)
	}
	if page(p, body) {
		return ""
	}
	var words struct{ Message string }
	if json.Unmarshal(body, &words) != nil || words.Message == "" {
		return ""
	}
	return visible.Words(strings.ReplaceAll(words.Message, token, "***"), 200)
}

// retryAfter reads Retry-After: seconds or a date (RFC 9110 section 10.2.3). The
// date is by the service's clock, and so is compared with the header Date.
func retryAfter(p *http.Response, now time.Time) time.Duration {
	said := p.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(said, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	at, err := http.ParseTime(said)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(p.Header.Get("Date")); err == nil {
		now = date
	}
	return max(0, at.Sub(now))
}
