package tui

import "strings"

// Links come out of findings, which quote names from a tenant: only https, only
// the characters of RFC 3986, no user part that looks like a host. What is not
// plainly a link is only text.

const scheme = "https://"

// linkIn finds the first link of a line: s[from:to]. ok is false for none.
func linkIn(s string) (from, to int, ok bool) {
	for at := 0; ; {
		i := strings.Index(s[at:], scheme)
		if i < 0 {
			return 0, 0, false
		}
		from = at + i
		to = from + strings.IndexFunc(s[from:]+" ", func(r rune) bool { return r == ' ' })
		to = from + len(strings.TrimRight(s[from:to], ".,;:!?)'\""))
		if isLink(s[from:to]) && (from == 0 || strings.ContainsRune(" (\"'", rune(s[from-1]))) {
			return from, to, true
		}
		at = from + len(scheme)
	}
}

func isLink(s string) bool {
	rest, ok := strings.CutPrefix(s, scheme)
	if !ok {
		return false
	}
	for _, c := range rest {
		if !strings.ContainsRune("-._~:/?#[]@!$&'()*+,;=%", c) && (c > 'z' || !alphanumeric(byte(c))) {
			return false
		}
	}
	host, _, _ := strings.Cut(strings.NewReplacer("?", "/", "#", "/").Replace(rest), "/")
	return host != "" && alphanumeric(host[0]) && !strings.Contains(host, "@")
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// linked draws a piece of a link's text so that a terminal that knows OSC 8
// opens the whole of it. The text itself stays readable for the others.
func linked(url, piece string) string {
	return "\x1b]8;;" + url + "\x1b\\" + piece + "\x1b]8;;\x1b\\"
}
