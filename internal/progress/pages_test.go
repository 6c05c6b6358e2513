package progress

import (
	"strings"
	"testing"
)

// until counts the pages that are taken before the list is given up; 0 for never.
func until(p *Pages, most int, page func(n int) (entries int, sum uint64)) (int, string) {
	for n := 1; n <= most; n++ {
		if err := p.Page(page(n)); err != nil {
			return n, err.Error()
		}
	}
	return 0, ""
}

func TestPagesThatSayNothing(t *testing.T) {
	for name, c := range map[string]struct {
		pages Pages
		page  func(int) (int, uint64)
		most  int // pages before it is noticed
		says  string
	}{
		"all empty":                          {Pages{}, func(int) (int, uint64) { return 0, 0 }, MaxBarren, "empty pages"},
		"empty from the 10th on":             {Pages{}, func(n int) (int, uint64) { return max(0, 10-n), uint64(n) }, 9 + MaxBarren, "empty pages"},
		"the same page":                      {Pages{}, func(int) (int, uint64) { return 10, 7 }, 2, "repeats itself"},
		"a circle of three":                  {Pages{}, func(n int) (int, uint64) { return 10, uint64(n % 3) }, 8, "repeats itself"},
		"a circle after a long way in":       {Pages{}, func(n int) (int, uint64) { return 1, uint64(min(n, 5000+n%700)) }, 20_000, "repeats itself"},
		"one page, then empty ones, in turn": {Pages{}, func(n int) (int, uint64) { return n % 2, 7 }, 4, "repeats itself"},
		"more entries than there can be":     {Pages{Most: 1000}, func(n int) (int, uint64) { return 100, uint64(n) }, 11, "more than 1000"},
	} {
		n, says := until(&c.pages, 100_000, c.page)
		if n == 0 || n > c.most || !strings.Contains(says, c.says) {
			t.Errorf("%s: given up at page %d: %q; want %d at most, and %q", name, n, says, c.most, c.says)
		}
	}
}

// A directory of some ten million users, with empty pages between, is read to its
// end.
func TestPagesWithNews(t *testing.T) {
	var p Pages
	n, says := until(&p, 100_000, func(n int) (int, uint64) {
		if n%MaxBarren != 0 {
			return 0, 0
		}
		return 1000, uint64(n)
	})
	if n != 0 {
		t.Errorf("page %d: %s", n, says)
	}
	var q Pages
	if n, says := until(&q, 10_000, func(n int) (int, uint64) { return 1000, uint64(n) * 0x9e3779b97f4a7c15 }); n != 0 {
		t.Errorf("page %d: %s", n, says)
	}
}
