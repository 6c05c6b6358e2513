package graph

import "regexp"

// Whatever a service says may quote what it was sent. Here tokens and secrets
// are taken out, by their look: the values are not known everywhere.

var (
	jsonWebToken = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*)*`)
	bearer       = regexp.MustCompile(`(?i)\bbearer\s+[^\s"',]{8,}`)
	parameter    = regexp.MustCompile(`(?i)\b(access_token|refresh_token|id_token|client_secret|client_assertion|assertion|password|device_code|code_verifier|secret|code)("?\s*[=:]\s*"?)[^\s"'&,}]{4,}`)
	// Long runs without a space are refresh tokens, codes and assertions.
	opaque = regexp.MustCompile(`[A-Za-z0-9_\-+/=.~]{80,}`)
)

// scrub is clean, without secrets.
func scrub(s string) string {
	if len(s) > 16<<10 {
		s = s[:16<<10]
	}
	s = withoutTokens(s)
	s = parameter.ReplaceAllString(s, "$1$2***")
	s = opaque.ReplaceAllString(s, "***")
	return clean(s)
}

// withoutTokens is s without what is surely a token.
func withoutTokens(s string) string {
	s = jsonWebToken.ReplaceAllString(s, "***")
	return bearer.ReplaceAllString(s, "Bearer ***")
}
