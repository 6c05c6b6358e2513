package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"writeback/internal/tier"
	"writeback/steps"
	"writeback/wizard/tell"
)

// rechain changes each line of a journal, and computes all sums and hashes anew.
func rechain(t *testing.T, path string, change func(line string) string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
	prev, out, was := "", bytes.Buffer{}, regexp.MustCompile(`"prev":"[0-9a-f]*"`)
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSuffix(line, "\n")
		body := was.ReplaceAllString(change(line[:strings.LastIndex(line, `,"sum":"`)]+"}"), `"prev":"`+prev+`"`)
		whole := body[:len(body)-1] + `,"sum":"` + sum(body) + `"}`
		out.WriteString(whole + "\n")
		prev = sum(whole)
	}
	write(t, path, out.Bytes())
}

// journals are the files of all runs.
func (p *program) journals() (all []string) {
	p.t.Helper()
	err := filepath.WalkDir(p.state, func(path string, e fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".jsonl") {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return all
}

// A journal was made anew with other ACEs behind the lines that were approved: undo
// takes nothing back, and the report says that it is not to be trusted.
func TestRechainedJournal(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.want(exitDone, "apply", "--practice", "--yes", "--only", "delegate")
	path := p.journals()[0]
	ace := regexp.MustCompile(`"ace":"\([^"]*\)"`)
	rechain(t, path, func(line string) string { return ace.ReplaceAllString(line, `"ace":"(A;;GA;;;SY)"`) })
	p.ends(exitError, []string{"line 4", "its data mean", "its line is"}, "undo", "--practice", "--yes")
	o := p.run("report", "--practice", "-o", "-", "--format", "json")
	var doc tell.Report
	if err := json.Unmarshal([]byte(o.out), &doc); err != nil || o.code != exitError || doc.Trusted || !strings.Contains(doc.Breach, "its data mean") {
		t.Errorf("%d, %v, trusted %v, %s", o.code, err, doc.Trusted, doc.Breach)
	}
	p.want(exitDone, "verify", "--practice", "--only", "delegate") // all is there still
}

// A plan file has a line more, called in place already by nobody.
func TestForgedPlanFile(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	file := filepath.Join(p.dir, "plan.json")
	args := []string{"--practice", "--only", "delegate"}
	p.want(exitDone, append([]string{"plan", "-o", file}, args...)...)
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var plan steps.Plan
	if err := json.Unmarshal(raw, &plan); err != nil {
		t.Fatal(err)
	}
	s := &plan.Steps[0]
	more := s.Changes[0]
	more.SDDL, more.Line = "(A;;GA;;;WD)", "Allow Everyone: Full control"
	forged := plan
	forged.Steps = append([]steps.StepPlan{}, plan.Steps...)
	forged.Steps[0].Changes = append([]steps.Change{more}, s.Changes...)
	put := func(plan steps.Plan) {
		var b bytes.Buffer
		if err := steps.WritePlan(&b, plan); err != nil {
			t.Fatal(err)
		}
		write(t, file, b.Bytes())
	}
	put(forged)
	o := p.run(append([]string{"apply", "--yes", file}, args...)...)
	if o.code != exitDrift || strings.Contains(o.out+o.err, "in place already") || !strings.Contains(o.err, "neither needed now nor in place") || len(p.journals()) != 0 {
		t.Errorf("%d: %s%s", o.code, o.out, o.err)
	}
	for i := range s.Changes {
		s.Changes[i].Equivalent = "dsacls /a lie"
	}
	put(plan)
	if o := p.want(exitDone, append([]string{"apply", "--yes", file}, args...)...); strings.Contains(o.out+o.err, "a lie") {
		t.Errorf("the file's own equivalent is shown: %s", o.out)
	}
	// The same file again: all of it is in place, as the directory itself says.
	p.ends(exitDone, []string{}, append([]string{"apply", "--yes", file}, args...)...)
}

// says is ends for what stands on either stream.
func (p *program) says(code int, parts []string, args ...string) {
	p.t.Helper()
	o := p.want(code, args...)
	for _, part := range parts {
		if !strings.Contains(o.out+o.err, part) {
			p.t.Errorf("writeback %s does not say %q:\n%s%s", strings.Join(args, " "), part, o.out, o.err)
		}
	}
}

// A journal is broken: plan says so in one line and goes on; runs repair says what is
// wrong, asks, and sets it aside with nothing lost.
func TestRunsRepair(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.want(exitDone, "apply", "--practice", "--yes", "--only", "delegate")
	path := p.journals()[0]
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, append(raw, "damage\n"...))
	p.says(exitDone, []string{"would not show here", filepath.Base(path), "writeback runs repair"}, "plan", "--practice", "--only", "delegate")
	p.says(exitError, []string{filepath.Base(path)}, "undo", "--practice", "--yes")
	p.says(exitUsage, []string{filepath.Base(path) + ": it cannot be trusted", "set-aside"}, "runs", "repair", "--practice")
	if len(p.journals()) != 1 {
		t.Error("it was mended with nobody's approval")
	}
	p.says(exitDone, []string{"Repaired: " + filepath.Base(path)}, "runs", "repair", "--practice", "--yes")
	p.says(exitDone, []string{"Nothing is wrong with the journals"}, "runs", "repair", "--practice")
	moved := filepath.Join(filepath.Dir(path), steps.Aside, filepath.Base(path))
	if now, err := os.ReadFile(moved); err != nil || string(now) != string(raw)+"damage\n" {
		t.Errorf("it is not set aside as it was: %v", err)
	}
	p.says(exitDone, []string{"No runs yet"}, "runs", "--practice")
	if o := p.run("runs", "repair", "--practice", "--output", "json"); o.code != exitDone || !strings.Contains(o.out, `"faults": []`) {
		t.Errorf("%d: %s", o.code, o.out)
	}
}

// The digest that undo takes is that of the journal, and no other.
func TestUndoWithADigest(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.want(exitDone, "apply", "--practice", "--yes", "--only", "delegate")
	run := strings.TrimSuffix(filepath.Base(p.journals()[0]), ".jsonl")
	raw, err := os.ReadFile(p.journals()[0])
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(raw)
	digest := hex.EncodeToString(sum[:])
	p.says(exitDone, []string{"SHA-256 of the journal: " + digest}, "runs", "show", run, "--practice")
	p.says(exitError, []string{"does not have this digest"}, "undo", run, "--practice", "--yes", "--digest", strings.Repeat("0", 64))
	p.says(exitDone, []string{}, "undo", run, "--practice", "--yes", "--digest", digest)
}
