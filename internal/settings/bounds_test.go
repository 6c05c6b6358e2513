package settings

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// bombs are documents that are small, and take a parser gigabytes or minutes.
func bombs() map[string]string {
	keys := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	return map[string]string{
		"brackets":                   strings.Repeat("[", 40_000),
		"braces":                     strings.Repeat("{", 40_000),
		"brackets behind quotes":     strings.Repeat(`["]",`, 20_000),
		"brackets on lines":          strings.Repeat("[\n", 3_000),
		"lists on one line":          strings.Repeat("- ", 40_000),
		"lists on one line, tabs":    strings.Repeat("-\t", 40_000),
		"questions":                  strings.Repeat("? ", 40_000),
		"colons":                     strings.Repeat(": ", 40_000),
		"maps on one line":           strings.Repeat("a: ", 40_000),
		"tags":                       strings.Repeat("! ", 40_000),
		"anchors":                    strings.Repeat("&a ", 40_000),
		"aliases":                    strings.Repeat("*a ", 40_000),
		"commas":                     "scope: [" + strings.Repeat(",", 40_000),
		"quotes":                     strings.Repeat(`"`, 40_000),
		"keys":                       keys(40_000, "k%d: v\n"),
		"keys on one line":           "{" + keys(40_000, "k%d: v,") + "}",
		"keys with carriage returns": keys(40_000, "k%d: v\r"),
		"documents":                  strings.Repeat("---\n", 40_000),
		"laughs":                     "a: &a [x,x]\n" + keys(30, "b%[1]d: &b%[1]d [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n") + "domain: *b0\n",
	}
}

// A file that would take the parser gigabytes is refused in few, and quickly.
func TestYAMLBombs(t *testing.T) {
	for name, doc := range bombs() {
		if len(doc) > maxConfigSize {
			t.Errorf("%s: %d octets would not be read anyway", name, len(doc))
		}
		s := new(Settings)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := s.fromYAML("x.yaml", []byte(doc))
		runtime.ReadMemStats(&after)
		if err == nil || len(err.Error()) > 300 {
			t.Errorf("%s: %.200v", name, err)
		}
		if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 100 {
			t.Errorf("%s: %d MiB were allocated", name, took)
		}
	}
}

// What is large and is settings is read: a hundred domains with ten scopes each.
func TestYAMLOfManyDomains(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Everything that a large forest needs\nsync: connect\ndomains:\n")
	for i := range 100 {
		fmt.Fprintf(&b, "  - domain: d%d.corp.example\n    ad-user: \"admin@d%d.corp.example\"\n    scope:\n", i, i)
		for j := range 10 {
			fmt.Fprintf(&b, "      - \"OU=Branch %d,OU=People,DC=d%d,DC=corp,DC=example\"\n", j, i)
		}
	}
	if err := tooIntricate([]byte(b.String())); err != nil {
		t.Error(err)
	}
}
