package plain

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"writeback/steps"
	"writeback/wizard"
	"writeback/wizard/tell"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func somePlan() steps.Plan {
	return steps.Plan{
		FormatVersion: 1, Target: steps.Target{Forest: "corp.example", Domain: "corp.example", DC: "dc1"}, Created: noon,
		Settings: map[string]steps.Setting{
			"class": {Value: []any{"user", "inetOrgPerson"}, From: "flag"},
			"scope": {Value: []any{"OU=a,DC=x", "OU=b,DC=x"}, From: "file writeback.yaml"},
			"dc":    {Value: strings.Repeat("x", 60), From: "found in DNS"},
		},
		Steps: []steps.StepPlan{{
			ID: "s", Title: "The step", State: steps.StateChange,
			Changes: []steps.Change{
				{Verb: steps.VerbAdd, Target: "DC=x", Line: "one", SDDL: "(A;;;;;)", Equivalent: "do one"},
				{Verb: steps.VerbSet, Target: "DC=x", Line: "two", Before: "a", After: "b"},
				{Verb: steps.VerbRemove, Target: "DC=y", Line: "three"},
			},
			Findings: []steps.Finding{{Level: steps.LevelWarning, Code: "odd", Text: "this is odd", Fix: "mend it"}},
			Evidence: []steps.Evidence{{State: steps.EvidenceAttested, What: "it is so", Source: "a person", At: noon, By: "Ann"}},
		}},
	}
}

const somePlanText = `3 changes. Nothing has been written yet.

Plan for corp.example (forest corp.example), read from dc1
  class  user, inetOrgPerson                               flag
  dc     xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx  found in DNS
  scope  OU=a,DC=x; OU=b,DC=x                              file writeback.yaml

The step: 3 changes

  DC=x
    + one
        (A;;;;;)
        same as: do one
    ~ two
        before: a
        after:  b

  DC=y
    - three

  warning  odd: this is odd
           fix: mend it
  attested it is so [a person by Ann, 2026-11-22 12:00:00Z]

Digest of what approval binds: DIGEST
`

