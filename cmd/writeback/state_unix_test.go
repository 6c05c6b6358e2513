//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"writeback/internal/statedir"
)

// What decides what is written, or remembers what was, is refused where others
// could have written it; and one run at a time uses a state directory.

func TestFilesOfOthers(t *testing.T) {
	p := newProgram(t)
	plan, config := filepath.Join(p.dir, "plan.json"), filepath.Join(p.dir, "settings.yaml")
	for _, c := range []struct {
		path string
		code int
		args []string
	}{{plan, exitUsage, []string{"apply", plan, "--yes"}}, {config, exitUsage, []string{"plan", "--config", config}}} {
		write(t, c.path, []byte("{}"))
		if err := os.Chmod(c.path, 0o620); err != nil {
			t.Fatal(err)
		}
		p.ends(c.code, []string{c.path, "others may write it (mode 0620)", "chmod go-w"}, c.args...)
		if os.Geteuid() == 0 {
			if err := os.Chmod(c.path, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chown(c.path, 4711, -1); err != nil {
				t.Fatal(err)
			}
			p.ends(c.code, []string{c.path, "belongs to user 4711"}, c.args...)
		}
		if err := os.Remove(c.path); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(c.path, 0o600); err != nil {
			t.Fatal(err)
		}
		p.ends(c.code, []string{c.path, "not a regular file"}, c.args...)
	}
}

// A configuration file that lies here is mentioned, and not even opened: whose it is,
// and what it is, makes no difference. One that is named must be ours.
func TestConfigHereOfOthers(t *testing.T) {
	const line = "writeback.yaml in this folder is not read: name it with --config writeback.yaml\n"
	p := newProgram(t)
	path := filepath.Join(p.dir, "writeback.yaml")
	for name, put := range map[string]func(){
		"of others": func() {
			write(t, path, []byte("output: json\n"))
			if err := os.Chmod(path, 0o666); err != nil {
				t.Fatal(err)
			}
		},
		"no settings": func() { write(t, path, []byte("no: such\nthing")) },
		"a pipe": func() {
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"a link to nothing": func() {
			if err := os.Symlink("nowhere", path); err != nil {
				t.Fatal(err)
			}
		},
	} {
		put()
		if o := p.want(exitDone, "runs"); o.err != line || strings.Contains(o.out, "{") {
			t.Errorf("%s: it says %q, %q", name, o.err, o.out)
		}
		p.ends(exitUsage, []string{"configuration file writeback.yaml"}, "runs", "--config", "writeback.yaml")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	write(t, path, nil)
	for _, env := range []string{"WRITEBACK_CONFIG=writeback.yaml", "WRITEBACK_CONFIG=" + path} {
		p.env = []string{env}
		if o := p.want(exitDone, "runs"); o.err != "" {
			t.Errorf("it is named, and yet: %s", o.err)
		}
	}
}

func TestStateDirectoryRefused(t *testing.T) {
	p := newProgram(t)
	file := filepath.Join(p.dir, "file")
	write(t, file, []byte("x"))
	open := filepath.Join(p.dir, "open")
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"apply", "--yes"}, {"undo", "--yes"}, {"runs"}} {
		p.ends(exitError, []string{"state directory " + file + " is not safe: it is not a directory"}, append(args, "--state-dir", file)...)
		p.ends(exitError, []string{"state directory " + file + "/below cannot be made"}, append(args, "--state-dir", file+"/below")...)
		p.ends(exitError, []string{"state directory " + open + " is not safe: others may write to it", "chmod go-w"}, append(args, "--state-dir", open)...)
	}
}

// As another user, the directory cannot be written: tests run as root, whom
// nothing is forbidden.
func TestStateDirectoryNotWritable(t *testing.T) {
	nobody := os.Geteuid()
	base, err := os.MkdirTemp("", "writeback-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(base) })
	state := filepath.Join(base, "state")
	if err := os.Mkdir(state, 0o500); err != nil {
		t.Fatal(err)
	}
	p := newProgram(t)
	cmd := p.command("apply", "--yes", "--state-dir", state)
	if nobody == 0 {
		nobody = 65534
		for _, path := range []string{base, state} {
			if err := os.Chown(path, nobody, nobody); err != nil {
				t.Fatal(err)
			}
		}
		// The test binary lies where only root may look.
		raw, err := os.ReadFile(cmd.Path)
		if err != nil {
			t.Fatal(err)
		}
		cmd.Path = filepath.Join(base, "writeback")
		if err := os.WriteFile(cmd.Path, raw, 0o755); err != nil {
			t.Fatal(err)
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(nobody), Gid: uint32(nobody)}}
		cmd.Dir = base
	}
	out, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.ExitCode() != exitError {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, part := range []string{"state directory " + state + " is not writable", "permission denied"} {
		if !strings.Contains(string(out), part) {
			t.Errorf("it does not say %q: %s", part, out)
		}
	}
}

func TestSecondRunIsToldWhoHoldsTheLock(t *testing.T) {
	p := newProgram(t)
	dir, err := statedir.Open(p.state)
	if err != nil {
		t.Fatal(err)
	}
	lock, err := dir.Lock("apply")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := lock.Release(); err != nil {
			t.Error(err)
		}
	}()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"apply", "undo"} {
		p.ends(exitError, []string{"is in use: apply by", host, "process", "another --state-dir"}, verb, "--yes")
	}
	p.want(exitDone, "runs") // reading needs no lock
}
