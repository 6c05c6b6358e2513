// Package tier says how much of the tests was asked for. Four entrances ask for
// one tier each, in WRITEBACK_TESTS:
//
//	quick  go test ./...  takes nothing that is to be installed first
//	test   .ci/test       with Samba, Chromium and PowerShell, and samples of exhaustive tests
//	run    .ci/run        with Wine too, and larger samples
//	long   .ci/long       everything
//
// It knows no test: a test that takes a program of others says so with [Takes]. One that goes
// through many cases of one kind does what [Share.Of] picks for it.
package tier

import (
	"flag"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Variable is the environment variable with the name of a tier. Without it the
// tier is Quick.
const Variable = "WRITEBACK_TESTS"

// SeedVariable is the environment variable that picks the samples: a number, by
// default that of the day since 1970, UTC. Each test that samples prints it.
const SeedVariable = "WRITEBACK_TESTS_SEED"

// A Tier holds all that the one before it does.
type Tier int

// The tiers, from the one that does least.
const (
	Quick Tier = iota
	Test
	Run
	Long
)

var names = []string{"quick", "test", "run", "long"}

func (t Tier) String() string { return names[t] }

// Asked is the tier that was asked for.
func Asked(t testing.TB) Tier {
	t.Helper()
	name := os.Getenv(Variable)
	if name == "" {
		return Quick
	}
	i := slices.Index(names, name)
	if i < 0 {
		t.Fatalf("%s=%q is none of %s", Variable, name, strings.Join(names, ", "))
	}
	return Tier(i)
}

// Takes skips a test that takes a program of others in tiers that do without it,
// also where it is installed: what "go test ./..." does and how long it takes is
// the same everywhere. Wine comes with Run, all others with Test. Who wants one
// earlier requires it by name: REQUIRE_SAMBA=1.
func Takes(t testing.TB, program string) {
	t.Helper()
	from := Test
	if program == "Wine" {
		from = Run
	}
	if Asked(t) < from && os.Getenv("REQUIRE_"+strings.ToUpper(program)) != "1" {
		t.Skipf("it takes %s, and is for .ci/%s", program, from)
	}
}

// TakesMinutes skips a test that takes minutes where it is asked for less than .ci/run.
func TakesMinutes(t testing.TB) {
	t.Helper()
	if Asked(t) < Run {
		t.Skip("it takes minutes, and is for .ci/run")
	}
}

// Share is how many cases of an exhaustive test each tier does. Long does all.
type Share struct{ Quick, Test, Run int }

// All is a share without a bound.
const All = int(^uint(0) >> 1)

// Of picks the cases of n that the tier does, by index and in order. Which they
// are moves on with the seed: n/k days after another have had each case, so that
// what a sample leaves out is not left out for good.
func (s Share) Of(t testing.TB, n int) []int {
	t.Helper()
	asked := Asked(t)
	if renewing() {
		asked = Long // golden files are renewed whole, or the day's sample alone would be
	}
	k := min(n, []int{s.Quick, s.Test, s.Run, n}[asked])
	seed := Seed(t)
	picked := pick(t.Name(), seed, n, k)
	if k < n {
		t.Logf("%d of %d cases (%s=%s %s=%d): %v", k, n, Variable, asked, SeedVariable, seed, picked)
	}
	return picked
}

// pick shuffles the cases, for each name in another way, and takes the k that are
// the day's turn.
func pick(name string, seed uint64, n, k int) []int {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // never fails
	order := rand.New(rand.NewPCG(h.Sum64(), uint64(n))).Perm(n)
	out := make([]int, 0, k)
	for i := range k {
		out = append(out, order[(seed*uint64(k)+uint64(i))%uint64(n)])
	}
	slices.Sort(out)
	return out
}

// renewing says that the test writes its golden files anew: -update.
func renewing() bool {
	update := flag.Lookup("update")
	return update != nil && update.Value.String() == "true"
}

// Seed is what samples are picked by.
func Seed(t testing.TB) uint64 {
	t.Helper()
	text := os.Getenv(SeedVariable)
	if text == "" {
		return uint64(time.Now().Unix() / (24 * 60 * 60))
	}
	seed, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		t.Fatalf("%s=%q is no number: %v", SeedVariable, text, err)
	}
	return seed
}

// Turn skips a test but for one day in twelve in the quick tier and one in three in .ci/test:
// it is one of many that try the whole program, each for seconds.
func Turn(t testing.TB) {
	t.Helper()
	asked, seed := Asked(t), Seed(t)
	days := map[Tier]int{Quick: 12, Test: 3}[asked]
	if days > 0 && !renewing() && pick(t.Name(), seed, days, 1)[0] != 0 {
		t.Skipf("its turn is one day in %d (%s=%s %s=%d), and it takes part in each .ci/run", days, Variable, asked, SeedVariable, seed)
	}
}
