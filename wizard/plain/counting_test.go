package plain

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// clock goes on by a step with every look.
func clock(step time.Duration) func() time.Time {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	return func() time.Time { now = now.Add(step); return now }
}

// In a pipe there is a line from time to time, and no bar.
func TestCountingInLines(t *testing.T) {
	var err bytes.Buffer
	c := (&Renderer{Err: &err}).Counting(Counting{Name: "corp.example\x1b[2J", Every: 2 * time.Second, now: clock(500 * time.Millisecond)})
	for users := 500; users <= 5000; users += 500 {
		c.Tell(users)
	}
	c.End()
	want := `writeback: corp.example\u001b[2J: 2,000 users looked at` + "\n" + `writeback: corp.example\u001b[2J: 4,000 users looked at` + "\n"
	if err.String() != want {
		t.Errorf("%q, want %q", &err, want)
	}
}

// On a terminal a bar stays in its place, moves, and is gone at the end.
func TestCountingInABar(t *testing.T) {
	var err bytes.Buffer
	size := func() (int, int) { return 80, 24 }
	c := (&Renderer{Err: &err}).Counting(Counting{Name: "corp.example", Size: size, Every: time.Hour, now: clock(drawnEvery)})
	c.Tell(500)
	c.Tell(1000)
	want := "\r\x1b[2Kcorp.example  [.####...............]  500 users looked at\r\x1b[2Kcorp.example  [..####..............]  1,000 users looked at"
	if err.String() != want {
		t.Errorf("%q, want %q", &err, want)
	}
	seen := map[string]bool{}
	for i := range 100 {
		bar := c.bar(i)
		if seen[bar] = true; len(bar) != barLength || strings.Count(bar, "#") != 4 || !strings.Contains(bar, "####") {
			t.Fatalf("%q", bar)
		}
		c.moves++
	}
	if len(seen) != barLength-4+1 {
		t.Errorf("the block stands in %d places", len(seen))
	}
	err.Reset()
	c.End()
	if err.String() != "\r\x1b[2K" {
		t.Errorf("%q", &err)
	}
}

// Where users were counted before, the bar says how many are left, and is never
// full before the end.
func TestCountingWhatWasCounted(t *testing.T) {
	var err bytes.Buffer
	c := (&Renderer{Err: &err}).Counting(Counting{Name: "corp.example", About: 10_000, Every: 1, Bar: true, now: clock(time.Second)})
	c.Tell(5_000)
	c.Tell(10_000)
	c.Tell(10_500)
	want := "writeback: corp.example: [##########..........]  5,000 of some 10,000 users looked at\n" +
		"writeback: corp.example: [###################.]  10,000 of some 10,000 users looked at\n" +
		"writeback: corp.example: [...####.............]  10,500 users looked at\n"
	if err.String() != want {
		t.Errorf("%q, want %q", &err, want)
	}
}

// A line is no longer than the terminal, and a narrow one has lines.
func TestCountingWithoutRoom(t *testing.T) {
	for _, columns := range []int{narrowest, narrowest - 1, 0} {
		var err bytes.Buffer
		size := func() (int, int) { return columns, 24 }
		c := (&Renderer{Err: &err}).Counting(Counting{Name: strings.Repeat("ж", 100), Size: size, Every: 1, now: clock(time.Second)})
		c.Tell(1_000_000)
		drawn, isBar := strings.CutPrefix(err.String(), "\r\x1b[2K")
		if isBar != (columns >= narrowest) || isBar && len(drawn) >= columns {
			t.Errorf("%d columns: %q", columns, &err)
		}
	}
}
