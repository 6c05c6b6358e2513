package syncserver

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"writeback/internal/process"
	"writeback/internal/secrets"
)

var since = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func TestTheAnswerIsFoundInWhatIsPrinted(t *testing.T) {
	for _, mode := range []string{"recorded", "noise", "utf16", "utf16-bare"} {
		t.Run(mode, func(t *testing.T) {
			for _, r := range []Runner{Local{PowerShell: standInFor(t, mode)}, Remote{Host: "sync01.corp.example.com", PowerShell: standInFor(t, mode)}} {
				d, err := Read(t.Context(), r, since)
				if err != nil {
					t.Fatal(err)
				}
				if d.Host != "SYNC01" || d.Events[0].Message != "Heart beat. Details: über alles" {
					t.Errorf("%+v", d)
				}
			}
		})
	}
}

// Each way to fail has its error, with words that help and nothing that a
// terminal would obey.
func TestWhatFailsIsSaid(t *testing.T) {
	local := func(program string) Runner { return Local{PowerShell: program} }
	far := func(program string) Runner { return Remote{Host: "sync01", PowerShell: program} }
	for mode, c := range map[string]struct {
		runner func(string) Runner
		is     func(error) bool
		says   []string
		not    bool // it proves that nothing was written
	}{
		"stale":  {local, is[*OtherAnswerError], []string{"what was asked", "SYNC01"}, false},
		"silent": {local, is[*AnswerError], []string{"printed none"}, false},
		"exit":   {local, is[*ExitError], []string{"code 1", "language mode"}, false},
		"error:CommandNotFoundException|Der Begriff \u201eX\u201c ist unbekannt":                        {local, is[*ScriptError], []string{"CommandNotFoundException", "„X“"}, false},
		"unopened:AccessDenied,PSSessionOpenFailed|Zugriff verweigert":                                  {far, is[*RemoteError], []string{"sync01", "ADSyncAdmins", "handoff", "Zugriff verweigert"}, true},
		"unopened:CannotConnect,PSSessionOpenFailed|x":                                                  {far, is[*RemoteError], []string{"5985", "handoff"}, true},
		"unopened:SomethingNew,PSSessionOpenFailed|x":                                                   {far, is[*RemoteError], []string{"does not get there", "SomethingNew"}, true},
		"unopened:there is no WS-Management|there is no WS-Management":                                  {far, is[*RemoteError], []string{"Linux and macOS", "handoff"}, true},
		"unopened:X,PSSessionOpenFailed|error 0x80090322 occurred":                                      {far, is[*RemoteError], []string{"full DNS name"}, true},
		"error:ScriptsNotAllowed,Microsoft.PowerShell.Commands.InvokeCommandCommand|x":                  {far, is[*LanguageError], []string{"sync01", "JEA", "nothing was run"}, true},
		"error:writeback-language-mode ConstrainedLanguage|writeback-language-mode ConstrainedLanguage": {far, is[*LanguageError], []string{"sync01", "ConstrainedLanguage", "nothing was run", "--writeback-method manual"}, true},
		"error:CannotCreateTypeConstrainedLanguage,Microsoft.PowerShell.Commands.NewObjectCommand|x":    {far, is[*LanguageError], []string{"sync01", "has to be looked up"}, false},
		"error:MethodInvocationNotSupportedInConstrainedLanguage|x":                                     {local, is[*LanguageError], []string{"this computer", "has to be looked up"}, false},
		"error:WinRMOperationAborted,PSSessionStateBroken|x":                                            {far, is[*ScriptError], []string{"WinRMOperationAborted"}, false},
		"error:CannotConnect,PSSessionStateBroken|y":                                                    {local, is[*ScriptError], []string{"CannotConnect"}, false},
	} {
		t.Run(mode, func(t *testing.T) {
			_, err := Read(t.Context(), c.runner(standInFor(t, mode)), since)
			if err == nil || !c.is(err) || notWritten(err) != c.not || len(err.Error()) > 1000 || strings.ContainsAny(err.Error(), "\x1b\n") {
				t.Fatalf("%T %v", err, err)
			}
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("%q does not say %q", err, s)
				}
			}
		})
	}
}

