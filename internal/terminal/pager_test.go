package terminal

import (
	"slices"
	"strings"
	"testing"
)

func TestLinesOf(t *testing.T) {
	for text, want := range map[string]int{"": 0, "a\n": 1, "\n\n": 2, "a": 1, strings.Repeat("x", 10): 1, strings.Repeat("x", 11) + "\n": 2, "\x1b[31m" + strings.Repeat("ä", 10) + "\x1b[0m\n": 1, strings.Repeat("語", 6): 2} {
		if got := LinesOf(text, 10); got != want {
			t.Errorf("%q takes %d lines, want %d", text, got, want)
		}
	}
	if LinesOf("ab\n", 0) < 1 {
		t.Error("a terminal without columns")
	}
}

func TestPagerEnvironment(t *testing.T) {
	a := Terminal{LookupEnv: func(string) (string, bool) { return "", false }}
	got := a.pagerEnvironment([]string{"PATH=/bin", "WRITEBACK_AD_PASSWORD=x", "writeback_graph_token=y", "LANG=C"})
	if want := []string{"PATH=/bin", "LANG=C", "LESS=FRX"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
