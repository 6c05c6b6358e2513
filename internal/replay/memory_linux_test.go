package replay_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"writeback/internal/replay"
)

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// A survey of twenty times the users, with twenty times the protected accounts
// to ask for, takes the same memory, within a tenth, which .ci/bench judges.
func BenchmarkMemoryStaysTheSame(b *testing.B) {
	for b.Loop() {
		few, many := peak(b, 10_000), peak(b, 200_000)
		b.ReportMetric(float64(many), "KiB")
		b.ReportMetric(float64(many)/float64(few), "ratio")
	}
}

// peak is the memory that a program of its own needs for a survey, in KiB: the
// median of some runs.
func peak(t testing.TB, users int) int {
	t.Helper()
	_, o := serve(t, replay.Config{Users: users})
	var peaks []int
	for range 5 {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), clientOf+"="+o.DC, "REPLAY_CA="+o.CACert, peakOf+"=1")
		out, err := c.Output()
		m := highWater.FindSubmatch(out)
		if err != nil || m == nil {
			t.Fatalf("%v: %s", err, out)
		}
		n, _ := strconv.Atoi(string(m[1]))
		peaks = append(peaks, n)
	}
	slices.Sort(peaks)
	return peaks[len(peaks)/2]
}
