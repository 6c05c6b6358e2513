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
// to ask for, takes the same memory, within a tenth. .ci/bench measures the same
// with a million.
func TestMemoryStaysTheSame(t *testing.T) {
	few, many := peak(t, 10_000), peak(t, 200_000)
	t.Logf("%d and %d KiB", few, many)
	if many*10 > few*11 {
		t.Errorf("10,000 users took %d KiB, 200,000 users %d KiB", few, many)
	}
}

// peak is the memory that a program of its own needs for a survey, in KiB: the
// median of some runs.
func peak(t *testing.T, users int) int {
	t.Helper()
	_, o := serve(t, replay.Config{Users: users})
	var peaks []int
	for range 5 {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), clientOf+"="+o.DC, "REPLAY_CA="+o.CACert, peakOf+"=1")
		out, err := c.Output()
		os.Stdout.Write(out)
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