func TestReviewText(t *testing.T) {
	var out bytes.Buffer
	p := somePlan()
	if err := (&Renderer{Out: &out, Err: io.Discard}).Planned(planned(p)); err != nil {
		t.Fatal(err)
	}
	if want := strings.Replace(somePlanText, "DIGEST", p.Digest(), 1); out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

// Every verb begins with what is in the way, what takes a person's word, and the
// verdict.
func TestFirstLines(t *testing.T) {
	p := somePlan()
	odd := steps.Finding{Level: steps.LevelError, Code: "wrong-server", Text: "it is another one", Fix: "name this one"}
	doubt := steps.Finding{Level: steps.LevelError, Code: "connector-unproven", Text: "nothing tells", Fix: "say so", Accept: "connector-unproven"}
	p.Steps = []steps.StepPlan{
		{ID: "a", Title: "A", State: steps.StateBlocked, Findings: []steps.Finding{doubt, odd}},
		{ID: "b", Title: "B", State: steps.StateBlocked, Findings: []steps.Finding{{Level: steps.LevelWarning, Code: "w", Text: "w"}, odd}},
	}
	const inTheWay = "Refused: wrong-server: it is another one\n  fix: name this one\nTo be accepted: connector-unproven: nothing tells\n  fix: say so\n"
	for what, c := range map[string]struct {
		show func(*Renderer) error
		want string
	}{
		"plan":   {func(f *Renderer) error { return f.Planned(planned(p)) }, inTheWay + "Blocked: fix the errors first. Until then, nothing is written.\n\nPlan for"},
		"apply":  {func(f *Renderer) error { return f.Review(planned(p)) }, inTheWay + "Blocked: fix the errors first. Until then, nothing is written.\n\nPlan for"},
		"verify": {func(f *Renderer) error { return f.Verified(p.Target, steps.Verification{Steps: p.Steps}) }, inTheWay + "Not ready: fix the errors above first.\n\ncorp.example,"},
		"explain": {func(f *Renderer) error {
			return f.Explained(wizard.Explanation{Explanation: steps.Explanation{User: "CN=x", Verdict: "This password cannot be written back: odd."}})
		},
			"This password cannot be written back: odd.\n\nCN=x\n"},
	} {
		var out bytes.Buffer
		if err := c.show(&Renderer{Out: &out, Err: io.Discard}); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(out.String(), c.want) {
			t.Errorf("%s begins with\n%s", what, out.String())
		}
	}
}

func TestBalance(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(r *wizard.Review)
		says    []string
		saysNot string
	}{
		"nothing to do": {func(r *wizard.Review) { r.Plan.Steps[0].State, r.Plan.Steps[0].Changes = steps.StateOK, nil }, []string{"as it should be", "Nothing to do."}, "Digest"},
		"in place":      {func(r *wizard.Review) { r.Pending = 0 }, []string{"in place already: nothing to do"}, "Nothing has been written"},
		"some in place": {func(r *wizard.Review) { r.Pending = 1 }, []string{"2 of 3 changes are in place already; 1 left."}, "to do"},
		"blocked":       {func(r *wizard.Review) { r.Plan.Steps[0].State = steps.StateBlocked }, []string{"The step: blocked", "Blocked: fix the errors first"}, "Nothing to do"},
		"continued":     {func(r *wizard.Review) { r.Continues = "RUN" }, []string{"Run RUN was interrupted"}, "Blocked"},
		"from a file":   {func(r *wizard.Review) { r.File = "p.json" }, []string{"Plan file p.json for corp.example"}, "Blocked"},
		"manual":        {func(r *wizard.Review) { r.Plan.Steps[0].State = steps.StateManual }, []string{"a person has to do what is left"}, "Blocked"},
		"manual alone": {func(r *wizard.Review) {
			r.Plan.Steps[0].State, r.Plan.Steps[0].Changes = steps.StateManual, nil
		}, []string{"Nothing is left for a program to do. A manual step waits."}, "Nothing to do."},
		"left out": {func(r *wizard.Review) { r.Plan.Steps[0].State = steps.StateSkipped }, []string{"The step: left out"}, "Blocked"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			r := wizard.Review{Plan: somePlan(), Pending: 3}
			c.change(&r)
			if err := (&Renderer{Out: &out, Err: io.Discard}).Review(r); err != nil {
				t.Fatal(err)
			}
			for _, part := range c.says {
				if !strings.Contains(out.String(), part) {
					t.Errorf("it does not say %q:\n%s", part, out.String())
				}
			}
			if strings.Contains(out.String(), c.saysNot) {
				t.Errorf("it says %q:\n%s", c.saysNot, out.String())
			}
		})
	}
}

// What a person has to do is said with each of its steps on a line, in the plan,
// after apply and by verify; what only informs is said once.
func TestManualSteps(t *testing.T) {
	p := somePlan()
	p.Steps[0].State, p.Steps[0].Changes = steps.StateManual, nil
	p.Steps[0].Findings = []steps.Finding{
		{Level: steps.LevelInfo, Code: "by-hand", Text: "a person does it", Fix: "1. Open the page.\n2. Save.", Manual: true},
		{Level: steps.LevelInfo, Code: "aside", Text: "by the way"},
	}
	const said = "  info     by-hand: a person does it\n           fix: 1. Open the page.\n                2. Save.\n"
	var out bytes.Buffer
	f := &Renderer{Out: &out, Err: io.Discard}
	for name, show := range map[string]func() error{
		"plan": func() error { return f.Planned(planned(p)) },
		"apply": func() error {
			return f.Applied(steps.Result{FormatVersion: 1, Run: "RUN", State: steps.ResultManual, Steps: []steps.StepResult{{StepPlan: p.Steps[0]}}})
		},
		"verify": func() error { return f.Verified(p.Target, steps.Verification{Steps: p.Steps}) },
	} {
		out.Reset()
		if err := show(); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), said) || strings.Contains(out.String(), "by the way") != (name == "plan") {
			t.Errorf("%s says\n%s", name, out.String())
		}
	}
}

