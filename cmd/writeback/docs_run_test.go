package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"writeback/cloudconfig/syncserver"
	"writeback/internal/practice"
	"writeback/internal/tier"
)

// Every command that a document shows, in a fenced block of sh, runs: on the
// practice world, those of one document one after the other.

// elsewhere are the flags that lead to something real, or to files that a reader
// has: they are left out with their values, once they were parsed.
var elsewhere = []string{"domain", "all-domains", "dc", "ca-cert", "tls-pin", "tls-name", "ad-user", "ad-password-file", "kerberos", "keytab", "krb5-conf",
	"tenant", "cloud", "auth", "client-id", "client-secret-file", "client-certificate", "graph-token-file", "portal-token-file",
	"graph-endpoint", "portal-endpoint", "sync-server", "powershell", "config", "state-dir"}

// stands is what a word of the documents stands for in the practice world.
var stands = map[string]string{
	"ann.lee":                     "jana.fischer",
	"DC=corp,DC=example":          "DC=corp,DC=contoso,DC=com",
	"OU=Staff,DC=corp,DC=example": "OU=Legal,OU=People,OU=Contoso,DC=corp,DC=contoso,DC=com",
	"pGMSA_1a2b3c4d$":             "MSOL_4f0c9d2a7b31", // the practice domain has Entra Connect's account alone
}

// unrun are commands that cannot run in a test, with what the program says of
// them where nobody sits: other tests type into them.
var unrun = map[string]string{
	"writeback setup":    "there is no terminal to ask them on",
	"writeback practice": "there is no terminal to ask them on",
}

// ofAnotherDomain are commands about a domain that the practice world's forest does not
// have, with what they say there. TestExplainsUsersOfAChildDomain and its neighbors run
// their like.
var ofAnotherDomain = map[string]string{
	`writeback explain EMEA\ann.lee --domain corp.example --ad-user admin@corp.example`:                               "is in no domain of this forest",
	`writeback explain ann.lee@emea.corp.example --domain corp.example --ad-user admin@corp.example`:                  "there is no account",
	`writeback apply --domain emea.corp.example --connector CORP\MSOL_1f2e3d4c5b6a --ad-user admin@emea.corp.example`: "is in no domain of this forest",
}

// shownCommand is a command line of a document.
type shownCommand struct {
	line  string
	words []string // without the program's name
}

// shownCommands finds the commands in the fenced blocks of sh.
func shownCommands(t *testing.T, name string) (out []shownCommand) {
	t.Helper()
	for _, block := range fenced(document(t, name), "sh") {
		for line := range strings.Lines(strings.ReplaceAll(block, "\\\n", " ")) {
			if line != "writeback\n" && !strings.HasPrefix(line, "writeback ") {
				continue
			}
			words, err := shellWords(line)
			if err != nil {
				t.Errorf("%s: %v in %s", name, err, line)
				continue
			}
			out = append(out, shownCommand{strings.Join(words, " "), words[1:]})
		}
	}
	return out
}

// shellWords splits a line as a shell does, up to a comment, a pipe or a
// redirection. What else a shell would take apart is an error.
func shellWords(line string) (words []string, err error) {
	var word strings.Builder
	var quote rune
	begun := false
	end := func() {
		if begun {
			words = append(words, word.String())
		}
		word.Reset()
		begun = false
	}
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0 && (quote == '\'' || r != '`' && r != '\\'):
			word.WriteRune(r)
		case quote == 0 && (r == '"' || r == '\''):
			quote, begun = r, true
		case r == ' ' || r == '\t' || r == '\n':
			end()
		case (r == '#' || r == '|' || r == '>') && !begun:
			return words, nil
		case strings.ContainsRune("`$;&|<>(){}*?\\", r):
			return nil, fmt.Errorf("%q is not for this test", r)
		default:
			begun = true
			word.WriteRune(r)
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a quotation does not end")
	}
	end()
	return words, nil
}

// rehearse is the command on the practice world: without the flags that lead
// elsewhere, with what its words stand for there, and approved.
func rehearse(words []string, run func() string, meant *sync.Map) (out []string, err error) {
	cmd, _, err := newApp().root().Find(words)
	if err != nil {
		return nil, err
	}
	for i := 0; i < len(words); i++ {
		name, is := strings.CutPrefix(words[i], "--")
		name, _, joined := strings.Cut(name, "=")
		if is && slices.Contains(elsewhere, name) {
			if !joined && cmd.InheritedFlags().Lookup(name).NoOptDefVal == "" {
				i++
			}
			continue
		}
		word := words[i]
		if word == "RUN" {
			word = run()
		}
		if other, is := stands[word]; is {
			meant.Store(word, true)
			word = other
		}
		out = append(out, word)
	}
	if asks := cmd.Name() == "apply" || cmd.Name() == "undo" || cmd.Name() == "bundle"; asks && !slices.Contains(out, "--yes") {
		out = append(out, "--yes")
	}
	return append(out, "--practice"), nil
}

