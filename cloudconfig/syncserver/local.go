package syncserver

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"

	"writeback/internal/secrets"
)

// Local runs scripts on this computer, which is the sync server then.
type Local struct {
	PowerShell string           // the program; "": it is looked for
	Secrets    *secrets.Secrets // kept out of its arguments
}

// Run implements [Runner].
func (l Local) Run(ctx context.Context, s Script, a Ask) ([]byte, error) {
	return installed.run(ctx, Remote{PowerShell: l.PowerShell, Secrets: l.Secrets}, s, a)
}

// Remote runs scripts on another computer through PowerShell remoting
// (WS-Management), as the signed-in user.
type Remote struct {
	Host       string
	PowerShell string           // the program here; "": it is looked for
	Secrets    *secrets.Secrets // kept out of its arguments
}

// A DNS or NetBIOS name, or an IP address: PowerShell would take much else, too.
var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._:-]{0,253}[A-Za-z0-9])?$`)

// Run implements [Runner].
func (r Remote) Run(ctx context.Context, s Script, a Ask) ([]byte, error) {
	if !hostName.MatchString(r.Host) {
		return nil, &HostError{r.Host}
	}
	if runtime.GOOS != "windows" && r.PowerShell == "" { // of one that was named, the frame says it
		return nil, &RemoteError{Host: r.Host, ID: noWSMan}
	}
	raw, err := installed.run(ctx, r, s, a)
	switch e := err.(type) {
	case *ScriptError:
		return nil, remote(r.Host, e)
	case *LanguageError:
		if e.reaching = e.here; !e.here {
			e.Host = r.Host
		}
	}
	return raw, err
}

// order is what the frame reads from standard input.
type order struct {
	Nonce  string `json:"nonce"`
	Host   string `json:"host"`
	Script string `json:"script"`
	Input  string `json:"input"` // JSON of an Ask
}

// run has a script run on a computer; without a host, on this one.
func (sh *shells) run(ctx context.Context, on Remote, s Script, a Ask) ([]byte, error) {
	a.Length = s.length()
	input, err := ascii(a)
	if err != nil {
		return nil, err
	}
	stdin, err := ascii(order{Nonce: a.Nonce, Host: on.Host, Script: s.Text(), Input: input})
	if err != nil {
		return nil, err
	}
	program, err := sh.choose(ctx, on, s.switches)
	if err != nil {
		return nil, err
	}
	var answer []byte
	out, exit, err := execute(ctx, on.Secrets, program, arguments(frameText), stdin)
	if err == nil {
		answer, err = answerIn(out, a.Nonce, exit)
	}
	var fault *ScriptError
	var mode *LanguageError
	var none *NoPowerShellError
	switch {
	case err == nil, errors.As(err, &fault), errors.As(err, &mode):
		sh.hear(program)
		return answer, err
	case errors.As(err, &none): // it names the program itself
		return nil, err
	}
	return nil, fmt.Errorf("run %s: %w", program, err)
}

// arguments are the same in Windows PowerShell 5.1 and PowerShell 7. -Command
// and not -File: an execution policy that is set by group policy would refuse a
// file.
func arguments(frame string) []string {
	return []string{
		"-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass",
		"-InputFormat", "Text", "-OutputFormat", "Text", "-Command", command(frame),
	}
}
