package main

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"writeback/internal/statedir"
	"writeback/steps"
)

// completed is what a shell is offered, without the descriptions, and cobra's
// word on how.
func (p *program) completed(args ...string) (words []string, how string) {
	p.t.Helper()
	o := p.want(exitDone, append([]string{cobra.ShellCompRequestCmd}, args...)...)
	lines := strings.Split(strings.TrimRight(o.out, "\n"), "\n")
	for _, l := range lines[:len(lines)-1] {
		word, _, _ := strings.Cut(l, "\t")
		words = append(words, word)
	}
	return words, lines[len(lines)-1]
}

// What can come next, and whether file names are offered: ":4" says no, ":8" that
// only some are, ":0" all, ":16" directories.
func TestCompletion(t *testing.T) {
	p := newProgram(t)
	p.flags = nil
	for line, want := range map[string]struct{ words, how string }{
		"plan --unexpire |":                 {"auto always never", ":4"},
		"plan --only |":                     {"delegate writeback sspr", ":4"},
		"plan --only delegate,|":            {"delegate,writeback delegate,sspr", ":4"},
		"plan --skip wr|":                   {"writeback", ":4"},
		"plan --class user,|":               {"user,inetOrgPerson", ":4"},
		"verify --output |":                 {"text json prometheus", ":36"},
		"plan --output |":                   {"text json github", ":36"},
		"apply --output |":                  {"text json", ":36"},
		"plan --sync |":                     {"connect cloud none", ":4"},
		"plan --cloud |":                    {"global usgov usgovdod china", ":4"},
		"plan --sspr-method |":              {"auto portal manual", ":4"},
		"doctor --check live-schema,tenan|": {"live-schema,tenant-sync live-schema,tenant-licence live-schema,tenant-roles", ":4"},
		"plan --domain |":                   {"", ":4"},
		"plan --ca-cert |":                  {"", ":0"},
		"plan --out |":                      {"", ":0"},
		"plan --state-dir |":                {"", ":16"},
		"plan --config |":                   {"yaml yml", ":8"},
		"plan |":                            {"", ":4"},
		"apply |":                           {"json", ":8"},
		"apply plan.json |":                 {"", ":4"},
		"explain |":                         {"", ":4"},
		"attest |":                          {"writeback sspr", ":4"},
		"report --format |":                 {"html md json", ":4"},
		"report --out |":                    {"", ":0"},
		"attest sspr |":                     {"", ":4"},
		"runs |":                            {"repair show", ":4"},
		"help exit|":                        {"exit-codes", ":4"},
		"undo |":                            {"", ":36"},
		"completion |":                      {"bash fish powershell zsh", ":4"},
	} {
		words, how := p.completed(splitAt(line)...)
		words = slices.DeleteFunc(words, func(w string) bool { return !strings.HasPrefix(w, last(splitAt(line))) }) // as shells do
		if got := strings.Join(words, " "); got != want.words || how != want.how {
			t.Errorf("%s: %q %s, want %q %s", line, got, how, want.words, want.how)
		}
	}
	if entries, err := os.ReadDir(p.dir); err != nil || len(entries) > 0 {
		t.Errorf("completing left %v behind, %v", entries, err)
	}
}

// splitAt is a command line whose last word is being written; | is the cursor.
func splitAt(line string) []string { return strings.Split(strings.TrimSuffix(line, "|"), " ") }

func last(words []string) string { return words[len(words)-1] }

// Every setting with a few right words completes to these, and every one that
// names a file to files.
func TestCompletionOfEverySetting(t *testing.T) {
	a := &app{}
	root := a.root()
	seen := 0
	check := func(cmd *cobra.Command) func(f *pflag.Flag) {
		return func(f *pflag.Flag) {
			if f.Value.Type() == "bool" {
				return
			}
			complete, there := cmd.GetFlagCompletionFunc(f.Name)
			if kind, _ := pflag.UnquoteUsage(f); !there {
				if kind != "FILE" {
					t.Errorf("%s --%s completes to names of files", cmd.CommandPath(), f.Name)
				}
				return
			}
			words, _ := complete(cmd, nil, "")
			n := 0
			if x := settingOf(f); x.Words != nil {
				n = len(x.Words())
			}
			if n > 0 && f.Name != "output" && len(words) != n {
				t.Errorf("%s --%s: %d words, want %d", cmd.CommandPath(), f.Name, len(words), n)
			}
			seen++
		}
	}
	root.PersistentFlags().VisitAll(check(root))
	each(root, func(cmd *cobra.Command) { cmd.LocalNonPersistentFlags().VisitAll(check(cmd)) })
	if seen < 25 {
		t.Errorf("%d settings were seen", seen)
	}
}

// Runs complete by what the journals say, of the real ones and of practice, and
// nobody is asked: neither the DC nor the practice world.
func TestCompletionOfRuns(t *testing.T) {
	p := newProgram(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var asked atomic.Int32
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			asked.Add(1)
			_ = c.Close()
		}
	}()
	p.env = append(p.env, "WRITEBACK_DC=ldaps://"+l.Addr().String(), "WRITEBACK_AD_USER=a@corp.example", "WRITEBACK_AD_PASSWORD=x")
	older, newer := begun(t, p.state, "corp.example"), begun(t, p.state, "corp.example")
	rehearsed := begun(t, filepath.Join(p.state, "practice"), "corp.contoso.com")
	for line, want := range map[string][]string{
		"undo |": {newer, older}, "runs show |": {newer, older}, "report |": {newer, older}, "--practice undo |": {rehearsed}, "runs show --practice |": {rehearsed}, "undo " + newer + " |": nil,
		"undo --state-dir " + filepath.Join(p.dir, "nowhere") + " |": nil,
	} {
		if words, how := p.completed(splitAt(line)...); !slices.Equal(words, want) || how != ":36" {
			t.Errorf("%s: %v %s, want %v", line, words, how, want)
		}
	}
	for _, line := range []string{"plan --connector |", "explain |", "plan --scope |", "explain --practice |", "doctor --check |"} {
		p.completed(splitAt(line)...)
	}
	o := p.want(exitDone, cobra.ShellCompRequestCmd, "undo", "")
	if !strings.Contains(o.out, "just now, corp.example") {
		t.Errorf("the runs are not described: %s", o.out)
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("the DC was asked %d times", n)
	}
	for _, path := range []string{"nowhere", filepath.Join("state", "practice", "world")} {
		if _, err := os.Stat(filepath.Join(p.dir, path)); err == nil {
			t.Errorf("completing made %s", path)
		}
	}
}

// begun leaves a journal in which a run begins.
func begun(t *testing.T, state, domain string) string {
	t.Helper()
	dir, err := statedir.Open(state)
	if err != nil {
		t.Fatal(err)
	}
	store, err := steps.OpenStore(dir.Runs())
	if err != nil {
		t.Fatal(err)
	}
	j, err := store.Create(steps.Opening{Verb: "apply", Target: steps.Target{Forest: domain, Domain: domain, DC: "dc1." + domain}})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	all, err := store.History().Runs()
	if err != nil {
		t.Fatal(err)
	}
	return all[0].ID
}