// None of the documents in the quick tier, two in .ci/test, all in .ci/run, which
// also says where a word or a line of the tables is met no more.
func TestShownCommandsRun(t *testing.T) {
	var meant, met sync.Map
	whole := false
	for _, name := range elsewhere {
		if newApp().root().PersistentFlags().Lookup(name) == nil {
			t.Errorf("there is no flag --%s", name)
		}
	}
	t.Run("documents", func(t *testing.T) {
		names := slices.DeleteFunc(documents(t), func(name string) bool { return len(shownCommands(t, name)) == 0 })
		picked := (tier.Share{Test: 2, Run: tier.All}).Of(t, len(names))
		whole = len(picked) == len(names)
		for _, i := range picked {
			name := names[i]
			if all := shownCommands(t, name); len(all) > 0 {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					runShown(t, all, &meant, &met)
				})
			}
		}
	})
	if !whole {
		return
	}
	for _, word := range slices.Sorted(maps.Keys(stands)) {
		if _, is := meant.Load(word); !is {
			t.Errorf("no document has %s any more", word)
		}
	}
	for _, line := range slices.Sorted(maps.Keys(unrun)) {
		if _, is := met.Load(line); !is {
			t.Errorf("no document shows %q any more", line)
		}
	}
}

// runShown runs the commands of one document.
func runShown(t *testing.T, all []shownCommand, meant, met *sync.Map) {
	p := newProgram(t)
	write(t, filepath.Join(p.dir, "answer.json"), carried(t, syncserver.Inspect, syncserver.NewAsk(time.Now().Add(-time.Hour))))
	latest := func() string {
		runs := decode[struct{ Runs []struct{ Run string } }](t, p.want(exitDone, "runs", "--practice", "--output", "json"))
		if len(runs.Runs) == 0 {
			t.Fatal("RUN is spoken of before there is one")
		}
		return runs.Runs[0].Run
	}
	for _, c := range all {
		if says, is := unrun[c.line]; is {
			met.Store(c.line, true)
			p.ends(exitUsage, []string{says}, c.words...)
			continue
		}
		words, err := rehearse(c.words, latest, meant)
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		o := p.run(words...)
		if says, is := ofAnotherDomain[c.line]; is {
			if o.code != exitError || !strings.Contains(o.err, says) {
				t.Errorf("%s, as writeback %s: exit code %d\n%s", c.line, strings.Join(words, " "), o.code, o.err)
			}
			continue
		}
		if !slices.Contains([]int{exitDone, exitChanges, exitManual}, o.code) {
			t.Errorf("%s, as writeback %s: exit code %d\n%s", c.line, strings.Join(words, " "), o.code, o.err)
		}
		if i := slices.Index(words, "--handoff-script"); i >= 0 {
			script, ask := handed(t, read(t, filepath.Join(p.dir, words[i+1])))
			write(t, filepath.Join(p.dir, "answer.json"), carried(t, script, ask))
		}
		if slices.Contains(words, "json") && !json.Valid([]byte(o.out)) {
			t.Errorf("%s: its output is not JSON", c.line)
		}
	}
}

// carried is the answer that a person brings back who ran a script on the practice's
// sync server.
func carried(t *testing.T, script syncserver.Script, ask syncserver.Ask) []byte {
	t.Helper()
	world, err := practice.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer world.Close()
	raw, err := world.Server.Run(t.Context(), script, ask)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestShellWords(t *testing.T) {
	for line, want := range map[string]string{
		"writeback plan  --scope \"OU=A B,DC=x\" # why": "writeback|plan|--scope|OU=A B,DC=x",
		"writeback undo 'a \"b\"' | jq .":               "writeback|undo|a \"b\"",
		"writeback plan --users-out=x.jsonl > y":        "writeback|plan|--users-out=x.jsonl",
		"writeback explain \"pGMSA_1$\" \"\"":           "writeback|explain|pGMSA_1$|",
		"writeback plan $(date)":                        "",
		"writeback plan; rm x":                          "",
		"writeback plan \"x":                            "",
	} {
		words, err := shellWords(line)
		if got := strings.Join(words, "|"); got != want || (err != nil) != (want == "") {
			t.Errorf("%s: %q, %v", line, got, err)
		}
	}
}