func is[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

func notWritten(err error) bool {
	var n interface{ NotWritten() bool }
	return errors.As(err, &n) && n.NotWritten()
}

func TestNothingIsStarted(t *testing.T) {
	me := standInFor(t, "recorded")
	for name, c := range map[string]struct {
		runner Runner
		script Script
		is     func(error) bool
		says   string
	}{
		"no PowerShell":     {Local{PowerShell: "/no/such/powershell"}, Inspect, is[*NoPowerShellError], "--writeback-method handoff"},
		"a folder":          {Local{PowerShell: t.TempDir()}, Inspect, is[*NoPowerShellError], "--powershell"},
		"no host":           {Remote{Host: "", PowerShell: me}, Inspect, is[*HostError], `""`},
		"a URL for a host":  {Remote{Host: "https://sync01", PowerShell: me}, Inspect, is[*HostError], "sync01"},
		"two hosts":         {Remote{Host: "sync01,dc01", PowerShell: me}, Inspect, is[*HostError], "dc01"},
		"host with an end":  {Remote{Host: "sync01\n", PowerShell: me}, Inspect, is[*HostError], "sync01"},
		"host as an option": {Remote{Host: "-Credential", PowerShell: me}, Inspect, is[*HostError], "-Credential"},
	} {
		_, err := c.runner.Run(t.Context(), c.script, NewAsk(since))
		if err == nil || !c.is(err) || !notWritten(err) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %T %v", name, err, err)
		}
	}
}

func TestOutputIsBounded(t *testing.T) {
	if _, err := Read(t.Context(), Local{PowerShell: standInFor(t, "endless")}, since); !errors.Is(err, errOutput) {
		t.Errorf("got %v, want %v", err, errOutput)
	}
}

// A PowerShell that hangs is ended with its children when the caller gives up:
// the child's connection to the test closes.
func TestCancelEndsTheWholeTree(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	t.Setenv("SYNCSERVER_STANDIN_CALL", l.Addr().String())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	runner := Local{PowerShell: standInFor(t, "hang")}
	ended := make(chan error, 1)
	go func() {
		_, err := Read(ctx, runner, since)
		ended <- err
	}()
	_ = l.(*net.TCPListener).SetDeadline(time.Now().Add(30 * time.Second))
	child, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer child.Close()
	cancel()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it did not end")
	}
	_ = child.SetReadDeadline(time.Now().Add(30 * time.Second))
	if _, err := child.Read(make([]byte, 1)); err == nil || errors.Is(err, context.DeadlineExceeded) || timedOut(err) {
		t.Errorf("the child lives on: %v", err)
	}
}

func timedOut(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

type runnerFunc func(context.Context, Script, Ask) ([]byte, error)

func (f runnerFunc) Run(ctx context.Context, s Script, a Ask) ([]byte, error) { return f(ctx, s, a) }

func TestTooLateIsNotCancelled(t *testing.T) {
	never := runnerFunc(func(ctx context.Context, _ Script, _ Ask) ([]byte, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	_, err := ask(t.Context(), never, Inspect, NewAsk(since), time.Millisecond)
	var late *LateError
	if !errors.As(err, &late) || !strings.Contains(err.Error(), "console") || notWritten(err) {
		t.Errorf("got %v, want a LateError", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ask(ctx, never, Inspect, NewAsk(since), time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

// Only what is compiled in is an argument of PowerShell, so that a password that stands there as
// a word hinders nothing.
func TestOnlyOurWordsAreArguments(t *testing.T) {
	held := &secrets.Secrets{}
	held.Hold("-NonInteractive")
	held.Hold("Console")
	for name, r := range map[string]Runner{
		"here": Local{PowerShell: standInFor(t, "server"), Secrets: held}, "there": Remote{Host: "sync01", PowerShell: standInFor(t, "server"), Secrets: held},
	} {
		if _, err := Read(t.Context(), r, since); err != nil && is[*process.SecretError](err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
