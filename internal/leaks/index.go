package leaks

import (
	"fmt"
	"regexp"
	"strings"
)

// Index holds secrets such that all of them are looked for in one pass over a
// text, however many there are. Its keys are the first bytes of their forms.
type Index map[[Shortest]byte][]entry

type entry struct {
	Form
	secret string
}

// Found is one secret in a text.
type Found struct {
	Form   string // of [Form.Name]
	Secret string
	Around string // the text before and after it, without it
}

// String tells of it without the secret, but for its first letters: enough to
// find the test that made it.
func (f Found) String() string {
	return fmt.Sprintf("a secret (%.5s…, %s) stands in it: %q", f.Secret, f.Form, f.Around)
}

// Add adds a secret that is long enough to be one.
func (x Index) Add(secret string) {
	if len(secret) < Shortest {
		return
	}
	for _, e := range x[keyOf(secret)] {
		if e.secret == secret {
			return
		}
	}
	for _, f := range Forms(secret) {
		k := keyOf(f.Text)
		x[k] = append(x[k], entry{f, secret})
	}
}

func keyOf(s string) (k [Shortest]byte) {
	copy(k[:], s)
	return k
}

// margin is how many bytes of the text are told on each side.
const margin = 40

// token is the shape of a signed token (RFC 7515, section 7.1), whoever made it: the
// practice tenant issues some that no test ever sees.
var token = regexp.MustCompile(`\beyJ[\w-]{16,}\.eyJ[\w-]{16,}\.[\w-]{16,}`)

// Find gives every secret in text once, in the form that comes first, and whatever
// has the shape of a token.
func (x Index) Find(text string) (out []Found) {
	told := map[string]bool{}
	for _, at := range token.FindAllStringIndex(text, -1) {
		out = append(out, Found{"any token", text[at[0]:at[1]], text[max(0, at[0]-margin):at[0]] + "…" + text[at[1]:min(len(text), at[1]+margin)]})
	}
	for i := 0; i+Shortest <= len(text); i++ {
		for _, e := range x[keyOf(text[i:i+Shortest])] {
			if told[e.secret] || !strings.HasPrefix(text[i:], e.Text) {
				continue
			}
			told[e.secret] = true
			end := i + len(e.Text)
			out = append(out, Found{e.Name, e.secret, text[max(0, i-margin):i] + "…" + text[end:min(len(text), end+margin)]})
		}
	}
	return out
}
