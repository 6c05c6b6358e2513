package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"writeback/steps"
)

// Need is what a check cannot be made without.
type Need int

// The needs.
const (
	Domain Need = iota // a connection to a DC
	Cloud              // the sync server or the tenant, which are found by way of the domain
	Network
)

// Check is one thing that doctor looks at.
type Check struct {
	Code  string // short, lower case, stable: what --check takes, and its row in docs/findings.md
	Title string
	Need  Need
	Slow  bool // it may take longer than a person waits without a word
	Alone bool // only made where it is asked for by its code, or fits where the program runs
	run   func(context.Context, *examination) (answer, error)
}

// State is how a check came out.
type State string

// The states.
const (
	OK         State = "ok"
	Warning    State = "warning"
	Error      State = "error"
	NotChecked State = "not-checked"
)

// Result is one check that was made, or why it was not.
type Result struct {
	Code     string
	Title    string
	State    State
	Text     string           // what was seen, or why nothing was
	Source   string           // where: a DC, a sync server, Microsoft Graph; "" where nothing was seen
	At       time.Time        // UTC
	Findings []steps.Finding  // what to do something about, and what to know
	Evidence []steps.Evidence // of the features that are on or off
}

// Report is what all checks came to, in the order of [All].
type Report struct {
	Results []Result
}

// OK says that nothing has to be done, as far as was looked.
func (r Report) OK() bool {
	return !slices.ContainsFunc(r.Results, func(x Result) bool { return x.State == Warning || x.State == Error })
}

// UnknownError says that a check is asked for that there is not.
type UnknownError struct{ Code string }

func (e *UnknownError) Error() string {
	return fmt.Sprintf("there is no check %q: it is one of %s", e.Code, strings.Join(Codes(), ", "))
}

// Codes are the codes of all checks, in their order.
func Codes() []string {
	out := make([]string, 0, len(All))
	for _, c := range All {
		out = append(out, c.Code)
	}
	return out
}

// Select gives the checks that are named, in the order of [All]; no name stands
// for all. The error is an [*UnknownError].
func Select(only []string) ([]Check, error) {
	for _, code := range only {
		if !slices.Contains(Codes(), code) {
			return nil, &UnknownError{code}
		}
	}
	var out []Check
	for _, c := range All {
		if len(only) == 0 || slices.Contains(only, c.Code) {
			c.Alone = c.Alone && len(only) == 0
			out = append(out, c)
		}
	}
	return out, nil
}

// Run makes checks, one after the other. The error is of ctx alone: what cannot
// be looked at is told in the report.
func Run(ctx context.Context, s Sources, selected []Check) (Report, error) {
	x := &examination{Sources: s, now: s.now()}
	var r Report
	for _, c := range selected {
		if s.Begin != nil {
			s.Begin(c)
		}
		a, err := c.made(ctx, x)
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
		if err != nil {
			a = unchecked("%v", err)
		}
		r.Results = append(r.Results, c.result(a, x.now))
	}
	return r, nil
}

func (c Check) made(ctx context.Context, x *examination) (answer, error) {
	if c.Alone && !x.fits(ctx, c) {
		return unchecked("only made on the sync server, or where it is asked for: --check %s", c.Code), nil
	}
	if c.Need == Domain && x.Directory == nil {
		return x.noDomain(), nil
	}
	return c.run(ctx, x)
}

func (x *examination) noDomain() answer {
	if x.NoDomain != "" {
		return unchecked("%s", x.NoDomain)
	}
	return unchecked("there is no connection to a domain controller")
}

func (c Check) result(a answer, now time.Time) Result {
	r := Result{Code: c.Code, Title: c.Title, State: a.state(), Text: a.text, Source: steps.Plain(a.source), At: now.UTC(),
		Findings: a.findings, Evidence: a.evidence}
	r.Text = visible(r.Text)
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Text, f.Fix = visible(f.Text), visible(f.Fix)
	}
	if r.State == NotChecked { // nobody told it
		r.Source = ""
	}
	return r
}

// visible makes a text of several lines harmless for a terminal.
func visible(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = steps.Plain(lines[i])
	}
	return strings.Join(lines, "\n")
}
