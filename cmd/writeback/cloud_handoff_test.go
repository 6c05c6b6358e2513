package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig/syncserver"
	"writeback/internal/practice/tenant"
	"writeback/steps"
)

// carry does what a person does with a script: runs it on the sync server and
// brings the answer back.
func (b *cloudBench) carry(script, answer string) {
	b.t.Helper()
	text, err := os.ReadFile(filepath.Join(b.dir, script))
	if err != nil {
		b.t.Fatal(err)
	}
	which, ask := handed(b.t, string(text))
	raw, err := b.server.Run(b.t.Context(), which, ask)
	if err != nil {
		b.t.Fatal(err)
	}
	write(b.t, filepath.Join(b.dir, answer), raw)
}

// handed finds in a script what it asks, and which of the scripts it is.
func handed(t *testing.T, text string) (syncserver.Script, syncserver.Ask) {
	t.Helper()
	for _, s := range []syncserver.Script{syncserver.Inspect, syncserver.EnableConnect} {
		for line := range strings.Lines(text) {
			var ask syncserver.Ask
			if !strings.HasPrefix(line, `{"nonce":`) || json.Unmarshal([]byte(line), &ask) != nil {
				continue
			}
			whole, err := syncserver.Handoff{Script: s, Ask: ask}.Text()
			if err != nil {
				t.Fatal(err)
			}
			if whole == text {
				return s, ask
			}
		}
	}
	t.Fatalf("this is none of the scripts:\n%s", text)
	return syncserver.Script{}, syncserver.Ask{}
}

func nonceOf(t *testing.T, answer []byte) string {
	t.Helper()
	var d syncserver.Document
	if err := json.Unmarshal(answer, &d); err != nil {
		t.Fatal(err)
	}
	return d.Nonce
}

// A script is left, a person runs it, and its answer is evidence; the next one
// switches writeback on.
func TestCloudHandoff(t *testing.T) {
	b := newCloudBench(t, tenant.Options{}).with("--only", "writeback", "--writeback-method", "handoff")
	o := b.want(exitDone, "plan", "--handoff-script", "ask.ps1")
	for _, part := range []string{"1. Copy ask.ps1 to SYNC01", "it leaves an answer in JSON and changes nothing", "writeback verify --handoff-answer FILE"} {
		if !strings.Contains(o.out, part) {
			t.Errorf("it does not say %q:\n%s", part, o.out)
		}
	}
	b.carry("ask.ps1", "off.json")
	v := decode[steps.Verification](t, b.want(exitManual, "verify", "--output", "json", "--handoff-answer", "off.json"))
	proof(t, stepOf(t, v.Steps, "writeback"), steps.EvidenceOff, "Enabled false")

	o = b.want(exitManual, "verify", "--handoff-answer", "off.json", "--handoff-script", "switch.ps1")
	if !strings.Contains(o.out, "it switches password writeback on") || b.server.Enabled() {
		t.Errorf("the second script is not told of:\n%s", o.out)
	}
	b.carry("switch.ps1", "on.json")
	if !b.server.Enabled() {
		t.Fatal("the script did not switch writeback on")
	}
	v = decode[steps.Verification](t, b.want(exitDone, "verify", "--output", "json", "--handoff-answer", "on.json"))
	if e := proof(t, stepOf(t, v.Steps, "writeback"), steps.EvidenceVerified, "Enabled true"); !strings.Contains(e.Source, "SYNC01") {
		t.Errorf("the server is not named: %+v", e)
	}
	if asked := b.shell.asked(); len(asked) != 0 {
		t.Errorf("PowerShell was asked: %q", asked)
	}
}

// An old answer says how things were: what is newer outweighs it, and its age
// is told. One that is no answer is refused.
func TestCloudHandoffAnswers(t *testing.T) {
	b := newCloudBench(t, tenant.Options{}).with("--only", "writeback", "--writeback-method", "handoff")
	b.server.Set(true)
	b.want(exitDone, "plan", "--handoff-script", "ask.ps1")
	b.carry("ask.ps1", "now.json")
	raw, err := os.ReadFile(filepath.Join(b.dir, "now.json"))
	if err != nil {
		t.Fatal(err)
	}
	aged := func(by time.Duration) string {
		var d syncserver.Document
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Fatal(err)
		}
		d.At, d.Events = d.At.Add(-by), []syncserver.Event{}
		old, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		name := by.String() + ".json"
		write(t, filepath.Join(b.dir, name), old)
		return name
	}
	v := decode[steps.Verification](t, b.want(exitDone, "verify", "--output", "json", "--handoff-answer", aged(47*time.Hour)))
	if f, told := finding(stepOf(t, v.Steps, "writeback"), "answer-old"); !told || !strings.Contains(f.Text, "47 hours ago") {
		t.Errorf("the age of the answer is not told: %+v", stepOf(t, v.Steps, "writeback").Findings)
	}
	b.server.Set(false) // the audit log knows
	v = decode[steps.Verification](t, b.want(exitManual, "verify", "--output", "json", "--handoff-answer", aged(47*time.Hour)))
	proof(t, stepOf(t, v.Steps, "writeback"), steps.EvidenceOff, "Disable password writeback")

	// Two clocks may differ by five minutes.
	b.ends(exitError, []string{"from now", "run the script there again"}, "verify", "--handoff-answer", aged(-6*time.Minute), "--handoff-script", "again.ps1")
	if script, _ := handed(t, read(t, filepath.Join(b.dir, "again.ps1"))); script != syncserver.Inspect {
		t.Errorf("after a refusal the script %v is left", script)
	}
	b.want(exitManual, "verify", "--handoff-answer", aged(-4*time.Minute))
	b.want(exitManual, "verify", "--handoff-answer", aged(5*time.Minute))

	for name, c := range map[string]struct{ text, says string }{
		"cut off":           {string(raw[:len(raw)/2]), "its end is missing"},
		"empty":             {"", "there is none"},
		"a web page":        {"<!DOCTYPE html><html></html>", "not the JSON"},
		"of tomorrow":       {strings.Replace(string(raw), `"formatVersion":2`, `"formatVersion":3`, 1), "a newer version"},
		"of another script": {strings.Replace(string(raw), nonceOf(t, raw), "ELSEWHERE", 1), "its nonce is ELSEWHERE"},
		"of another kind":   {strings.NewReplacer(`"kind":"inspect"`, `"kind":"enable"`, `"change":null`, `"change":{"outcome":"already"}`).Replace(string(raw)), `its kind is "enable"`},
		"with more":         {strings.Replace(string(raw), `"formatVersion":2`, `"formatVersion":2,"more":true`, 1), `a field "more"`},
	} {
		write(t, filepath.Join(b.dir, "bad.json"), []byte(c.text))
		if o := b.ends(exitError, []string{"--handoff-answer bad.json", c.says}, "verify", "--handoff-answer", "bad.json"); o.out != "" {
			t.Errorf("%s: something came out: %s", name, o.out)
		}
	}
	b.ends(exitUsage, []string{"--handoff-answer", "no such file"}, "verify", "--handoff-answer", "none.json")
	b.ends(exitUsage, []string{"--handoff-script", "there is no directory no"}, "plan", "--handoff-script", "no/dir.ps1")
}
