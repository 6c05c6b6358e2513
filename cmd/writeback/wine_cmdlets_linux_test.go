package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"writeback/steps"
)

// What is done with a PowerShell for Windows: see withPowerShell.

// The stage from the plan to the undo, each verb in a console with another code page, and
// all without a console.
func wineCmdlets(t *testing.T, w *wine) {
	shell := withPowerShell(t, w)
	s := shell.syncServer(t, "cmdlets", "")
	s.flags = append(s.flags, "--powershell", shell.program(), "--no-input")
	plan := decode[steps.Plan](t, s.at(shell, "437", exitDone, "plan"))
	if plan.Pending() != 1 || !strings.Contains(lineOf(plan), foreignConnector) {
		t.Errorf("it plans %q", lineOf(plan))
	}
	s.wantSet(false, 0)
	s.at(shell, "850", exitDone, "apply", "--yes")
	s.wantSet(true, 1)
	if v := decode[steps.Verification](t, s.at(shell, "932", exitDone, "verify")); !strings.Contains(verified(v), "writeback ok") {
		t.Errorf("verify says %s", verified(v))
	}
	s.at(shell, "1252", exitDone, "undo", "--yes")
	s.wantSet(false, 2)
	s.at(shell, "65001", exitChanges, "verify")
	s.want(exitDone, "apply", "--yes")
	s.want(exitDone, "verify")
	s.want(exitDone, "undo", "--yes")
	s.wantSet(false, 4)
}

func lineOf(p steps.Plan) string {
	for _, step := range p.Steps {
		for _, c := range step.Changes {
			return c.Line
		}
	}
	return ""
}

// Wine's own PowerShell ends with code 0 and says nothing, as a broken 5.1 does.
func wineStub(t *testing.T, w *wine) {
	shell := withPowerShell(t, w)
	s := shell.syncServer(t, "stub", "")
	s.flags = append(s.flags, "--no-input")
	for _, part := range []string{"server-unread", `WindowsPowerShell\v1.0\powershell.exe`, "printed none"} {
		if o := s.want(exitDone, "plan"); !strings.Contains(o.out, part) {
			t.Errorf("it does not say %q:\n%s", part, o.out)
		}
	}
	s.env = append(s.env, "WINEPATH="+zed(shell.folder))
	s.want(exitDone, "apply", "--yes")
	s.wantSet(true, 1)
}

// working is a cmdlet at work, as it called.
type working struct {
	t    *testing.T
	call net.Conn
}

// calls has the stand-in call when it is at work, some starts of PowerShell later.
func (s *syncServer) calls() (there func() working) {
	s.t.Helper()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = l.Close() })
	s.env = append(s.env, "SYNCSERVER_STANDIN_CALL="+l.Addr().String())
	return func() working {
		s.t.Helper()
		_ = l.SetDeadline(time.Now().Add(4 * patience))
		c, err := l.Accept()
		if err != nil {
			s.t.Fatalf("the cmdlet does not come to work: %v", err)
		}
		s.t.Cleanup(func() { _ = c.Close() })
		return working{s.t, c}
	}
}

func (c working) goesOn() { _ = c.call.Close() }

// wantGone wants PowerShell to be gone: its end of the connection is.
func (c working) wantGone(shell *windowsShell) {
	c.t.Helper()
	_ = c.call.SetReadDeadline(time.Now().Add(patience))
	if _, err := c.call.Read(make([]byte, 1)); err == nil || os.IsTimeout(err) {
		c.t.Errorf("the cmdlet works on: %v", err)
	}
	for _, left := range shell.running("pwsh.exe") {
		c.t.Errorf("%s is left", left)
	}
}

