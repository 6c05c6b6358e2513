//go:build linux || darwin

package syncserver

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/tier"
)

// What a person sees who runs a script that was handed over.

// handed runs scripts one after the other in one session of a real PowerShell, and gives
// what that shows and the files that are left.
func handed(t *testing.T, how, temp string, texts ...string) (shows string, files []string) {
	t.Helper()
	r, _ := misbehaving(t, how, false)
	file := filepath.Join(t.TempDir(), "handed.ps1")
	if err := os.WriteFile(file, []byte(strings.Join(texts, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), r.(Local).PowerShell, "-NoProfile", "-NonInteractive", "-File", file)
	cmd.Env = append(os.Environ(), "TMPDIR="+temp)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files, err = filepath.Glob(filepath.Join(temp, "writeback-answer*"))
	if err != nil {
		t.Fatal(err)
	}
	return string(out), files
}

func handoffText(t *testing.T, h Handoff) string {
	t.Helper()
	text, err := h.Text()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func newHandoff(s Script) Handoff {
	return Handoff{s, NewAsk(since).Switching(cloudconfig.Bound{Connector: standInConnector}, s == EnableConnect)}
}

const (
	noClipboard = "function global:Set-Clipboard { param($Value) throw 'no clipboard' }\n"
	clipboard   = "function global:Set-Clipboard { param($Value) [IO.File]::WriteAllText($env:TMPDIR + '/clipboard', $Value -join [Environment]::NewLine) }\n" +
		"function global:Get-Clipboard { param([switch]$Raw) [IO.File]::ReadAllText($env:TMPDIR + '/clipboard') }\n"
	deafClipboard = "function global:Set-Clipboard { param($Value) }\nfunction global:Get-Clipboard { param([switch]$Raw) }\n"
	constrainedPS = "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'\n"
)

// The file has all, what is shown fits, and both are the same answer.
func TestShownAnswers(t *testing.T) {
	all := []struct {
		how  string
		cut  bool
		none bool // too long to be shown
	}{{"", false, false}, {"unread", false, false}, {"flood", true, false}, {"causes", true, false}, {"crowd", false, true}}
	for _, i := range (tier.Share{Quick: tier.All, Test: 2, Run: tier.All}).Of(t, len(all)) {
		c := all[i]
		t.Run(c.how, func(t *testing.T) {
			h := newHandoff(Inspect)
			shows, files := handed(t, c.how, t.TempDir(), noClipboard, handoffText(t, h))
			if n := strings.Count(shows, "\n"); n > 120 {
				t.Errorf("it shows %d lines", n)
			}
			if len(files) != 1 || !strings.Contains(shows, files[0]) {
				t.Fatalf("files %v in %s", files, shows)
			}
			f, err := os.Open(files[0])
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			whole, err := h.Read(f)
			if err != nil || whole.Cut != "" {
				t.Fatalf("the file: %v, cut %q", err, whole.Cut)
			}
			if c.none {
				if strings.Contains(shows, beginAnswer) || !strings.Contains(shows, "too long to be copied") {
					t.Errorf("it shows %s", shows)
				}
				return
			}
			short, err := h.Read(strings.NewReader(shows))
			if err != nil || (short.Cut != "") != c.cut || strings.Contains(shows, "short form") != c.cut {
				t.Fatalf("%v, cut %q in %s", err, short.Cut, shows)
			}
			if short.Host != whole.Host || !short.At.Equal(whole.At) || short.Connect.CloudConnector != whole.Connect.CloudConnector {
				t.Errorf("%+v is not %+v", short, whole)
			}
			if got, want := verdicts(short), verdicts(whole); got != want {
				t.Errorf("the short form comes to %s, the whole one to %s", got, want)
			}
			if got, want := newest(short), newest(whole); !slices.Equal(got, want) {
				t.Errorf("the newest of each kind: %v, want %v", got, want)
			}
			if c.how == "flood" {
				holdsFlood(t, whole)
				if told := short.Server().LeftOut; !strings.Contains(told, "older events: ") {
					t.Errorf("it leaves out %q", told)
				}
			}
		})
	}
}

// verdicts are what the events come to: each cause that bars every password, and whether
// writeback is proven.
func verdicts(d Document) string {
	s := d.Server()
	s.Reset = &cloudconfig.ResetConfiguration{Enabled: true, ServiceStatus: "Started", OnboardingStatus: "NotRequired"}
	var causes []string
	for _, t := range s.Troubles(s.Testify()) {
		causes = append(causes, fmt.Sprint(t.ID, " ", t.Cause.Code, " ", t.Sign))
	}
	slices.Sort(causes)
	v := cloudconfig.Judge(cloudconfig.WritebackOn, s.Testify(), s.At)
	return fmt.Sprint(v.State, v.Vetoed, causes)
}

// newest names the newest event of each kind, with its time, count and first.
func newest(d Document) (out []string) {
	seen := map[string]bool{}
	for _, e := range d.Events {
		if kind := fmt.Sprint(e.Source, e.ID); !seen[kind] {
			seen[kind] = true
			out = append(out, fmt.Sprint(kind, e.At, e.Count, e.First))
		}
	}
	return out
}

// holdsFlood says that three hundred events of one kind hide no other.
func holdsFlood(t *testing.T, d Document) {
	t.Helper()
	kinds := map[int]int{}
	for i, e := range d.Events {
		if kinds[e.ID]++; i > 0 && e.At.After(d.Events[i-1].At) {
			t.Error("the newest does not come first")
		}
	}
	if len(d.Events) != mostEvents {
		t.Errorf("%d events", len(d.Events))
	}
	for _, id := range cloudconfig.EventIDs() {
		if kinds[id] == 0 {
			t.Errorf("event %d is hidden", id)
		}
	}
	i := slices.IndexFunc(d.Events, func(e Event) bool { return e.ID == 31003 })
	if e := d.Events[i]; e.Count != 200 || e.First == nil || !e.First.Before(e.At) {
		t.Errorf("the flood is %+v", e)
	}
}

// Whatever fails is told there, and nothing of an earlier run is shown or left for it.
func TestHandedOverScriptsThatFail(t *testing.T) {
	const begins = "Set-StrictMode -Version 2.0\n"
	all := []struct {
		name   string
		script Script
		spoil  func(text string) string
		says   []string
	}{
		{"stops at its start", Inspect, func(s string) string { return strings.Replace(s, begins, begins+"throw 'no such luck'\n", 1) }, []string{"THERE IS NO ANSWER", "Nothing was changed", "no such luck"}},
		{"stops at its start, to switch", EnableConnect, func(s string) string { return strings.Replace(s, begins, begins+"throw 'no such luck'\n", 1) }, []string{"THERE IS NO ANSWER", "not known", "changes nothing"}},
		{"leaves nothing", Inspect, func(s string) string {
			return strings.NewReplacer("\nConvertTo-Answer -Document $answer\n", "\n", "if ($ask.shown)", "if ($false)").Replace(s)
		}, []string{"THERE IS NO ANSWER", "Nothing was changed"}},
		{"constrained language", Inspect, func(s string) string { return constrainedPS + s }, []string{"NOTHING WAS DONE", "ConstrainedLanguage", "--writeback-method manual"}},
		{"constrained language, to switch", EnableConnect, func(s string) string { return constrainedPS + s }, []string{"NOTHING WAS DONE", "--writeback-method manual"}},
	}
	for _, i := range (tier.Share{Quick: tier.All, Test: 2, Run: tier.All}).Of(t, len(all)) {
		c := all[i]
		t.Run(c.name, func(t *testing.T) {
			good := handoffText(t, newHandoff(Inspect))
			text := handoffText(t, newHandoff(c.script))
			bad := c.spoil(text)
			if bad == text {
				t.Fatal("nothing was spoiled")
			}
			shows, files := handed(t, "", t.TempDir(), noClipboard, good, "Write-Host 'SECOND'\n", bad)
			first, second, _ := strings.Cut(shows, "SECOND")
			if !strings.Contains(first, beginAnswer) || strings.Contains(second, beginAnswer) || len(files) != 1 {
				t.Errorf("files %v, and it shows %s", files, shows)
			}
			for _, s := range c.says {
				if !strings.Contains(second, s) {
					t.Errorf("it does not say %q: %s", s, second)
				}
			}
		})
	}
}

// A cmdlet that ends PowerShell leaves nobody without a word.
func TestHandedOverScriptThatIsEnded(t *testing.T) {
	shows, files := handed(t, "exits", t.TempDir(), noClipboard, handoffText(t, newHandoff(EnableConnect)))
	if !strings.Contains(shows, "THERE IS NO ANSWER") || !strings.Contains(shows, "Whether writeback was switched is not known") || len(files) != 0 {
		t.Errorf("files %v, and it shows %s", files, shows)
	}
}

// A switch that was handed over is of the server that was asked.
func TestSwitchIsOfOneComputer(t *testing.T) {
	h := newHandoff(EnableConnect)
	h.Ask.Host = "ELSEWHERE"
	shows, _ := handed(t, "", t.TempDir(), noClipboard, handoffText(t, h))
	d, err := h.Read(strings.NewReader(shows))
	if err != nil || d.Change.Outcome != Refused || d.Change.Reason != OtherHost || !strings.Contains(shows, "THE SWITCH: refused (host)") {
		t.Errorf("%v: %s", err, shows)
	}
	d.Change.Outcome = Made
	if err := h.Check(d); err == nil || !strings.Contains(err.Error(), "the switch was for ELSEWHERE") {
		t.Errorf("another computer's answer: %v", err)
	}
}

// Where no file can be written, the lines are shown all the same; and the clipboard
// has them, where there is one.
func TestWhereTheAnswerGoes(t *testing.T) {
	h := newHandoff(EnableConnect)
	shows, _ := handed(t, "", "/nowhere", noClipboard, handoffText(t, h))
	d, err := h.Read(strings.NewReader(shows))
	if err != nil || d.Change.Outcome != Made || !strings.Contains(shows, "could not be written to /nowhere") || strings.Contains(shows, "clipboard") {
		t.Errorf("%v: %s", err, shows)
	}
	if shows, _ := handed(t, "", t.TempDir(), deafClipboard, handoffText(t, h)); strings.Contains(shows, "clipboard") {
		t.Errorf("nothing is on the clipboard: %s", shows)
	}
	shows, files := handed(t, "", t.TempDir(), clipboard, handoffText(t, h))
	pasted, err := os.ReadFile(filepath.Join(filepath.Dir(files[0]), "clipboard"))
	if err != nil || !strings.Contains(shows, "on the clipboard already") {
		t.Fatalf("%v: %s", err, shows)
	}
	if _, err := h.Read(strings.NewReader(string(pasted))); err != nil {
		t.Errorf("%v: %s", err, pasted)
	}
}

// No PowerShell of Linux and macOS has remoting to Windows: none is started for it.
func TestNoRemotingFromHere(t *testing.T) {
	t.Setenv("PATH", "")
	_, err := Read(t.Context(), Remote{Host: "sync01.corp.example.com"}, since)
	if !is[*RemoteError](err) || !notWritten(err) || !strings.Contains(err.Error(), "run writeback on a Windows computer") || !strings.Contains(err.Error(), "--writeback-method handoff") {
		t.Errorf("%v", err)
	}
}

// In constrained language no frame runs anything, and says what to do.
func TestConstrainedLanguage(t *testing.T) {
	r, state := misbehaving(t, "", false)
	program := filepath.Join(t.TempDir(), "constrained")
	if err := os.WriteFile(program, []byte("#!/bin/bash\nlast=\"${@: -1}\"\nexec '"+r.(Local).PowerShell+"' \"${@:1:$#-1}\" '"+strings.TrimSpace(strings.ReplaceAll(constrainedPS, "'", `'\''`))+"; '\"$last\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]Runner{"here": Local{PowerShell: program}, "there": Remote{Host: "sync01.corp.example.com", PowerShell: program}} {
		for _, s := range []Script{Inspect, EnableConnect} {
			_, err := r.Run(t.Context(), s, newHandoff(s).Ask)
			if out := map[string]string{"here": "--writeback-method manual", "there": "a computer without that policy"}[name]; !is[*LanguageError](err) || !notWritten(err) || !strings.Contains(err.Error(), out) {
				t.Errorf("%s, %s: %v", name, s.Name(), err)
			}
		}
	}
	if s, err := readState(state); err != nil || s.Enabled || s.Sets != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}

// An execution policy of the domain that keeps the module from being loaded is told as
// what it is, by the id of the error.
func TestExecutionPolicy(t *testing.T) {
	const policy = "function global:Import-Module { throw (New-Object Management.Automation.ErrorRecord ((New-Object Management.Automation.PSSecurityException 'verboten'), 'UnauthorizedAccess,Microsoft.PowerShell.Commands.ImportModuleCommand', 'SecurityError', $null)) }\n"
	for _, s := range []Script{Inspect, EnableConnect} {
		h := newHandoff(s)
		shows, _ := handed(t, "", t.TempDir(), noClipboard, policy, handoffText(t, h))
		d, err := h.Read(strings.NewReader(shows))
		if err != nil {
			t.Fatalf("%v: %s", err, shows)
		}
		switch {
		case s == Inspect:
			if r, again := d.Server().Retry(); !again || !strings.Contains(r.Why, "a group policy") || !strings.Contains(r.How, "go on by hand") {
				t.Errorf("%+v, problems %q", r, d.Problems)
			}
		case d.Change.Outcome != Refused || d.Change.Reason != PolicyRefuses || !strings.Contains(d.ChangeError().Error(), "a group policy"):
			t.Errorf("%+v", d.Change)
		}
	}
}
