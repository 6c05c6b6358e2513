package bundle

import (
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/steps"
)

// Plan adds what would be done: states, codes and the changes themselves. No sentence
// passes, for sentences name things.
func (m *Maker) Plan(p steps.Plan) { m.b.Plan.Steps = m.steps(p.Steps) }

func (m *Maker) steps(all []steps.StepPlan) []Step {
	out := []Step{}
	for _, s := range all {
		one := Step{ID: m.stepID(s.ID), State: among(string(s.State), stepStates...), Changes: []Change{}, Findings: []Finding{}, Evidence: []string{}}
		for _, c := range s.Changes {
			one.Changes = append(one.Changes, m.change(c))
		}
		for _, f := range s.Findings {
			one.Findings = append(one.Findings, Finding{among(string(f.Level), string(steps.LevelInfo), string(steps.LevelWarning), string(steps.LevelError)), matching(f.Code, codeForm)})
			m.leave(leftTexts)
		}
		for _, e := range s.Evidence {
			one.Evidence = append(one.Evidence, among(e.State, steps.EvidenceVerified, steps.EvidenceAttested, steps.EvidenceReported, steps.EvidenceUnknown, steps.EvidenceOff))
			m.leave(leftTexts)
		}
		out = append(out, one)
	}
	return out
}

// stepStates are the words for how a step stands.
var stepStates = []string{string(steps.StateChange), string(steps.StateOK), string(steps.StateManual), string(steps.StateBlocked), string(steps.StateSkipped), string(steps.StateUnplanned)}

// runStates are those of a run, and of a result, as a journal has them.
var runStates = []string{steps.RunEmpty, steps.RunAttested, steps.RunTold, steps.RunDone, steps.RunManual, steps.RunPartial, steps.RunInDoubt, steps.RunUndone}

// stepID is that of a step: a stage, which may name its domain.
func (m *Maker) stepID(id string) string {
	stage, domain, of := strings.Cut(id, "@")
	stage = matching(stage, codeForm)
	if of {
		return stage + "@" + m.names.DNS(domain)
	}
	return stage
}

// What is not an object, by how the stages call it.
var settingsOf = []struct{ begins, word string }{
	{"sync server ", "sync server"}, {"tenant ", "tenant"}, {"Password reset > On-premises integration", "Password reset > On-premises integration"},
}

func (m *Maker) change(c steps.Change) Change {
	values := []string{"true", "false", "yes", "no", "enabled", "disabled"}
	out := Change{Verb: among(c.Verb, steps.VerbAdd, steps.VerbRemove, steps.VerbSet), Before: among(c.Before, values...), After: among(c.After, values...)}
	if c.SDDL != "" {
		out.SDDL = m.sddlACE(c.SDDL)
	}
	if dn, is := m.names.DN(c.Target); is {
		out.Target = dn
		return out
	}
	for _, s := range settingsOf {
		if strings.HasPrefix(c.Target, s.begins) {
			out.Target = s.word
		}
	}
	return out
}

// Coverage adds what coverage and explain say of one domain. Whole says that all users of
// the domain are examples.
func (m *Maker) Coverage(c steps.Coverage, whole bool, examples []Example) {
	if m.b.Coverage == nil {
		m.b.Coverage = &Coverage{}
	}
	d := DomainCoverage{Users: c.Users, Whole: whole, Blocked: []Reached{}, Examples: []Example{}}
	if c.Before != nil && c.After != nil {
		d.Before, d.After = *c.Before, *c.After
	}
	for _, b := range c.Blocked {
		d.Blocked = append(d.Blocked, Reached{matching(b.Reason, codeForm), b.Count})
		m.leave(leftTexts)
	}
	for _, e := range examples {
		dn, ok := m.names.DN(e.DN)
		if !ok {
			m.leave(leftObject)
			continue
		}
		e.DN = dn
		e.Codes = slices.DeleteFunc(slices.Clone(e.Codes), func(code string) bool { return !codeForm.MatchString(code) })
		e.Reasons, e.Rights = coded(e.Reasons), known(e.Rights)
		d.Examples = append(d.Examples, e)
	}
	slices.SortFunc(d.Examples, func(a, b Example) int { return strings.Compare(a.DN, b.DN) })
	m.b.Coverage.Domains = append(m.b.Coverage.Domains, d)
}

// known are the rights that writeback takes, by the names that the program has for them.
func known(all map[string]bool) map[string]bool {
	out := map[string]bool{}
	for name, granted := range all {
		if right := among(name, "Reset password", "Write lockoutTime", "Write pwdLastSet", "Unexpire Password"); right != "" {
			out[right] = granted
		}
	}
	return out
}

func coded(all map[string]string) map[string]string {
	out := map[string]string{}
	for code, weight := range all {
		if codeForm.MatchString(code) && slices.Contains(adperms.Weights, adperms.Weight(weight)) {
			out[code] = weight
		}
	}
	return out
}

// Journal adds the records of a run.
func (m *Maker) Journal(all []steps.Record) {
	m.b.Journal = []Record{}
	for _, r := range all {
		out := Record{Seq: r.Seq, Time: m.moved(r.Time), Kind: matching(string(r.Kind), codeForm), Step: m.stepID(r.Step), Of: r.Of,
			Failed: r.Error != "", Answered: r.Answered, Settled: r.ByInspection, State: among(r.State, runStates...)}
		if r.Opening != nil {
			out.Verb, out.Program = matching(r.Opening.Verb, codeForm), matching(r.Opening.Program, programForm)
		}
		if r.Change != nil {
			c := m.change(*r.Change)
			out.Change = &c
		}
		if r.Outcome != nil {
			out.Outcome = m.steps(r.Outcome)
		}
		if r.Error != "" || r.Attestation != nil || r.Told != nil {
			m.leave(leftTexts)
		}
		m.b.Journal = append(m.b.Journal, out)
	}
}
