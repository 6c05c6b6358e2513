package syncserver

import (
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// tree is a process with its children: a job object that ends them all when it
// is closed.
type tree struct {
	cmd *exec.Cmd
	mu  sync.Mutex     // Cancel may come at any time
	job windows.Handle // 0: there is none
}

// creation gives the process a console of its own that nobody sees. Neither Ctrl-C
// nor closing our window reaches it there; no window flashes up where we have none;
// and what it finds as the console's code page is the system's, whatever ours was set
// to. The group of its own is for where a system makes no console.
var creation uint32 = windows.CREATE_NO_WINDOW | windows.CREATE_NEW_PROCESS_GROUP

// own keeps the console's events from the process, as a process group of its own does
// on Unix: a cmdlet that has begun to write is not cut off, and what is to end is
// ended by us. The job ends it with us, however we end.
func own(cmd *exec.Cmd) *tree {
	t := &tree{cmd: cmd}
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: creation}
	cmd.Cancel = t.kill
	return t
}

// started puts the process into the job. A child that it had before would not be
// in it; PowerShell has none so early.
func (t *tree) started() {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return
	}
	limit := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE},
	}
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&limit)), uint32(unsafe.Sizeof(limit)))
	if err == nil {
		err = t.assign(job)
	}
	if err != nil {
		windows.CloseHandle(job)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.job = job
}

func (t *tree) assign(job windows.Handle) error {
	p, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(t.cmd.Process.Pid))
	if err != nil {
		return err
	}
	defer windows.CloseHandle(p)
	return windows.AssignProcessToJobObject(job, p)
}

func (t *tree) end(bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.job != 0 {
		windows.CloseHandle(t.job)
		t.job = 0
	}
}

func (t *tree) kill() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.job != 0 {
		return windows.TerminateJobObject(t.job, 1)
	}
	return t.cmd.Process.Kill()
}

// misleading is PSModulePath for Windows PowerShell: where this program was
// started from PowerShell 7, it names that one's modules, which 5.1 cannot load.
// Without it, PowerShell makes its own.
func misleading(variable, program string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return strings.EqualFold(name, "PSModulePath") && strings.EqualFold(filepath.Base(program), "powershell.exe")
}

// candidates has Windows PowerShell first: the module ADSync is made for it. Its
// place is fixed, so that no other program of that name in the path is taken.
func candidates() []string {
	system, err := windows.GetSystemDirectory()
	if err != nil {
		return []string{"pwsh.exe"}
	}
	return []string{filepath.Join(system, `WindowsPowerShell\v1.0\powershell.exe`), "pwsh.exe"}
}
