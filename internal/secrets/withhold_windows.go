package secrets

import "golang.org/x/sys/windows"

// werNoHeap has Windows Error Reporting leave the heap out of a report (werapi.h,
// WER_FAULT_REPORTING_FLAG_NOHEAP).
const werNoHeap = 1

// WithholdMemory has a crash be reported to nobody: GOTRACEBACK=wer in the
// environment would have Go's runtime ask for it. An administrator can have Windows
// keep whole dumps nevertheless (LocalDumps), and no program can keep them from it.
func WithholdMemory() {
	windows.SetErrorMode(windows.SEM_FAILCRITICALERRORS | windows.SEM_NOGPFAULTERRORBOX | windows.SEM_NOOPENFILEERRORBOX)
	if set := windows.NewLazySystemDLL("kernel32.dll").NewProc("WerSetFlags"); set.Find() == nil {
		_, _, _ = set.Call(werNoHeap)
	}
}
