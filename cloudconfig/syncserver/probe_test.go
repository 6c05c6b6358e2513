package syncserver

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig"
)

// programs are stand-ins side by side: what each does is in its name.
func programs(t *testing.T, modes ...string) (*shells, func(mode string) string) {
	t.Helper()
	me, dir := standInFor(t, "by name"), t.TempDir()
	place := func(mode string) string {
		if runtime.GOOS == "windows" {
			mode += ".exe"
		}
		return filepath.Join(dir, mode)
	}
	var all []string
	for _, mode := range modes {
		all = append(all, place(mode))
		if mode == "absent" {
			continue
		}
		if err := link(me, place(mode)); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("SYNCSERVER_STANDIN_LOG", filepath.Join(dir, "log"))
	return &shells{candidates: func() []string { return all }, within: time.Minute}, place
}

// link has a program under another name. Windows gets a copy: it does not let go of any
// name of a program that runs.
func link(from, to string) error {
	if runtime.GOOS != "windows" && os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// started are the stand-ins that were started since, in their order, and what for.
func started(t *testing.T) string {
	t.Helper()
	path := os.Getenv("SYNCSERVER_STANDIN_LOG")
	raw, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	_ = os.Remove(path)
	return strings.Join(strings.FieldsFunc(string(raw), func(r rune) bool { return r == '\n' }), ", ")
}

// ordering are the two ways to ask: one that only looks, and one that switches.
var ordering = map[bool]func(*testing.T, Runner) error{
	false: func(t *testing.T, r Runner) error { _, err := Read(t.Context(), r, since); return err },
	true: func(t *testing.T, r Runner) error {
		_, err := Enable(t.Context(), r, cloudconfig.Bound{Connector: standInConnector}, true)
		return err
	},
}

// Which program is asked is decided before any is given an order, and nobody is asked
// after one was given.
func TestWhoIsAsked(t *testing.T) {
	for name, c := range map[string]struct {
		there    []string
		named    string
		switches bool
		within   time.Duration // 0: a minute
		started  string
		is       func(error) bool // nil: it succeeds
		says     []string
		not      bool // it proves that nothing was written
	}{
		"a look at the only one is not probed":        {there: []string{"server"}, started: "ordered server"},
		"nor where the other is not there":            {there: []string{"absent", "server"}, started: "ordered server"},
		"a switch is, before it":                      {there: []string{"server"}, switches: true, started: "probed server, ordered server"},
		"a stub is passed over in a look":             {there: []string{"silent", "server"}, started: "probed silent, probed server, ordered server"},
		"a stub is passed over in a switch":           {there: []string{"silent", "server"}, switches: true, started: "probed silent, probed server, ordered server"},
		"the first that answers is used":              {there: []string{"absent", "exit", "garbage", "server", "recorded"}, switches: true, started: "probed exit, probed garbage, probed server, ordered server"},
		"one that hangs is passed over":               {there: []string{"hang", "server"}, switches: true, within: 5 * time.Second, started: "probed hang, probed server, ordered server"},
		"nobody answers":                              {there: []string{"absent", "silent", "exit"}, switches: true, started: "probed silent, probed exit", is: is[*NoPowerShellError], says: []string{"absent", "it is not there; ", "silent", "it ended with code 0 and did not answer; ", "exit", "code 1 and without an answer: this PowerShell is broken)", "--powershell", "--writeback-method handoff"}, not: true},
		"nobody answers a look":                       {there: []string{"silent", "exit"}, started: "probed silent, probed exit", is: is[*NoPowerShellError], not: true},
		"nobody answers in time":                      {there: []string{"hang"}, switches: true, within: time.Second, started: "probed hang", is: is[*NoPowerShellError], says: []string{"did not answer within 1s"}, not: true},
		"nothing is there":                            {there: []string{"absent"}, switches: true, is: is[*NoPowerShellError], says: []string{"absent", "it is not there)"}, not: true},
		"no other takes the place of the named one":   {there: []string{"server", "silent"}, named: "silent", switches: true, started: "probed silent", is: is[*NoPowerShellError], says: []string{"silent", "did not answer)"}, not: true},
		"a look at a named stub":                      {there: []string{"server", "silent"}, named: "silent", started: "ordered silent", is: is[*AnswerError], says: []string{"run ", "silent", "printed none"}},
		"the named one is probed before a switch":     {there: []string{"silent", "server"}, named: "server", switches: true, started: "probed server, ordered server"},
		"an empty answer to an order is in doubt":     {there: []string{"mute", "server"}, switches: true, started: "probed mute, ordered mute", is: is[*AnswerError], says: []string{"mute", "printed none"}},
		"an empty answer to a look is another's, too": {there: []string{"mute", "server"}, started: "probed mute, ordered mute", is: is[*AnswerError]},
	} {
		t.Run(name, func(t *testing.T) {
			s, place := programs(t, c.there...)
			if c.within > 0 {
				s.within = c.within
			}
			serverAt(t, standInState{Connector: standInConnector})
			named := ""
			if c.named != "" {
				named = place(c.named)
			}
			err := ordering[c.switches](t, runnerFunc(func(ctx context.Context, script Script, a Ask) ([]byte, error) {
				return s.run(ctx, Remote{PowerShell: named}, script, a)
			}))
			if got := started(t); got != c.started {
				t.Errorf("started: %s; want %s", got, c.started)
			}
			if (err == nil) != (c.is == nil) || err != nil && (!c.is(err) || notWritten(err) != c.not) {
				t.Fatalf("%T %v", err, err)
			}
			for _, part := range c.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

// What a program has shown once counts for as long as this process lives; that it has
// failed does not.
func TestAnsweredOnce(t *testing.T) {
	s, place := programs(t, "exit", "server")
	r := runnerFunc(func(ctx context.Context, script Script, a Ask) ([]byte, error) {
		return s.run(ctx, Remote{}, script, a)
	})
	only := runnerFunc(func(ctx context.Context, script Script, a Ask) ([]byte, error) {
		return s.run(ctx, Remote{PowerShell: place("recorded")}, script, a)
	})
	serverAt(t, standInState{Connector: standInConnector})
	for _, step := range []struct {
		by       Runner
		switches bool
		started  string
	}{
		{r, false, "probed exit, probed server, ordered server"},
		{r, true, "ordered server"},
		{r, false, "ordered server"},
	} {
		if err := ordering[step.switches](t, step.by); err != nil {
			t.Fatal(err)
		}
		if got := started(t); got != step.started {
			t.Errorf("started: %s; want %s", got, step.started)
		}
	}
	// An inspection is as good as a probe.
	if err := link(place("server"), place("recorded")); err != nil {
		t.Fatal(err)
	}
	if err := ordering[false](t, only); err != nil || started(t) != "ordered recorded" {
		t.Fatal(err)
	}
	if err := ordering[true](t, only); err == nil || notWritten(err) || started(t) != "ordered recorded" { // which answers what it was not asked
		t.Error(err)
	}
	// So is an error that PowerShell itself reports.
	failing, _ := programs(t, "error")
	f := runnerFunc(func(ctx context.Context, script Script, a Ask) ([]byte, error) {
		return failing.run(ctx, Remote{}, script, a)
	})
	for _, switches := range []bool{false, true} {
		if err := ordering[switches](t, f); !is[*ScriptError](err) || started(t) != "ordered error" {
			t.Errorf("switches %t: %v", switches, err)
		}
	}
}

// What a real PowerShell takes to say that it is one.
func TestProbeOfAPowerShell(t *testing.T) {
	program := realPowerShell(t)
	s := &shells{within: probeTime}
	var took []time.Duration
	for range 3 {
		began := time.Now()
		if err := s.probe(t.Context(), nil, program); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(began).Round(time.Millisecond))
	}
	slices.Sort(took)
	t.Logf("%s answers a probe in %v", program, took)
	if !s.hasAnswered(program) {
		t.Error("it is not remembered")
	}
}
