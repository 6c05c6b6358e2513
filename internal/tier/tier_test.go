package tier

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// witness is a test that notes how it would end.
type witness struct {
	testing.TB
	ended, logged string
}

func (w *witness) Helper()      {}
func (w *witness) Name() string { return "TestOfAWitness" }

func (w *witness) Logf(format string, args ...any) { w.logged = fmt.Sprintf(format, args...) }

func (w *witness) Skipf(format string, args ...any) {
	w.ended = "skip: " + fmt.Sprintf(format, args...)
	panic(w)
}

func (w *witness) Fatalf(format string, args ...any) {
	w.ended = "fail: " + fmt.Sprintf(format, args...)
	panic(w)
}

// ends is how a test ends that does this.
func ends(do func(t testing.TB)) (how string) {
	w := &witness{}
	defer func() {
		if r := recover(); r != nil && r != w {
			panic(r)
		}
		how = w.ended
	}()
	do(w)
	return w.ended
}

func TestTakes(t *testing.T) {
	for _, c := range []struct{ tier, program, require, want string }{
		{"", "Samba", "", "skip: it takes Samba, and is for .ci/test"},
		{"quick", "Samba", "", "skip: it takes Samba, and is for .ci/test"},
		{"quick", "Samba", "1", ""},
		{"test", "Samba", "", ""},
		{"run", "Samba", "", ""},
		{"long", "Samba", "", ""},
		{"quick", "Wine", "", "skip: it takes Wine, and is for .ci/run"},
		{"test", "Wine", "", "skip: it takes Wine, and is for .ci/run"},
		{"test", "Wine", "1", ""},
		{"run", "Wine", "", ""},
		{"most", "Samba", "", `fail: WRITEBACK_TESTS="most" is none of quick, test, run, long`},
	} {
		require := "REQUIRE_" + strings.ToUpper(c.program)
		t.Setenv(Variable, c.tier)
		t.Setenv(require, c.require)
		if got := ends(func(t testing.TB) { Takes(t, c.program) }); got != c.want {
			t.Errorf("%s=%q, %s=%q: %q, want %q", Variable, c.tier, require, c.require, got, c.want)
		}
	}
}

// A tier does as many cases as its share says, the same again with the same seed,
// and over the days each of them.
func TestShare(t *testing.T) {
	const n = 10
	for _, c := range []struct {
		tier string
		want int
	}{{"quick", 0}, {"test", 3}, {"run", n}, {"long", n}} {
		t.Setenv(Variable, c.tier)
		met := map[int]int{}
		for day := range 12 {
			t.Setenv(SeedVariable, fmt.Sprint(20000+day))
			w := &witness{}
			got := Share{Test: 3, Run: All}.Of(w, n)
			if again := (Share{Test: 3, Run: All}).Of(&witness{}, n); !slices.Equal(got, again) {
				t.Errorf("%s: %v, then %v with the same seed", c.tier, got, again)
			}
			if len(got) != c.want || !slices.IsSorted(got) || len(slices.Compact(got)) != c.want {
				t.Errorf("%s: %v, want %d cases", c.tier, got, c.want)
			}
			if told := strings.Contains(w.logged, fmt.Sprintf("%s=%d", SeedVariable, 20000+day)); told != (c.want < n) {
				t.Errorf("%s: it says %q", c.tier, w.logged)
			}
			for _, i := range got {
				met[i]++
			}
		}
		if c.want > 0 && len(met) != n {
			t.Errorf("%s: in four days only %v were done", c.tier, met)
		}
	}
}

func TestSeedIsANumber(t *testing.T) {
	t.Setenv(SeedVariable, "today")
	if got := ends(func(t testing.TB) { Seed(t) }); !strings.HasPrefix(got, `fail: WRITEBACK_TESTS_SEED="today" is no number`) {
		t.Errorf("it ends with %q", got)
	}
}

// A turn comes once in twelve days in the quick tier, four times in .ci/test, and always in the
// others.
func TestTurn(t *testing.T) {
	for tier, want := range map[string]int{"quick": 1, "test": 4, "run": 12, "long": 12} {
		t.Setenv(Variable, tier)
		ran := 0
		for day := range 12 {
			t.Setenv(SeedVariable, fmt.Sprint(20000+day))
			if ends(func(t testing.TB) { Turn(t) }) == "" {
				ran++
			}
		}
		if ran != want {
			t.Errorf("%s: it ran on %d days of 12, want %d", tier, ran, want)
		}
	}
}
