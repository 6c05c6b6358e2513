package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// packageOf is the package of the first release for this machine's processor.
func packageOf(t *testing.T, ending string) string {
	t.Helper()
	dist, _ := released(t)
	words := map[string]map[string]string{"deb": {"amd64": "amd64", "arm64": "arm64"}, "rpm": {"amd64": "x86_64", "arm64": "aarch64"}}
	found, err := filepath.Glob(filepath.Join(dist, "writeback*"+words[ending][here().arch]+"."+ending))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s for %s: %q, %v", ending, here(), found, err)
	}
	return found[0]
}

// root is a folder in which nothing but the deb is installed, by dpkg itself.
var root struct {
	sync.Once
	dir string
	out []byte
	err error
}

func installed(t *testing.T) string {
	t.Helper()
	needs(t, "dpkg")
	if os.Getuid() != 0 {
		t.Skip("only root can install a package")
	}
	deb := packageOf(t, "deb")
	root.Do(func() {
		root.dir = filepath.Join(first.dir, "root")
		for _, d := range []string{"info", "updates"} {
			if root.err = os.MkdirAll(filepath.Join(root.dir, "var/lib/dpkg", d), 0o755); root.err != nil {
				return
			}
		}
		// A small system is set to leave documents out: they are asked for.
		if root.err = os.WriteFile(filepath.Join(root.dir, "var/lib/dpkg/status"), nil, 0o644); root.err == nil {
			root.out, root.err = exec.Command("dpkg", "--root="+root.dir, "--path-include=/usr/*", "--install", deb).CombinedOutput()
		}
	})
	if root.err != nil {
		t.Fatalf("%v\n%s", root.err, root.out)
	}
	return root.dir
}

// shell runs a command with the installed files as the system's, and returns what
// it prints.
func shell(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = t.TempDir()
	cmd.Env = []string{
		"PATH=" + filepath.Join(dir, "usr/bin") + ":/usr/bin:/bin", "HOME=" + cmd.Dir, "LC_ALL=C.UTF-8", "TERM=dumb",
		"XDG_DATA_DIRS=" + filepath.Join(dir, "usr/share"), "MANPATH=" + filepath.Join(dir, "usr/share/man"), "R=" + dir,
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v\n%s", args, err, out)
	}
	return string(out)
}

// The deb, installed in a clean folder, brings a program that runs.
func TestInstalledProgram(t *testing.T) {
	dir := installed(t)
	if out := shell(t, dir, filepath.Join(dir, "usr/bin/writeback"), "version"); !strings.HasPrefix(out, "writeback "+testVersion+" (commit ") {
		t.Errorf("writeback version says %q", out)
	}
}

// man finds the pages of the installed package, by name and by what they are about.
func TestInstalledManPages(t *testing.T) {
	needs(t, "man")
	dir := installed(t)
	for page, word := range map[string]string{"writeback": "EXIT STATUS", "writeback-plan": "--detailed-exitcode", "writeback-runs-show": "journal of one run"} {
		if out := shell(t, dir, "man", "-w", page); strings.TrimSpace(out) != filepath.Join(dir, "usr/share/man/man1", page+".1.gz") {
			t.Errorf("man -w %s says %s", page, out)
		}
		if out := shell(t, dir, "man", page); !strings.Contains(out, word) {
			t.Errorf("man %s does not show %q:\n%s", page, word, out)
		}
	}
}

