package adperms

import "testing"

func TestListObjectMode(t *testing.T) {
	for heuristics, want := range map[string]bool{"": false, "00": false, "0010000": true, "001": true, "000000000100000f": false, "002": false} {
		if ListObjectMode(heuristics) != want {
			t.Errorf("%q", heuristics)
		}
	}
}
