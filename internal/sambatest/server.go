package sambatest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const (
	startWithin = 60 * time.Second // two seconds on an idle machine; the rest is for a busy one
	stopWithin  = 20 * time.Second
	pollEvery   = 50 * time.Millisecond
	tailLines   = 80
	tailColumns = 400 // an audit line holds whole security descriptors
)

// server is the running Samba. It is a child of a shell that does one thing more when Samba has ended: it removes the folder and its
// lock, also when the process that would have done so was killed. Samba ends when its standard input does, and the other end of that pipe is in this process
// alone (Go opens every file close-on-exec).
type server struct {
	cmd   *exec.Cmd
	stdin io.Closer
	log   *os.File      // open, so that it can be read after the folder is gone
	ended chan struct{} // closed when the shell has ended
	err   error         // the shell's; read it after ended
}

func startServer(samba string, h *home) (*server, error) {
	log, err := os.Create(h.path("log"))
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", `"$@"; status=$?; rm -rf -- "$0" "$0`+lockSuffix+`"; exit $status`, h.dir,
		samba, "--interactive", "--model=single", "--no-process-group", "--configfile="+h.path("smb.conf"))
	cmd.Env = h.environ()
	cmd.Stdout, cmd.Stderr = log, log
	ownProcessGroup(cmd)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", samba, err)
	}
	s := &server{cmd: cmd, stdin: stdin, log: log, ended: make(chan struct{})}
	go func() {
		s.err = cmd.Wait()
		close(s.ended)
	}()
	return s, nil
}

// await calls ready until it succeeds. It gives up when the server ends or time runs out, and then returns the log too.
func (s *server) await(ready func() error) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	deadline := time.After(startWithin)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-s.ended:
			return fmt.Errorf("samba ended before it answered (%w)\n%s", s.err, s.tail(0))
		case <-deadline:
			return fmt.Errorf("samba does not answer after %v: %w\n%s", startWithin, err, s.tail(0))
		}
	}
}

// stop closes the pipe and waits until samba is gone. One that will not go is killed, by its process group.
func (s *server) stop() error {
	defer s.log.Close()
	if err := s.stdin.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("close the standard input of samba: %w", err)
	}
	select {
	case <-s.ended:
		return nil // the status says nothing: it is not zero after an end of input
	case <-time.After(stopWithin):
	}
	if err := killGroup(s.cmd); err != nil {
		return fmt.Errorf("kill samba: %w", err)
	}
	<-s.ended
	return fmt.Errorf("samba did not end within %v of the end of its input, and was killed", stopWithin)
}

// size is the length of the log so far, in bytes.
func (s *server) size() int64 {
	info, err := s.log.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}

// tail returns the last lines of the log that come after the given offset in bytes, long ones cut.
func (s *server) tail(offset int64) string {
	text, err := io.ReadAll(io.NewSectionReader(s.log, offset, s.size()-offset))
	if err != nil {
		return "samba's log cannot be read: " + err.Error()
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	lines = lines[max(0, len(lines)-tailLines):]
	for i, line := range lines {
		if len(line) > tailColumns {
			lines[i] = line[:tailColumns] + "…"
		}
	}
	return strings.Join(lines, "\n")
}

// logOnFailure shows what the DC said during t, if t fails.
func (dc *DC) logOnFailure(t testing.TB) {
	s := dc.server
	from := s.size()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("samba on %s said:\n%s", dc.IP, s.tail(from))
		}
	})
}
