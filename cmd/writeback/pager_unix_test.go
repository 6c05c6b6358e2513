//go:build linux || darwin

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"writeback/internal/tier"
)

// pages is a program for PAGER that notes how it was run, and shows what it gets.
func (p *program) pages() (path string, noted func() string) {
	p.t.Helper()
	path, notes := filepath.Join(p.dir, "pager"), filepath.Join(p.dir, "notes")
	script := "#!/bin/sh\n{ echo \"args: $*\"; echo \"LESS=$LESS\"; env | grep WRITEBACK_; } > " + notes + "\nexec sed 's/^/| /'\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		p.t.Fatal(err)
	}
	return path, func() string {
		text, err := os.ReadFile(notes)
		if err != nil {
			return ""
		}
		_ = os.Remove(notes)
		return string(text)
	}
}

// What is longer than the terminal goes through the pager, with its arguments and
// without a shell, and without our settings; what is not, does not.
func TestPager(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	pager, noted := p.pages()
	p.env = append(p.env, "PAGER="+pager+" -a $HOME;x `id` ", "WRITEBACK_AD_PASSWORD=Secret-1234", "TERM=xterm", "NO_COLOR=1")
	h := p.sitsDown("plan", "--practice").start()
	h.leaves(exitDone)
	h.sees("| Digest of what approval binds")
	if got := noted(); got != "args: -a $HOME;x `id`\nLESS=FRX\n" {
		t.Errorf("the pager got %q", got)
	}
	p.env = append(p.env, "LESS=X")
	p.sitsDown("plan", "--practice", "--detailed-exitcode").start().leaves(exitChanges)
	if got := noted(); !strings.Contains(got, "LESS=X\n") {
		t.Errorf("the pager got %q", got)
	}
	for name, c := range map[string]struct {
		env  []string
		args []string
		code int
		sees string
	}{
		"short":      {nil, []string{"runs"}, exitDone, "No runs yet."},
		"told not":   {nil, []string{"plan", "--practice", "--no-pager"}, exitDone, "Digest of"},
		"by setting": {[]string{"WRITEBACK_NO_PAGER=1"}, []string{"plan", "--practice"}, exitDone, "Digest of"},
		"none":       {[]string{"PAGER="}, []string{"plan", "--practice"}, exitDone, "Digest of"},
		"cat":        {[]string{"PAGER=cat"}, []string{"plan", "--practice"}, exitDone, "Digest of"},
		"not there":  {[]string{"PAGER=no-such-program"}, []string{"plan", "--practice"}, exitDone, "Digest of"},
		"no kind":    {[]string{"TERM="}, []string{"plan", "--practice"}, exitDone, "Digest of"},
		"dumb":       {[]string{"TERM=dumb"}, []string{"plan", "--practice"}, exitDone, "Digest of"},
		"lines":      {[]string{"ACCESSIBLE=1"}, []string{"plan", "--practice"}, exitDone, "Digest of"},
		"JSON":       {nil, []string{"plan", "--practice", "--output", "json"}, exitDone, "formatVersion"},
		"it asks":    {nil, []string{"apply", "--practice", "--yes"}, exitManual, "A manual step waits"},
	} {
		t.Run(name, func(t *testing.T) {
			q := *p
			q.t, q.env = t, append(q.env[:len(q.env):len(q.env)], c.env...)
			q.state = filepath.Join(t.TempDir(), "state")
			q.flags = []string{"--state-dir", q.state}
			h := q.sitsDown(c.args...).start()
			h.leaves(c.code)
			h.sees(c.sees)
			if got := noted(); got != "" || strings.Contains(h.screen(), "\n| ") {
				t.Errorf("the pager was run: %q", got)
			}
		})
	}
	if o := p.want(exitDone, "plan", "--practice"); strings.Contains(o.out, "| ") || noted() != "" {
		t.Errorf("a pipe goes through the pager: %s", o.out)
	}
}

// A person who leaves the pager, or presses Ctrl-C in it, changes nothing of what
// came out.
func TestPagerIsLeft(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	path := filepath.Join(p.dir, "leaves")
	if err := os.WriteFile(path, []byte("#!/bin/sh\ntrap 'echo interrupted; exit 2' INT\nhead -n 1\nexec 0<&-\nread x < /dev/tty\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	p.env = append(p.env, "PAGER="+path, "TERM=xterm", "NO_COLOR=1")
	h := p.sitsDown("plan", "--practice", "--detailed-exitcode").start()
	h.sees("Nothing has been written yet.")
	var pressed time.Time // a shell that is just about to read does not notice the first one
	until(func() bool {
		if time.Since(pressed) > time.Second {
			pressed = time.Now()
			h.types("\x03")
		}
		return strings.Contains(h.screen(), "interrupted")
	})
	h.sees("interrupted")
	h.leaves(exitChanges)
	if strings.Contains(h.screen(), "stopping") {
		t.Errorf("%s", h.screen())
	}
}

// Without PAGER it is less; where there is none, all comes out at once.
func TestPagerByDefault(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	pager, noted := p.pages()
	bin := filepath.Join(p.dir, "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	p.env = append(p.env, "PATH="+bin, "TERM=xterm", "NO_COLOR=1")
	h := p.sitsDown("plan", "--practice").start()
	h.leaves(exitDone)
	h.sees("Digest of what approval binds")
	if got := noted(); got != "" {
		t.Errorf("some pager was run: %q", got)
	}
	if err := os.Symlink(pager, filepath.Join(bin, "less")); err != nil {
		t.Fatal(err)
	}
	p.env = append(p.env, "PATH="+bin+":/usr/bin:/bin")
	h = p.sitsDown("plan", "--practice").start()
	h.leaves(exitDone)
	if got := noted(); !strings.Contains(got, "LESS=FRX") {
		t.Errorf("less was not run: %q\n%s", got, h.screen())
	}
}
