package secrets

import (
	"net/url"
	"slices"
	"strings"
	"sync"

	"writeback/internal/visible"
)

// No line of an error or of the log is made from a secret. Where the words of a
// library, a proxy or a server hold one nevertheless, it is struck out: that is the
// last line, not the first.

// shortestStruck is how long a secret is, at least, to be struck out: what is
// shorter stands in words by chance, and what is left of them would tell it.
const shortestStruck = 6 // bytes

// struck stands for a secret.
const struck = "***"

// Secrets are those that the program was given. Nil holds none, and strikes nothing out.
// It is safe for concurrent use.
type Secrets struct {
	// LookupEnv is the environment, from which secrets come, too.
	LookupEnv func(string) (string, bool)

	mu  sync.Mutex
	all []string
}

// Hold remembers a secret, and gives it back.
func (h *Secrets) Hold(secret string) string {
	if h == nil {
		return secret
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !slices.Contains(h.all, secret) {
		h.all = append(h.all, secret)
	}
	return secret
}

func (h *Secrets) list() []string {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.all)
}

// Redact strikes out of a line every secret that the program knows: those that it
// was given, and the password of a proxy.
func (h *Secrets) Redact(line string) string {
	if h == nil {
		return line
	}
	var pairs []string
	strike := func(secret string) {
		if len(secret) < shortestStruck {
			return
		}
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), visible.Line(secret)} {
			pairs = append(pairs, form, struck)
		}
	}
	for _, secret := range h.list() {
		strike(secret)
	}
	for _, name := range append(slices.Clone(Variables), "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy") {
		value, _ := h.LookupEnv(name)
		if strings.HasSuffix(strings.ToLower(name), "_proxy") {
			value = passwordIn(value)
		}
		strike(value)
	}
	if len(pairs) == 0 {
		return line
	}
	return strings.NewReplacer(pairs...).Replace(line)
}

// passwordIn is what stands for a password in the address of a proxy, which may be
// none that can be parsed; "" for none.
func passwordIn(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return ""
	}
	_, user, there := strings.Cut(address[:at], "://")
	if !there {
		user = address[:at]
	}
	_, password, _ := strings.Cut(user, ":")
	return password
}
