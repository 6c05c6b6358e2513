package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/internal/sambatest"
)

// The tests run this test binary as the program: a process of its own, with its
// own arguments, environment, signals and exit code.

const beProgram = "WRITEBACK_TEST_BE_PROGRAM"

func TestMain(m *testing.M) {
	if server := os.Getenv(bePowerShell); server != "" {
		os.Exit(standIn(server))
	}
	if os.Getenv(beProgram) != "" {
		os.Unsetenv(beProgram)
		a := newApp()
		for name, prepare := range seams {
			if value, ok := os.LookupEnv(name); ok {
				prepare(a, value)
			}
		}
		code := a.main(os.Args[1:])
		for _, end := range atEnd {
			end()
		}
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// seams are what a test can put in the program's place of something, each by an
// environment variable that only this binary knows. Test files add theirs.
var seams = map[string]func(a *app, value string){}

// atEnd is called when the program has ended.
var atEnd []func()

// program is how one test runs writeback.
type program struct {
	t      *testing.T
	as     []string // what is run; nil: this binary
	dir    string   // working directory
	state  string   // --state-dir
	flags  []string // on every call
	env    []string
	within time.Duration // a call may take; 0: two minutes
}

// signedIn is the program with an administrator's credentials for the DC.
func signedIn(t *testing.T, dc *sambatest.DC) *program {
	p := newProgram(t)
	p.flags = append(p.flags, "--dc", dc.LDAPS, "--ca-cert", dc.CAFile, "--ad-user", dc.AdminUser)
	p.env = append(p.env, "WRITEBACK_AD_PASSWORD="+dc.AdminPassword)
	p.env = append(p.env, "WRITEBACK_COVERAGE=false") // other tests make and remove users of the same DC; who means it says --coverage
	return p
}

func newProgram(t *testing.T) *program {
	dir := t.TempDir()
	keepsSecrets(t, dir)
	state := filepath.Join(dir, "state")
	return &program{t: t, dir: dir, state: state, flags: []string{"--state-dir", state}}
}

type outcome struct {
	code     int
	out, err string
}

func (p *program) command(args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), cmp.Or(p.within, 2*time.Minute))
	p.t.Cleanup(cancel)
	as := p.as
	if as == nil {
		as = os.Args[:1]
	}
	cmd := exec.CommandContext(ctx, as[0], slices.Concat(as[1:], p.flags, args)...) // of a flag given twice the last counts
	cmd.Dir = p.dir
	cmd.Env = append([]string{beProgram + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + p.dir}, p.env...)
	return watched(p.t, cmd)
}

func (p *program) run(args ...string) outcome {
	p.t.Helper()
	var out, err bytes.Buffer
	cmd := p.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &err
	failure := cmd.Run()
	var exit *exec.ExitError
	if failure != nil && !errors.As(failure, &exit) {
		p.t.Fatal(failure)
	}
	o := outcome{cmd.ProcessState.ExitCode(), out.String(), err.String()}
	if same := advisesItself(o.out+o.err, args); same != "" {
		p.t.Errorf("writeback %s advises what was just done: %s", strings.Join(args, " "), same)
	}
	return o
}

// advisesItself finds a fix that is the verb that was just run, and nothing more.
func advisesItself(said string, args []string) string {
	if len(args) == 0 {
		return ""
	}
	for line := range strings.Lines(said) {
		_, fix, is := strings.Cut(line, "fix: writeback "+args[0])
		if is && !strings.HasPrefix(strings.TrimSpace(fix), "-") {
			return line
		}
	}
	return ""
}

// want runs the program and fails the test where it ends otherwise than with
// the code.
func (p *program) want(code int, args ...string) outcome {
	p.t.Helper()
	o := p.run(args...)
	if o.code != code {
		p.t.Fatalf("writeback %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), o.code, code, o.out, o.err)
	}
	return o
}

// decode reads the one JSON document of the call.
func decode[T any](t *testing.T, o outcome) (v T) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(o.out))
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, o.out)
	}
	if d.More() {
		t.Fatalf("more than one document: %s", o.out)
	}
	return v
}

// ends runs the program, wants the exit code, and all parts in what it said
// went wrong.
func (p *program) ends(code int, parts []string, args ...string) outcome {
	p.t.Helper()
	o := p.want(code, args...)
	for _, part := range parts {
		if !strings.Contains(o.err, part) {
			p.t.Errorf("writeback %s does not say %q:\n%s", strings.Join(args, " "), part, o.err)
		}
	}
	return o
}

// more is p with more flags.
func (p *program) more(flags ...string) *program {
	q := *p
	q.flags, q.env = slices.Concat(p.flags, flags), slices.Clone(p.env)
	return &q
}

// without is p without a flag of its own and the flag's value.
func (p *program) without(flag string) *program {
	q := *p
	q.flags = slices.Clone(p.flags)
	if i := slices.Index(q.flags, flag); i >= 0 {
		q.flags = slices.Delete(q.flags, i, i+2)
	}
	return &q
}
