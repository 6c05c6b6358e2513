package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"

	"writeback/steps"
	"writeback/wizard/plain"
)

// readExamples are the files of docs/examples by name.
func readExamples(t *testing.T) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(examples)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		raw, err := os.ReadFile(examplePath(e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(raw)
	}
	if len(out) < 8 {
		t.Errorf("%d examples", len(out))
	}
	return out
}

// What is to be YAML is YAML, and the first page names every file.
func TestExamplesAreWhatTheyAreToBe(t *testing.T) {
	all := readExamples(t)
	for name, text := range all {
		switch filepath.Ext(name) {
		case ".yml", ".yaml":
			var doc any
			if err := yaml.Unmarshal([]byte(text), &doc); err != nil || doc == nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if name != "README.md" && !strings.Contains(all["README.md"], "]("+name+")") {
			t.Errorf("README.md does not name %s", name)
		}
	}
	rules := regexp.MustCompile("(?s)```yml\n(.*?)```").FindStringSubmatch(all["prometheus.md"])
	var doc any
	if rules == nil || yaml.Unmarshal([]byte(rules[1]), &doc) != nil {
		t.Error("the alerts are not YAML")
	}
}

// Every call in the examples has a verb and flags that there are.
func TestExamplesCallWhatThereIs(t *testing.T) {
	calls := map[string]int{}
	for name, text := range readExamples(t) {
		if name == schemaFile {
			continue
		}
		for _, line := range strings.Split(text, "\n") {
			verb, flags, is := callIn(line)
			if !is {
				continue
			}
			calls[name]++
			a := &app{}
			root := a.root()
			cmd, _, err := root.Find([]string{verb})
			if err != nil || cmd == root {
				t.Errorf("%s: no verb %q: %s", name, verb, line)
				continue
			}
			for _, f := range flags {
				if !hasFlag(cmd, f) {
					t.Errorf("%s: writeback %s has no %s: %s", name, verb, f, line)
				}
			}
		}
	}
	for _, name := range []string{"github-actions.yml", "azure-pipelines.yml", "ansible-tasks.yml", "Invoke-Writeback.ps1", "prometheus.md"} {
		if calls[name] == 0 {
			t.Errorf("no call was found in %s", name)
		}
	}
}

// callIn finds a call of the program with flags on a line: of a shell, of YAML's
// list of words, or of the PowerShell function.
func callIn(line string) (verb string, flags []string, is bool) {
	words := strings.Fields(strings.NewReplacer("[", " ", "]", " ", ",", " ", "'", " ", `"`, " ", "(", " ", ")", " ", "`", " ").Replace(line))
	at := max(lastIndex(words, "writeback"), lastIndex(words, "Invoke-Writeback"))
	if at < 0 || at+1 >= len(words) {
		return "", nil, false
	}
	for _, w := range words[at+2:] {
		if slices.Contains([]string{">", ">>", "|", "||", "#", "&&"}, w) {
			break
		}
		if regexp.MustCompile(`^(--[a-z].*|-[a-z])$`).MatchString(w) {
			flags = append(flags, w)
		}
	}
	return words[at+1], flags, len(flags) > 0
}

func lastIndex(words []string, word string) int {
	for i := len(words) - 1; i >= 0; i-- {
		if words[i] == word {
			return i
		}
	}
	return -1
}

func hasFlag(cmd *cobra.Command, flag string) bool {
	if name, long := strings.CutPrefix(flag, "--"); long {
		name, _, _ = strings.Cut(name, "=")
		return cmd.Flags().Lookup(name) != nil || cmd.InheritedFlags().Lookup(name) != nil
	}
	return cmd.Flags().ShorthandLookup(flag[1:]) != nil
}

func TestCallIn(t *testing.T) {
	for line, want := range map[string]string{
		"  writeback plan --no-input -o x >> $F --not":  "plan --no-input -o",
		"17 * * * * writeback  writeback verify --wait": "verify --wait",
		"argv: [writeback, apply, --yes]":               "apply --yes",
		"$p = Invoke-Writeback plan --yes -Credential":  "plan --yes",
		"where writeback is on the PATH":                "",
		"writeback":                                     "",
	} {
		verb, flags, is := callIn(line)
		if got := strings.TrimSpace(strings.Join(append([]string{verb}, flags...), " ")); is != (want != "") || is && got != want {
			t.Errorf("%s: %q %v, want %q", line, got, is, want)
		}
	}
}

// The page has every metric that there is, and no other.
func TestMetricsAreExplained(t *testing.T) {
	page := readExamples(t)["prometheus.md"]
	one, two := 1, 2
	c := steps.Coverage{Users: 2, InScope: &two, Reached: &one, Writable: &one, Blocked: []steps.OutOfReach{{Reason: "x", Count: 1, InScope: 1}}}
	v := steps.Verification{Steps: []steps.StepPlan{{ID: "delegate", State: steps.StateOK}}, Coverage: c.Measured()}
	text := string(plain.Exposition(plain.Checked{Verification: v, At: time.Unix(1, 0)}))
	names := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (\S+) gauge$`).FindAllStringSubmatch(text, -1) {
		names[m[1]] = true
		row := regexp.MustCompile("(?m)^\\| `" + m[1] + "` \\| (.*?) \\|").FindStringSubmatch(page)
		sample := regexp.MustCompile(`(?m)^` + m[1] + `\{(.*?)\}`).FindStringSubmatch(text)
		if row == nil || sample == nil {
			t.Errorf("%s is not explained", m[1])
			continue
		}
		labels := regexp.MustCompile(`([a-z]+)="`).FindAllStringSubmatch(sample[1], -1)
		for _, l := range labels {
			if !strings.Contains(row[1], "`"+l[1]+"`") {
				t.Errorf("%s: the label %s is not explained", m[1], l[1])
			}
		}
		if strings.Count(row[1], "`") != 2*len(labels) {
			t.Errorf("%s has the labels %v, not %s", m[1], labels, row[1])
		}
	}
	for _, name := range regexp.MustCompile(`writeback_[a-z_]+`).FindAllString(page, -1) {
		if !names[name] {
			t.Errorf("there is no metric %s", name)
		}
	}
	if len(names) != 12 {
		t.Errorf("%d metrics", len(names))
	}
}
