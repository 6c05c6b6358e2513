package graph_test

import (
	"os"
	"syscall"
)

// peakMemory is the most that an ended process had resident, in bytes.
func peakMemory(p *os.ProcessState) int64 { return p.SysUsage().(*syscall.Rusage).Maxrss << 10 }