// writeback.exe is ended while the cmdlet is at work: nothing of it is left, and who comes
// next asks the server what is so.
func wineKilledAtWork(t *testing.T, w *wine) {
	shell := withPowerShell(t, w)
	for how, c := range map[string]struct {
		on   bool // when it was ended
		sets int  // in the end
	}{"waits": {false, 1}, "lingers": {true, 1}} {
		t.Run(how, func(t *testing.T) {
			s := shell.syncServer(t, how, how)
			s.flags = append(s.flags, "--powershell", shell.program(), "--no-input")
			there := s.calls()
			cmd := s.command("apply", "--yes")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			at := there()
			s.terminates(w, filepath.Base(s.as[1]))
			_ = cmd.Wait() // it was ended: that is its error
			at.wantGone(shell)
			state := s.state()
			if state["enabled"] != c.on {
				t.Fatalf("the server has %v", state)
			}
			run := s.latest()
			if run.State != steps.RunInDoubt {
				t.Errorf("the run is %s", run.State)
			}
			state["how"] = ""
			s.set(state)
			code := exitChanges
			if c.on {
				code = exitDone
			}
			s.want(code, "verify")
			s.want(exitDone, "apply", "--yes")
			s.wantSet(true, c.sets)
			s.want(exitDone, "undo", "--yes")
			s.wantSet(false, c.sets+1)
		})
	}
}

// Ctrl-C in the console does not reach the cmdlet: the change under way is finished, and
// known to be.
func wineInterruptedAtWork(t *testing.T, w *wine) {
	shell := withPowerShell(t, w)
	s := shell.syncServer(t, "interrupted", "waits")
	s.flags = append(s.flags, "--powershell", shell.program())
	there := s.calls()
	h := s.atConsole("apply", "--yes")
	at := there()
	h.types("\x03")
	h.sees("a write that has begun is finished first")
	at.goesOn()
	h.leaves(exitCancelled)
	s.wantSet(true, 1)
	if run := s.latest(); run.State == steps.RunInDoubt || len(run.Made) != 1 {
		t.Errorf("the run is %s, %d made", run.State, len(run.Made))
	}
	for _, left := range shell.running("pwsh.exe") {
		t.Errorf("%s is left", left)
	}
}

// The tests of package syncserver with a real PowerShell for Windows, and those of its code
// pages in a console with each of them.
func wineScripts(t *testing.T, w *wine) {
	shell := withPowerShell(t, w)
	run := func(name, tests string, as []string, env ...string) {
		t.Run(name, func(t *testing.T) {
			said, err := os.Create(filepath.Join(w.dir, "scripts-"+name))
			if err != nil {
				t.Fatal(err)
			}
			defer said.Close()
			p := &program{t: t, within: 10 * time.Minute, as: append(as, w.tests("./cloudconfig/syncserver")), dir: filepath.Join("..", "..", "cloudconfig", "syncserver"),
				env: append(shell.env[:len(shell.env):len(shell.env)], append(env, "SYNCSERVER_POWERSHELL="+shell.program())...)}
			h := p.sitsDown("-test.v", "-test.run", tests)
			h.cmd.Stdout = said
			_ = h.start().cmd.Wait() // what it says tells more
			out, err := os.ReadFile(said.Name())
			if err != nil || h.cmd.ProcessState.ExitCode() != 0 || !bytes.Contains(out, []byte("--- PASS")) || bytes.Contains(out, []byte("--- SKIP")) {
				t.Errorf("%v\n%s", err, out)
			}
			for _, measured := range measures.FindAll(out, -1) {
				t.Logf("%s", measured)
			}
		})
	}
	run("all", "^(TestSwitchIsWhatHappened|TestWhatCouldNotBeSeen|TestProbeOfAPowerShell)$", []string{"wine"})
	for _, page := range []int{437, 850, 932, 1252, 65001} {
		n := strconv.Itoa(page)
		run(n, "^TestCodePage$", []string{"wine", filepath.Join(shell.folder, "launch.exe"), "-cp", n}, "SYNCSERVER_CODE_PAGE="+n)
	}
}

var measures = regexp.MustCompile(`answers a probe in .*|PowerShell is in code page .*`)
