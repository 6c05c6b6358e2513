package directory

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"writeback/internal/shell"
)

// What a person may write for a DC. Rules:
//
//   - A host alone means ldaps://, and is the whole URL from then on: what is shown,
//     recorded and gone on with never depends on what a bare host meant.
//   - A port belongs to a way: 636 to ldaps, 389 to StartTLS, and the ports of the
//     global catalog to neither, for it cannot be written to.
//   - What is no host says what is wanted. What may be a password is not repeated.

// DCURL is the whole URL for what a person wrote: a URL, or a host with or without a
// port; "" for "".
//
// Errors: [OptionError].
func DCURL(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	if _, err := parseEndpoint(s); err != nil || strings.Contains(s, "://") {
		return s, err
	}
	return "ldaps://" + strings.TrimRight(s, "/"), nil
}

// The ports that are spoken to, and those that are not.
const (
	portLDAP  = "389"
	portLDAPS = "636"
	portGC    = "3268" // MS-ADTS 3.1.1.3.1.10
	portGCTLS = "3269"
)

const writeURL = "write HOST or ldaps://HOST, or ldap://HOST for StartTLS"

func parseEndpoint(s string) (endpoint, error) {
	refuse := func(text string) (endpoint, error) {
		shown := s
		if at := strings.LastIndexByte(s, '@'); at >= 0 { // a password may stand there
			shown = "***" + s[at:]
		}
		return endpoint{}, &OptionError{Option: "--dc", Text: shell.Quoted(shown) + ": " + text}
	}
	s = strings.TrimSpace(s)
	bare := !strings.Contains(s, "://")
	whole := s
	if bare {
		if text := noHost(s); text != "" {
			return refuse(text)
		}
		whole = "ldaps://" + s
	}
	u, err := url.Parse(whole)
	if err != nil || u.Host == "" {
		return refuse(writeURL)
	}
	e := endpoint{host: u.Hostname(), port: u.Port()}
	switch strings.ToLower(u.Scheme) {
	case "ldaps":
	case "ldap":
		e.startTLS = true
	case "gc":
		return refuse("the global catalog cannot be written to: " + writeURL)
	default:
		return refuse("only ldaps:// and ldap:// (with StartTLS) are spoken: " + writeURL)
	}
	switch {
	case u.User != nil:
		return refuse("no user here: use --ad-user")
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return refuse("nothing may follow the host and the port")
	case e.host == "":
		return refuse("the host is missing: " + writeURL)
	case !isHost(e.host):
		return refuse("this is no host: " + writeURL)
	}
	if e.port == "" {
		e.port = map[bool]string{false: portLDAPS, true: portLDAP}[e.startTLS]
	}
	if text := e.wrongPort(); text != "" {
		return refuse(text)
	}
	return e, nil
}

// noHost says why what has no scheme is no host, where it can be told what it is.
func noHost(s string) string {
	lower := strings.ToLower(s)
	switch {
	case strings.HasPrefix(lower, "ldap:"), strings.HasPrefix(lower, "ldaps:"), strings.HasPrefix(lower, "ldap/"), strings.HasPrefix(lower, "ldaps/"):
		return "two slashes follow the colon: " + writeURL
	case strings.Contains(s, "@"):
		return "no user here: use --ad-user"
	case strings.HasPrefix(s, `\\`):
		return "leave out the backslashes: " + writeURL
	case strings.Contains(s, "="):
		return "this is a DN, and the DC's host name is wanted: " + writeURL
	case strings.ContainsAny(s, ",; \t\n"):
		return "one DC is used for the whole run: " + writeURL
	case strings.Count(s, ":") > 1 && !strings.HasPrefix(s, "["):
		return "an IPv6 address stands in brackets: write [ADDRESS] or [ADDRESS]:PORT"
	}
	return ""
}

// isHost says that a name may be one of DNS, or an address.
func isHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(host, "."), ".") {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_'
		}) {
			return false
		}
	}
	return true
}

// wrongPort says why a port is not that of the way; "" where it may be.
func (e endpoint) wrongPort() string {
	n, err := strconv.ParseUint(e.port, 10, 16)
	switch {
	case err != nil || n == 0:
		return "a port is a number from 1 to 65535"
	case e.port == portGC || e.port == portGCTLS:
		return "this is the port of the global catalog, which cannot be written to: leave the port out"
	case e.port == portLDAP && !e.startTLS:
		return "port 389 is that of StartTLS: write ldap://HOST, or leave the port out for ldaps://"
	case e.port == portLDAPS && e.startTLS:
		return "port 636 is that of ldaps:// (and ldap:// means StartTLS here): write ldaps://HOST"
	}
	return ""
}
