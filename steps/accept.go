package steps

import (
	"fmt"
	"strings"
)

// Acceptance is a person's consent to findings of level error that may be
// accepted, given by name: to "CODE", or to "CODE=VALUE", where each finding of the
// code is about something of its own. No approval of a plan stands for it, and it
// holds for one call.
type Acceptance struct{ Code, Value string }

// ReadAcceptance reads "CODE" or "CODE=VALUE". A value may have any characters in
// it, as a DN has.
func ReadAcceptance(text string) Acceptance {
	code, value, _ := strings.Cut(text, "=")
	return Acceptance{Code: strings.TrimSpace(code), Value: strings.TrimSpace(value)}
}

// String is what [ReadAcceptance] reads.
func (a Acceptance) String() string {
	if a.Value == "" {
		return a.Code
	}
	return a.Code + "=" + a.Value
}

// names says that a is about f. same compares two values.
func (a Acceptance) names(f Finding, same func(a, b string) bool) bool {
	if f.Accept == "" {
		return false
	}
	want := ReadAcceptance(f.Accept)
	switch {
	case a.Code != want.Code, (a.Value == "") != (want.Value == ""):
		return false
	case a.Value == want.Value, same(a.Value, want.Value):
		return true
	}
	for _, other := range strings.Fields(f.AcceptAlso) {
		if strings.EqualFold(a.Value, other) {
			return true
		}
	}
	return false
}

// Accepts says that an acceptance names a finding.
func (r *Runner) Accepts(a Acceptance, f Finding) bool { return a.names(f, r.same()) }

// accept takes the findings that were accepted out of the way: they become
// warnings, and say so.
func (r *Runner) accept(all []Finding) {
	for i := range all {
		f := &all[i]
		for _, a := range r.Accept {
			if f.Level == LevelError && r.Accepts(a, *f) {
				f.Level, f.Accepted, f.Fix = LevelWarning, true, ""
				f.Text += " (accepted by name)"
			}
		}
	}
}

func (r *Runner) same() func(a, b string) bool {
	if r.Same != nil {
		return r.Same
	}
	return strings.EqualFold
}

// tellUnused adds what unused says to the first step that was looked at.
func (r *Runner) tellUnused(all []StepPlan) {
	for i := range all {
		if all[i].State != StateSkipped {
			all[i].Findings = append(all[i].Findings, r.unused(all)...)
			return
		}
	}
}

// unused warns of what was accepted and is not there: it may be a slip, and the
// finding that was meant another one.
func (r *Runner) unused(all []StepPlan) []Finding {
	var out []Finding
	for _, a := range r.Accept {
		met := false
		for _, s := range all {
			for _, f := range s.Findings {
				met = met || r.Accepts(a, f)
			}
		}
		if !met {
			out = append(out, Finding{Level: LevelWarning, Code: "accept-unused", Text: fmt.Sprintf("--accept %s matches no finding", a),
				Fix: "leave it out, or copy what the finding says: a DN, SID or GUID after the code, and --accept once for each"}.plain())
		}
	}
	return out
}

// Accepted are the findings of a plan that were accepted, each as --accept takes it.
func Accepted(p Plan) (out []string) {
	for _, s := range p.Steps {
		for _, f := range s.Findings {
			if f.Accepted {
				out = append(out, f.Accept)
			}
		}
	}
	return out
}