// bash, zsh and fish find the completions of the installed package by themselves,
// and offer verbs and the words of a flag.
func TestInstalledCompletions(t *testing.T) {
	dir := installed(t)
	const bash = `source /usr/share/bash-completion/bash_completion
_completion_loader writeback
complete -p writeback
offer() { COMP_WORDS=(writeback "$@") COMP_CWORD=$# COMP_LINE="writeback $*" COMP_TYPE=63 COMP_KEY=9; COMP_POINT=${#COMP_LINE}; __start_writeback; echo "${COMPREPLY[@]}"; }
offer ver
offer plan --unexpire a`
	for _, c := range []struct {
		program string
		args    []string
		want    []string
	}{
		{"bash", []string{"--norc", "-c", bash}, []string{"-F __start_writeback writeback", "verify", "version", "always", "auto"}},
		{"zsh", []string{"-f", "-c", `fpath=("$R/usr/share/zsh/vendor-completions" $fpath); autoload -Uz compinit; compinit -D -u; echo "found: $_comps[writeback]"; autoload -Uz +X _writeback; whence -w _writeback`},
			[]string{"found: _writeback", "_writeback: function"}},
		{"fish", []string{"-c", `complete -C "writeback ver"; complete -C "writeback plan --unexpire a"`}, []string{"verify", "version", "always", "auto"}},
	} {
		t.Run(c.program, func(t *testing.T) {
			needs(t, c.program)
			if c.program == "bash" {
				needs(t, "/usr/share/bash-completion/bash_completion")
			}
			out := shell(t, dir, append([]string{c.program}, c.args...)...)
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("%s does not offer %q:\n%s", c.program, want, out)
				}
			}
		})
	}
}

// Taken away again, nothing of it is left.
func TestRemovedPackage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "root")
	if out, err := exec.Command("cp", "-a", installed(t), dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := exec.Command("dpkg", "--root="+dir, "--purge", "writeback").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name := range tree(t, dir) {
		if !strings.HasPrefix(name, "var/lib/dpkg/") && !strings.HasPrefix(name, "var/log/") {
			t.Errorf("%s is left", name)
		}
	}
}

// rpm reads its package: digests are right, all is root's, nothing is needed that
// a system could lack, licences are marked as such, and directories of its own go
// with it.
func TestRPM(t *testing.T) {
	needs(t, "rpm")
	path := packageOf(t, "rpm")
	ask := func(args ...string) string {
		t.Helper()
		out, err := exec.Command("rpm", append(args, path)...).CombinedOutput()
		if err != nil {
			t.Fatalf("rpm %q: %v\n%s", args, err, out)
		}
		return string(out)
	}
	if out := ask("--checksig", "--nosignature"); !strings.Contains(out, "digests OK") {
		t.Error(out)
	}
	if out := ask("-qp", "--queryformat", "%{NAME} %{VERSION} %{RELEASE} %{ARCH} %{LICENSE} %{URL} %{BUILDHOST} %{PACKAGER}"); out !=
		"writeback 1.2.3~rc.1 1 "+map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[here().arch]+" Apache-2.0 "+testHome+" localhost "+testMaintainer {
		t.Errorf("the package says %q", out)
	}
	for _, line := range strings.Fields(ask("-qp", "--requires")) {
		if !strings.HasPrefix(line, "rpmlib(") && !strings.ContainsAny(line[:1], "<=>0123456789") {
			t.Errorf("the package needs %s", line)
		}
	}
	list := ask("-qp", "--queryformat", "[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILEFLAGS:fflags}:%{FILENAMES}\n]")
	for _, want := range []string{
		"-rwxr-xr-x root:root :/usr/bin/writeback\n", "-rw-r--r-- root:root d:/usr/share/man/man1/writeback-plan.1.gz\n",
		"-rw-r--r-- root:root :/usr/share/zsh/site-functions/_writeback\n", "-rw-r--r-- root:root l:/usr/share/licenses/writeback/THIRD-PARTY-LICENSES.txt\n",
		"-rw-r--r-- root:root :/usr/share/bash-completion/completions/writeback\n", "-rw-r--r-- root:root :/usr/share/fish/vendor_completions.d/writeback.fish\n",
		"drwxr-xr-x root:root :/usr/share/doc/writeback\n", "drwxr-xr-x root:root :/usr/share/licenses/writeback\n",
	} {
		if !strings.Contains(list, want) {
			t.Errorf("the package lacks %q:\n%s", want, list)
		}
	}
	if strings.Count(list, " root:root ") != strings.Count(list, "\n") {
		t.Errorf("not all is root's:\n%s", list)
	}
}
