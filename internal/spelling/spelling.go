// Package spelling finds the name that a misspelled one was probably meant to
// be. It knows no names: the caller brings the candidates.
package spelling

import (
	"fmt"
	"slices"
	"strings"
)

// Nearest is the candidate that is fewest edits away from name, at most two and
// fewer than half of it; "" for none. Of several the first by name. Case does not
// count.
func Nearest(name string, candidates []string) string {
	best, at := "", Near(name)+1
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		if d := Distance(name, c); d < at {
			best, at = c, d
		}
	}
	return best
}

// Near is how many edits away from name something may be to be meant by it.
func Near(name string) int { return min(2, (len([]rune(name))-1)/2) }

// Distance counts the edits between two names: a character put in, left out,
// exchanged, or two swapped (optimal string alignment). Case does not count.
func Distance(from, to string) int {
	a, b := []rune(strings.ToLower(from)), []rune(strings.ToLower(to))
	two, one, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range one {
		one[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(one[j+1]+1, row[j]+1, one[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], two[j-1]+1)
			}
		}
		two, one, row = one, row, two
	}
	return one[len(b)]
}

// DidYouMean is the suffix of an error about an unknown name: the nearest candidate,
// after a colon; "" where none is near.
func DidYouMean(name string, candidates []string) string {
	if near := Nearest(name, candidates); near != "" {
		return fmt.Sprintf(": did you mean %q?", near)
	}
	return ""
}
