//go:build !linux

package main

// measured is not known here.
func (b *cloudBench) measured() func() (most int, known bool) {
	return func() (int, bool) { return 0, false }
}
