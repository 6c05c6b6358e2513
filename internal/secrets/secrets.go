package secrets

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"

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
	// LookupEnv is the environment, from which secrets come, too; nil: none do.
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

// list is what is looked for: the secrets that the program was given, and the password
// of a proxy.
func (h *Secrets) list() []string {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	all := slices.Clone(h.all)
	h.mu.Unlock()
	if h.LookupEnv != nil {
		for _, name := range Variables {
			value, _ := h.LookupEnv(name)
			all = append(all, value)
		}
		for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
			value, _ := h.LookupEnv(name)
			all = append(all, passwordIn(value))
		}
	}
	return slices.DeleteFunc(all, func(secret string) bool { return len(secret) < shortestStruck })
}

// Redact strikes out of a line every secret that the program knows: those that it
// was given, and the password of a proxy.
func (h *Secrets) Redact(line string) string {
	if h == nil {
		return line
	}
	var all, pairs []string
	for _, secret := range h.list() {
		all = append(all, forms(secret)...)
	}
	if len(all) == 0 {
		return line
	}
	// Of two that begin alike the longer one is struck out, or its end would stay.
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	for _, form := range all {
		pairs = append(pairs, form, struck)
	}
	return strings.NewReplacer(pairs...).Replace(line)
}

// In says that a text holds a secret that the program knows.
func (h *Secrets) In(text string) bool {
	return slices.ContainsFunc(h.list(), func(secret string) bool {
		return slices.ContainsFunc(forms(secret), func(form string) bool { return strings.Contains(text, form) })
	})
}

// forms are the ways in which a secret is looked for: as it is, as URLs and terminals
// show it, in hexadecimal digits, and in base64, in which PowerShell takes whole commands
// (-EncodedCommand, UTF-16LE) and HTTP a password.
func forms(secret string) []string {
	out := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), visible.Line(secret)}
	for _, raw := range []string{secret, wide(secret)} {
		for before := range 3 {
			text := inBase64(raw, before)
			out = append(out, text, strings.NewReplacer("+", "-", "/", "_").Replace(text))
		}
		digits := hex.EncodeToString([]byte(raw))
		out = append(out, digits, strings.ToUpper(digits))
	}
	return out
}

func wide(s string) string {
	var raw []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		raw = binary.LittleEndian.AppendUint16(raw, unit)
	}
	return string(raw)
}

// inBase64 are the characters that depend on s alone where it comes after so many
// bytes, modulo 3.
func inBase64(s string, before int) string {
	all := base64.StdEncoding.EncodeToString(append(make([]byte, before), s...))
	return all[(before*8+5)/6 : (before+len(s))*8/6]
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
