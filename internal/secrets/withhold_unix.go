//go:build unix

package secrets

import "golang.org/x/sys/unix"

// WithholdMemory has a crash leave no copy of this process's memory, where passwords
// and tokens are: GOTRACEBACK=crash in the environment asks for one. What is started
// from here leaves none either, unless it asks for it.
func WithholdMemory() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CORE, &limit) == nil {
		limit.Cur = 0
		_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit) // a lower soft limit is always granted
	}
	undumpable()
}