// Names come out of a directory where others may write.
func TestNothingDeceives(t *testing.T) {
	evil := "a\x1b[2Jb\u202ec\rd"
	p := somePlan()
	p.Target.Domain, p.Steps[0].Title = evil, evil
	p.Settings = map[string]steps.Setting{evil: {Value: []any{evil}, From: evil}}
	for i := range p.Steps[0].Changes {
		c := &p.Steps[0].Changes[i]
		c.Target, c.Line, c.SDDL, c.Before, c.After, c.Equivalent = evil, evil, evil, evil, evil, evil
	}
	p.Steps[0].Findings = []steps.Finding{{Level: steps.LevelError, Code: evil, Text: evil, Fix: evil}}
	p.Steps[0].Evidence = []steps.Evidence{{State: evil, What: evil, Source: evil, By: evil}}
	var out bytes.Buffer
	f := &Renderer{Out: &out, Err: &out, In: strings.NewReader("\n")}
	run := steps.Run{ID: evil, Target: p.Target, Who: steps.Who{User: evil, Host: evil, Identity: evil}, Error: evil, Settings: p.Settings,
		Made: []steps.Owned{{Change: p.Steps[0].Changes[0]}}, Approval: &steps.Approval{How: evil},
		Records: []steps.Record{{Kind: steps.Kind(evil), Target: evil, State: evil, Error: evil}, {Change: &p.Steps[0].Changes[0]}, {Opening: &steps.Opening{Verb: evil, How: evil}}}}
	_, err := f.Approve(t.Context(), evil)
	errs := []error{err,
		f.Planned(planned(p)), f.Review(wizard.Review{Plan: p, File: evil, Continues: evil}), f.Verified(p.Target, steps.Verification{Steps: p.Steps}),
		f.Applied(steps.Result{FormatVersion: 1, Run: evil, Steps: []steps.StepResult{{StepPlan: p.Steps[0]}}}),
		f.ReviewUndo(run), f.Undone(steps.UndoResult{Run: evil, Left: p.Steps[0].Changes}), f.Runs([]steps.Run{run}), f.RunDetail(run)}
	f.Observe(steps.ChangeStarted{Change: p.Steps[0].Changes[0]})
	f.Observe(steps.ChangeFailed{Err: errors.New(evil)})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\r\u202e") || !strings.Contains(out.String(), `a\u001b[2Jb\u202ec\u000dd`) {
		t.Errorf("%q", out.String())
	}
}

func TestColours(t *testing.T) {
	var out, err bytes.Buffer
	f := &Renderer{Out: &out, Err: &err, Colour: true}
	if e := f.Planned(planned(somePlan())); e != nil || !strings.Contains(out.String(), "\x1b[32m    + one\x1b[0m\n") {
		t.Errorf("%v %q", e, out.String())
	}
	f.Elsewhere = true
	out.Reset()
	if e := f.Review(wizard.Review{Plan: somePlan(), Pending: 3}); e != nil || out.Len() > 0 || !strings.Contains(err.String(), "+ one") || strings.Contains(err.String(), "\x1b") {
		t.Errorf("%v %q %q", e, out.String(), err.String())
	}
}

