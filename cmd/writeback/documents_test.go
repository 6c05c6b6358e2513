package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/internal/exit"
	"writeback/internal/sambatest"
	"writeback/internal/tier"
)

// The JSON documents, field by field as the contract has them, strictly: a field
// that is not here fails the test, and what was added to the contract is marked.

type planDoc struct {
	FormatVersion int                   `json:"formatVersion"`
	Target        targetDoc             `json:"target"`
	Steps         []stepDoc             `json:"steps"`
	Settings      map[string]settingDoc `json:"settings"`
	Created       *time.Time            `json:"created"` // added
}

type targetDoc struct {
	Forest string  `json:"forest"`
	Domain string  `json:"domain"`
	DC     string  `json:"dc"`
	Tenant *string `json:"tenant"`
}

type settingDoc struct {
	Value any    `json:"value"`
	From  string `json:"from"`
}

type stepDoc struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	State    string        `json:"state"`
	Changes  []changeDoc   `json:"changes"`
	Findings []findingDoc  `json:"findings"`
	Evidence []evidenceDoc `json:"evidence"`
	Needs    []struct {
		What string `json:"what"`
		Has  string `json:"has"`
		Who  string `json:"who"`
	} `json:"needs"`
	Made []changeDoc `json:"made"` // apply alone
}

type changeDoc struct {
	Verb       string `json:"verb"`
	Target     string `json:"target"`
	Line       string `json:"line"`
	SDDL       string `json:"sddl"`
	Before     string `json:"before"`
	After      string `json:"after"`
	Equivalent string `json:"equivalent"` // added
}

type findingDoc struct {
	Level   string `json:"level"`
	Code    string `json:"code"`
	Text    string `json:"text"`
	Fix     string `json:"fix"`
	Manual  bool   `json:"manual"`  // added
	AtApply bool   `json:"atApply"` // added
}

