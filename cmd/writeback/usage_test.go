package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A national cloud that is known and not supported is told as that, whichever way it
// was named, and not as one that there is not.
func TestOtherClouds(t *testing.T) {
	p := newProgram(t)
	says := []string{"is known, and not supported here", "--only delegate"}
	for _, verb := range []string{"plan", "apply", "verify", "doctor", "explain"} {
		args := []string{verb, "--cloud", "Delos", "--domain", "corp.example"}
		if verb == "explain" {
			args = append(args, "ada")
		}
		if o := p.ends(exitUsage, append(says, "Delos (Germany)"), args...); strings.Contains(o.err, "usgovdod") {
			t.Errorf("%s: %s", verb, o.err)
		}
	}
	write(t, filepath.Join(p.dir, "w.yaml"), []byte("cloud: bleu\n"))
	p.ends(exitUsage, append(says, "Bleu (France)"), "plan", "--config", "w.yaml")
	p.env = append(p.env, "WRITEBACK_CLOUD=govsg")
	p.ends(exitUsage, append(says, "GovSG (Singapore)"), "plan", "--domain", "corp.example")
	p.ends(exitUsage, []string{`--cloud "mars"`, "global, usgov, usgovdod, china"}, "plan", "--cloud", "mars")
}

// Mistakes in the command line are told with what was probably meant, before
// anything is read or sent.
func TestUsage(t *testing.T) {
	p := newProgram(t)
	for line, says := range map[string][]string{
		"pln":                                   {`no verb "pln"`, `did you mean "plan"?`, "writeback --help"},
		"frobnicate":                            {`no verb "frobnicate"`},
		"runs shwo 20261122T111844Z-3f2a":       {`writeback runs has no verb "shwo"`, `did you mean "show"?`},
		"plan --domian x":                       {"no flag --domian", "did you mean --domain?"},
		"plan --frobnicate":                     {"no flag --frobnicate"},
		"apply --detailed-exitcod":              {"did you mean --detailed-exitcode?"},
		"plan -x":                               {"there is no flag -x"},
		"plan --domain":                         {"needs an argument: --domain"},
		"plan --yes=perhaps":                    {"perhaps", "--yes"},
		"plan --ad-password=Typed-by-mistake-1": {"--ad-password-file FILE", "WRITEBACK_AD_PASSWORD"},
		"verify extra":                          {`no arguments are expected, not "extra"`},
		"apply a b":                             {"one plan file at most"},
		"undo a b":                              {"one run at most"},
		"undo nonsense":                         {`"nonsense" is not a run`, "20261122T111844Z-3f2a", "writeback runs"},
		"undo ../../etc/passwd":                 {"is not a run"},
		"undo 20261122T111844Z-3f2a":            {"there is no run 20261122T111844Z-3f2a", "writeback runs"},
		"runs show":                             {"one run is expected"},
		"runs show 20261122T111844Z-3f2a":       {"there is no run 20261122T111844Z-3f2a"},
		"plan --only delegat":                   {`no stage "delegat"`, `did you mean "delegate"?`},
		"plan --skip sync":                      {`no stage "sync"`, "the stages are delegate"},
		"plan --class usr":                      {`--class "usr"`, `did you mean "user"?`},
		"plan --unexpire sometimes":             {"auto, always, never"},
		"version --output yaml":                 {"text, json"},
		"plan":                                  {"--domain", "--dc ldaps://HOST"},
		"plan --dc http://dc1":                  {"--dc", "ldaps://"},
		"plan --dc ldaps://u:Typed-by-mistake-1@dc1": {"--ad-user"},
		"plan --ad-password-file x":                  {"--ad-user"},
		"plan --config nowhere.yaml":                 {"nowhere.yaml", "no such file"},
		"plan --dc ldaps://dc1 --tls-pin SHA256:" + strings.Repeat("0", 64) + " --ca-cert x": {"either --ca-cert or --tls-pin"},
	} {
		o := p.ends(exitUsage, says, strings.Fields(line)...)
		if o.out != "" {
			t.Errorf("%s writes to standard output: %s", line, o.out)
		}
		// The one password that stands among arguments in the tests: no test uses it as one.
		if strings.Contains(o.err, "Typed-by-mistake-1") {
			t.Errorf("%s shows the password: %s", line, o.err)
		}
	}
	if o := p.ends(exitError, []string{"no run in"}, "undo"); o.out != "" {
		t.Errorf("undo without runs: %s", o.out)
	}
}

func TestHelp(t *testing.T) {
	p := newProgram(t)
	p.flags = nil
	for _, args := range [][]string{nil, {"help"}, {"--help"}} {
		if o := p.want(exitDone, args...); !strings.Contains(o.out, "writeback [command]") || !strings.Contains(o.out, "undo") || o.err != "" {
			t.Errorf("%v: %s%s", args, o.out, o.err)
		}
	}
	if o := p.want(exitDone, "apply", "--help"); !strings.Contains(o.out, "whom") && !strings.Contains(o.out, "Whom to speak to and to trust") {
		t.Errorf("apply does not say what a plan file is not asked: %s", o.out)
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if o := p.want(exitDone, "completion", shell); len(o.out) < 500 {
			t.Errorf("completion %s: %s", shell, o.out)
		}
	}
}

func TestVersion(t *testing.T) {
	p := newProgram(t)
	if o := p.want(exitDone, "version"); !strings.HasPrefix(o.out, "writeback ") || strings.Count(o.out, "\n") != 1 {
		t.Errorf("version: %q", o.out)
	}
	p.want(exitDone, "--version")
	write(t, filepath.Join(p.dir, "writeback.yaml"), []byte("no: such\nthing"))
	doc := decode[map[string]any](t, p.want(exitDone, "version", "--output", "json"))
	for _, key := range []string{"formatVersion", "version", "go", "os", "arch"} {
		if doc[key] == nil {
			t.Errorf("version says nothing of %s: %v", key, doc)
		}
	}
}

// From the start to the end of the shortest verb: 6 ms on a quiet machine.
func BenchmarkVersion(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "writeback.exe")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	for b.Loop() {
		cmd := exec.Command(binary, "version")
		cmd.Dir, cmd.Env = b.TempDir(), []string{"HOME=" + b.TempDir()}
		if out, err := cmd.Output(); err != nil || !strings.HasPrefix(string(out), "writeback ") {
			b.Fatalf("%v: %s", err, out)
		}
	}
}

// A reader that leaves is an error, and nothing worse.
func TestReaderLeaves(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"runs"}, {"runs", "--output", "json"}} {
		p := newProgram(t)
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Close() // the reader has left
		cmd := p.command(args...)
		var said strings.Builder
		cmd.Stdout, cmd.Stderr = w, &said
		err = cmd.Run()
		_ = w.Close() // it was the program's
		if err == nil || cmd.ProcessState.ExitCode() != exitError || !strings.Contains(said.String(), "pipe") {
			t.Errorf("%v: %v, %s", args, err, said.String())
		}
	}
}