func TestEnds(t *testing.T) {
	made := []steps.Change{{Line: "one"}}
	result := func(run, state string) func(f *Renderer) error {
		return func(f *Renderer) error {
			return f.Applied(steps.Result{FormatVersion: 1, Run: run, State: state, Steps: []steps.StepResult{{Made: made,
				StepPlan: steps.StepPlan{Findings: []steps.Finding{{Level: steps.LevelInfo, Text: "quiet"}, {Level: steps.LevelWarning, Text: "loud"}}}}}})
		}
	}
	for want, show := range map[string]func(f *Renderer) error{
		"Done: run R made 1 change.\nEverything is set up as it should be.\nTo count the people it reaches, run writeback verify.\nEvidence for the record of the change: writeback report R -o report.html\nTo take back": result("R", steps.ResultDone),
		"run R made 1 change. A manual step waits.": result("R", steps.ResultManual),
		"Stopped: run R made 1 change so far.":      result("R", steps.ResultPartial),
		"Undone: 1 change of run R taken back.": func(f *Renderer) error {
			return f.Undone(steps.UndoResult{Run: "R", State: steps.ResultUndone, Undone: made})
		},
		"1 change of run R taken back, 1 left.": func(f *Renderer) error {
			return f.Undone(steps.UndoResult{Run: "R", State: steps.ResultPartial, Undone: made, Left: made})
		},
		"Nothing was taken back: run R still has 1 change.": func(f *Renderer) error {
			return f.Undone(steps.UndoResult{Run: "R", State: steps.ResultPartial, Left: made})
		},
		"Ann withdraws the attestation of sspr.\nIt no longer counts": func(f *Renderer) error {
			return f.Attested(steps.Run{Attested: []steps.Attestation{{Step: "sspr", By: "Ann", Says: steps.SaysWithdrawn}}})
		},
		"was interrupted": func(f *Renderer) error { return f.ReviewUndo(steps.Run{State: steps.RunInDoubt}) },
		"No runs yet.":    func(f *Renderer) error { return f.Runs(nil) },
	} {
		var out bytes.Buffer
		if err := show(&Renderer{Out: &out, Err: io.Discard}); err != nil || !strings.Contains(out.String(), want) || strings.Contains(out.String(), "quiet") {
			t.Errorf("%v, %q does not say %q", err, out.String(), want)
		}
	}
	for name, show := range map[string]func(f *Renderer) error{
		"no run":    result("", steps.ResultDone),
		"no result": func(f *Renderer) error { return f.Applied(steps.Result{}) },
		"no undo":   func(f *Renderer) error { return f.Undone(steps.UndoResult{Run: "R", State: steps.ResultUndone}) },
	} {
		var out bytes.Buffer
		if err := show(&Renderer{Out: &out, Err: io.Discard}); err != nil || out.Len() > 0 {
			t.Errorf("%s: %v, %q", name, err, out.String())
		}
	}
}

type fullDisk struct{}

var errFull = errors.New("no space left")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

// What was asked for and could not be written is an error, in text and JSON.
func TestWriteErrors(t *testing.T) {
	for _, json := range []bool{false, true} {
		f := &Renderer{Out: fullDisk{}, Err: io.Discard, JSON: json}
		run := steps.Run{ID: "R"}
		for i, err := range []error{
			f.Planned(planned(somePlan())), f.Applied(steps.Result{FormatVersion: 1, Run: "R"}), f.Verified(steps.Target{}, steps.Verification{}),
			f.Undone(steps.UndoResult{Left: []steps.Change{{}}}), f.Runs(nil), f.RunDetail(run), f.Version(tell.Build{}),
		} {
			if !errors.Is(err, errFull) {
				t.Errorf("JSON %v, %d: %v", json, i, err)
			}
		}
	}
	if err := (&Renderer{Out: fullDisk{}, Err: io.Discard}).Review(wizard.Review{Plan: somePlan()}); !errors.Is(err, errFull) {
		t.Errorf("a preview that nobody saw: %v", err)
	}
}

func TestApprove(t *testing.T) {
	for typed, want := range map[string]bool{"corp.example\n": true, " CORP.example \r\n": true, "corp.example": true, "yes\n": false, "\n": false, "": false, "corp.example x\n": false} {
		f := &Renderer{Err: io.Discard, In: strings.NewReader(typed)}
		if ok, err := f.Approve(t.Context(), "corp.example"); ok != want || err != nil {
			t.Errorf("%q: %v, %v", typed, ok, err)
		}
	}
	if _, err := (&Renderer{Err: io.Discard}).Approve(t.Context(), "x"); !errors.Is(err, wizard.ErrNoTerminal) {
		t.Errorf("without anybody: %v", err)
	}
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if ok, err := (&Renderer{Err: io.Discard, In: r}).Approve(ctx, "x"); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v, %v", ok, err)
	}
}

// planned is a plan as it is shown where nobody is asked to approve it.
func planned(p steps.Plan) wizard.Review { return wizard.Review{Plan: p, Pending: p.Pending()} }
