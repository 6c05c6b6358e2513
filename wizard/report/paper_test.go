package report

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"writeback/steps"
	"writeback/wizard/tell"
)

// paper is a procedure whose world is a list of lines.
type paper struct {
	lines *[]string
	wish  []string
	fail  *error // what the next write comes back with, after it was done
}

// write is one line on it.
type write struct{ Line string }

func (w write) Describe() steps.Change {
	return steps.Change{Verb: steps.VerbAdd, Target: "DC=corp,DC=example", Line: w.Line, SDDL: "(A;;RP;;;" + w.Line + ")"}
}

func (p paper) Inspect(context.Context) ([]string, error) {
	if *p.fail != nil {
		return nil, errors.New("nobody can look now")
	}
	return *p.lines, nil
}

func (p paper) Plan(have []string) (out []write, f []steps.Finding, err error) {
	for _, l := range p.wish {
		if !slices.Contains(have, l) {
			out = append(out, write{l})
		}
	}
	return out, []steps.Finding{{Level: steps.LevelWarning, Code: "near-the-limit", Text: "the DACL is near 64 kB", Fix: "remove what is not needed"}}, nil
}

func (p paper) InPlace(have []string) (out []write) {
	for _, l := range p.wish {
		if slices.Contains(have, l) {
			out = append(out, write{l})
		}
	}
	return out
}

func (p paper) Prove([]string) []steps.Evidence {
	return []steps.Evidence{{State: steps.EvidenceVerified, What: "it was read", Source: "dc1.corp.example", At: time.Unix(0, 0).UTC()}}
}

func (p paper) BackUp(context.Context, write) (string, any, error) {
	return "DC=corp,DC=example", map[string]any{"descriptor": "00", "sddl": "O:BAD:", "dc": "dc1.corp.example"}, nil
}

func (p paper) Apply(_ context.Context, w write) (write, error) {
	*p.lines = append(*p.lines, w.Line)
	return w, *p.fail
}

func (p paper) Undo(_ context.Context, w write) error {
	*p.lines = slices.DeleteFunc(*p.lines, func(l string) bool { return l == w.Line })
	return nil
}

func (p paper) Resolve(ctx context.Context, w write) (write, bool, error) {
	have, err := p.Inspect(ctx)
	return w, slices.Contains(have, w.Line), err
}

// desk is where runs are made for reports.
type desk struct {
	t      *testing.T
	store  *steps.Store
	runner *steps.Runner
	fail   error
	dir    string
}

var here = steps.Target{Forest: "corp.example", Domain: "corp.example", DC: "dc1.corp.example", Tenant: "contoso.onmicrosoft.com"}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, dir: filepath.Join(t.TempDir(), "runs")}
	store, err := steps.OpenStore(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	d.store = store
	lines := []string{}
	d.runner = &steps.Runner{Target: here, Steps: []steps.Step{
		steps.Define(steps.Info{ID: "delegate", Title: "Permissions"}, paper{&lines, []string{"WD", "AU"}, &d.fail})}}
	return d
}

func (d *desk) opening(verb, how string) steps.Opening {
	return steps.Opening{Verb: verb, How: how, Program: "1.0", Target: here, Who: steps.Who{User: "root", Host: "admin1", PID: 1, Identity: `CORP\admin`},
		Settings: map[string]steps.Setting{"class": {Value: []string{"user", "inetOrgPerson"}, From: "flag"}}}
}

// apply makes a run, and says how it ended.
func (d *desk) apply(coverage string) error {
	d.t.Helper()
	plan, err := d.runner.Plan(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	if coverage != "" {
		plan.Coverage = new(steps.Measured)
		if err := plan.Coverage.UnmarshalJSON([]byte(coverage)); err != nil {
			d.t.Fatal(err)
		}
	}
	j, err := d.store.Create(d.opening("apply", ""))
	if err != nil {
		d.t.Fatal(err)
	}
	defer j.Close()
	_, err = d.runner.Apply(d.t.Context(), j, steps.Approve(plan, "typed corp.example"))
	return err
}

func (d *desk) undo() {
	d.t.Helper()
	run, err := d.store.Read(d.latest())
	if err != nil {
		d.t.Fatal(err)
	}
	j, err := d.store.Reopen(run, d.opening("undo", "--yes"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer j.Close()
	if _, err := d.runner.Undo(d.t.Context(), j); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) latest() string {
	d.t.Helper()
	ids, err := d.store.History().IDs()
	if err != nil || len(ids) == 0 {
		d.t.Fatal(ids, err)
	}
	return ids[0]
}

// report is that of a run.
func (d *desk) report(id string) tell.Report {
	d.t.Helper()
	x, err := d.store.Examine(id)
	if err != nil {
		d.t.Fatal(err)
	}
	words, unread := d.store.History().Words(x.Run.Target)
	told, _ := d.store.History().Answers(x.Run.Target) // as unread says
	return tell.Source{Journal: x, Words: words, Told: told, WordsErr: unread, Undo: "writeback undo " + id, Verify: "writeback verify", Program: "1.0", At: time.Unix(1e9, 0),
		Rewrite: func(descriptor string, made []steps.Change) (string, error) {
			if descriptor != "00" {
				return "", errors.New("it is not what was kept")
			}
			after := "O:BAD:"
			for _, c := range made {
				after += c.SDDL
			}
			return after, nil
		}}.Report()
}