type evidenceDoc struct {
	State  string    `json:"state"`
	What   string    `json:"what"`
	Source string    `json:"source"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
}

type applyDoc struct {
	FormatVersion int       `json:"formatVersion"`
	Run           string    `json:"run"`
	State         string    `json:"state"`
	Steps         []stepDoc `json:"steps"`
}

type verifyDoc struct {
	FormatVersion int       `json:"formatVersion"`
	OK            bool      `json:"ok"`
	Steps         []stepDoc `json:"steps"`
}

type undoDoc struct {
	FormatVersion int          `json:"formatVersion"`
	Run           string       `json:"run"`
	State         string       `json:"state"`
	Undone        []changeDoc  `json:"undone"`
	Left          []changeDoc  `json:"left"`
	Findings      []findingDoc `json:"findings"` // what was noticed meanwhile
}

// strictly reads the one document of a call.
func strictly[T any](t *testing.T, o outcome) (v T) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(o.out))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, o.out)
	}
	if rest, err := json.Marshal(v); err != nil || d.More() || !bytes.HasPrefix(rest, []byte(`{"formatVersion":1,`)) {
		t.Fatalf("not one document of format 1: %s", o.out)
	}
	if strings.Contains(o.out, "null") {
		t.Errorf("a list is null: %s", o.out)
	}
	return v
}

func (s stepDoc) check(t *testing.T, state string, changes, made int) {
	t.Helper()
	if s.ID != "delegate" || s.Title == "" || s.State != state || len(s.Changes) != changes || len(s.Made) != made {
		t.Errorf("step %q is %q with %d changes, %d made; want %q, %d, %d", s.ID, s.State, len(s.Changes), len(s.Made), state, changes, made)
	}
	for _, c := range append(s.Changes, s.Made...) {
		c.check(t)
	}
	for _, f := range s.Findings {
		if f.Code == "" || f.Text == "" || f.Level != "info" && f.Level != "warning" && f.Level != "error" {
			t.Errorf("finding %+v", f)
		}
	}
	for _, e := range s.Evidence {
		if e.State != "verified" || e.What == "" || e.Source == "" || e.At.Location() != time.UTC {
			t.Errorf("evidence %+v", e)
		}
	}
}

func (c changeDoc) check(t *testing.T) {
	t.Helper()
	if c.Verb != "add" || !strings.HasPrefix(c.Target, "DC=") || c.Line == "" || !strings.HasPrefix(c.SDDL, "(OA;") {
		t.Errorf("change %+v", c)
	}
}

func TestDocuments(t *testing.T) {
	dc := sambatest.New(t)
	dc.Connector(t)
	p := signedIn(t, dc)
	p.flags = append(p.flags, "--output", "json")

	plan := strictly[planDoc](t, p.want(exitDone, "plan"))
	plan.Steps[0].check(t, "change", 3, 0)
	if g := plan.Target; g.Forest != domainOf(dc) || g.Domain != domainOf(dc) || g.DC != dc.Host || g.Tenant == nil || plan.Created == nil {
		t.Errorf("plan %+v", plan)
	}
	for name, s := range plan.Settings {
		if s.Value == nil || s.From == "" {
			t.Errorf("setting %s is %+v", name, s)
		}
	}
	verify := strictly[verifyDoc](t, p.want(exitChanges, "verify"))
	verify.Steps[0].check(t, "change", 3, 0)
	if verify.OK {
		t.Error("verify is ok before apply")
	}

	refused := strictly[applyDoc](t, p.want(exitUsage, "apply"))
	refused.Steps[0].check(t, "change", 3, 0)
	if refused.Run != "" || refused.State != "partial" {
		t.Errorf("without approval: %+v", refused)
	}
	apply := strictly[applyDoc](t, p.want(exitDone, "apply", "--yes"))
	apply.Steps[0].check(t, "ok", 0, 3)
	if apply.Run == "" || apply.State != "done" {
		t.Errorf("apply %+v", apply)
	}
	again := strictly[applyDoc](t, p.want(exitDone, "apply", "--yes"))
	again.Steps[0].check(t, "ok", 0, 0)
	if again.Run != "" || again.State != "done" {
		t.Errorf("apply again: %+v", again)
	}
	verify = strictly[verifyDoc](t, p.want(exitDone, "verify"))
	verify.Steps[0].check(t, "ok", 0, 0)
	if !verify.OK || len(verify.Steps[0].Evidence) != 4 {
		t.Errorf("verify %+v", verify)
	}

	runs := decode[struct {
		FormatVersion int
		Runs          []map[string]any
	}](t, p.want(exitDone, "runs"))
	if runs.FormatVersion != 1 || len(runs.Runs) != 1 || runs.Runs[0]["run"] != apply.Run || runs.Runs[0]["state"] != "done" {
		t.Errorf("runs %+v", runs)
	}
	show := decode[map[string]any](t, p.want(exitDone, "runs", "show", apply.Run))
	for _, key := range []string{"formatVersion", "run", "state", "started", "ended", "target", "program", "who", "settings", "made", "records"} {
		if show[key] == nil {
			t.Errorf("runs show says nothing of %s", key)
		}
	}

	declined := strictly[undoDoc](t, p.want(exitUsage, "undo"))
	if declined.State != "partial" || len(declined.Undone) != 0 || len(declined.Left) != 3 {
		t.Errorf("without approval: %+v", declined)
	}
	for _, undone := range []int{3, 0} {
		undo := strictly[undoDoc](t, p.want(exitDone, "undo", apply.Run, "--yes"))
		if undo.Run != apply.Run || undo.State != "undone" || len(undo.Undone) != undone || len(undo.Left) != 0 {
			t.Errorf("undo %+v", undo)
		}
		for _, c := range undo.Undone {
			c.check(t)
		}
	}
}

// What ends before there is a document has one that says why, as standard error does.
func TestErrorDocument(t *testing.T) {
	p := newProgram(t)
	p.flags = append(p.flags, "--output", "json")
	for _, args := range [][]string{{"plan"}, {"apply", "--yes"}, {"verify"}, {"undo"}, {"runs", "show", "20261122T111844Z-3f2a"}, {"plan", "--dc", "ldaps://127.0.0.1:1"}} {
		o := p.run(args...)
		var d exit.Document
		if err := json.Unmarshal([]byte(o.out), &d); err != nil || o.code == exitDone || !strings.HasPrefix(o.err, "writeback: "+d.Error.What+"\n") {
			t.Errorf("%v: %v in %+v", args, err, o)
		}
		if d.FormatVersion != 1 || d.Error.Code != exit.Names[o.code] || d.Error.What == "" {
			t.Errorf("%v ends with %d and says %+v", args, o.code, d)
		}
	}
	if o := p.run("plan", "--output=json", "--no-such-flag"); !strings.Contains(o.out, `"code": "usage"`) || len(decode[exit.Document](t, o).Error.Try) != 1 {
		t.Errorf("a wrong command line has no document: %+v", o)
	}
}

// Every verb that ends by itself has a document, and nothing else beside it on
// standard output.
func TestEveryVerbHasADocument(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.env = append(p.env, "WRITEBACK_OUTPUT=json", "WRITEBACK_PRACTICE=true")
	asks := []string{"setup", "help", "completion"} // no document: questions, a text, a script
	said, run := map[string]bool{}, ""
	for _, line := range []string{"plan", "apply --yes", "verify", "runs", "runs show RUN", "explain lars.lund", "doctor", "attest sspr --by Jo", "report", "export -o run.jsonl", "bundle -o report.zip --yes", "undo --yes", "harden --out harden.json",
		"practice --reset", "version"} {
		args := strings.Fields(strings.Replace(line, "RUN", run, 1))
		if args[0] == "practice" || args[0] == "version" {
			p.env = []string{"WRITEBACK_OUTPUT=json"}
		}
		var doc map[string]any
		o := p.run(args...)
		if err := json.Unmarshal([]byte(o.out), &doc); err != nil || doc["formatVersion"] != 1.0 {
			t.Errorf("%s: exit code %d, %v in %.200s%.200s", line, o.code, err, o.out, o.err)
		}
		said[args[0]] = true
		if id, is := doc["run"].(string); is {
			run = id
		}
	}
	for _, cmd := range newApp().root().Commands() {
		if name := cmd.Name(); cmd.Runnable() && !said[name] && !slices.Contains(asks, name) {
			t.Errorf("nobody looked whether %s has a document", name)
		}
	}
}
