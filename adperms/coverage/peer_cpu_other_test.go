//go:build !linux

package coverage_test

import "time"

var start = time.Now()

// cpu is the time that has passed, which is at least the processor's.
func cpu() time.Duration { return time.Since(start) }
