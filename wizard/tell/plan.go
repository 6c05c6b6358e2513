package tell

import (
	"fmt"
	"maps"
	"slices"

	"writeback/steps"
	"writeback/wizard"
)

// Plan is a plan for whoever reads lines: what is in the way, what it comes to, and then
// all of it.
func Plan(r wizard.Review, v Voice) []Block {
	out := Barriers(r.Plan.Steps)
	out = append(out, Verdict(r, v)...)
	out = append(out, gap, line(Bare, planOf(r)))
	out = append(out, Settings(r.Plan.Settings, v)...)
	for _, s := range r.Plan.Steps {
		out = append(out, StageOf(s, s.Findings, v)...)
	}
	out = append(out, Users(r.Plan.Coverage, v)...)
	out = append(out, Needs(r.Plan.Steps)...)
	if r.Plan.Pending() > 0 {
		out = append(out, gap, Digest(r.Plan))
	}
	return out
}

// planOf says which plan it is.
func planOf(r wizard.Review) string {
	t := r.Plan.Target
	where := t.Name()
	if t.DC != "" {
		where = fmt.Sprintf("%s (forest %s), read from %s", t.Domain, t.Forest, t.DC)
	}
	if r.File != "" {
		return fmt.Sprintf("Plan file %s for %s", r.File, where)
	}
	return "Plan for " + where
}

// PlanTitle and PlanMade begin a plan on a page of its own.
func PlanTitle(p steps.Plan) string { return "Password writeback: plan for " + p.Target.Name() }

// PlanMade says where and when it was read.
func PlanMade(p steps.Plan) string {
	tenant := ""
	if p.Target.Tenant != "" {
		tenant = ", tenant " + p.Target.Tenant
	}
	if p.Target.DC == "" {
		return fmt.Sprintf("No domain was read%s. Made %s.", tenant, minuteOf(p.Created))
	}
	return fmt.Sprintf("Forest %s, read from %s%s. Made %s.", p.Target.Forest, p.Target.DC, tenant, minuteOf(p.Created))
}

// Digest is what approval binds, in short.
func Digest(p steps.Plan) Block {
	return Block{Named: &Named{Tone: Faint, Name: digestTitle, Text: p.Digest(), Code: true}}
}

const digestTitle = "Digest of what approval binds"

// Consent is the verdict beside which a plan is approved, with where it is written and what
// approval binds.
func Consent(r wizard.Review) []Block {
	t := r.Plan.Target
	out := Verdict(r, Screen)
	if t.Domain != "" {
		out = append(out, line(Faint, "Domain "+t.Domain+", written on "+t.DC))
	}
	if t.Tenant != "" {
		out = append(out, line(Faint, "Tenant "+t.Tenant))
	}
	return append(out, line(Faint, digestTitle+":"), Block{Code: &Code{Text: r.Plan.Digest()}})
}

// Settings lists values with where they came from, by name.
func Settings(all map[string]steps.Setting, v Voice) []Block {
	if len(all) == 0 {
		return nil
	}
	t := Table{Caption: v.of("Settings", "Settings, and where they came from"), Head: []string{"Setting", "Value", "From"}}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Rows = append(t.Rows, []Cell{{Text: name}, {Text: v.value(all[name].Value)}, {Text: all[name].From}})
	}
	return []Block{{Table: &t}}
}

// Barriers says what nothing is written in spite of, and then what somebody has to accept
// by name.
func Barriers(all []steps.StepPlan) (out []Block) {
	refused, accept := inTheWay(all)
	for _, f := range refused {
		out = append(out, Block{Para: &Para{Tone: Alarm, Head: "Refused:", Code: f.Code, Text: f.Text, Fix: f.Fix}})
	}
	for _, f := range accept {
		out = append(out, Block{Para: &Para{Tone: Warn, Head: "To be accepted:", Code: f.Code, Text: f.Text, Fix: f.Fix}})
	}
	return out
}

// inTheWay lists the findings that block writing, and those that must be accepted, each
// once.
func inTheWay(all []steps.StepPlan) (refused, accept []steps.Finding) {
	told := map[string]bool{}
	for _, s := range all {
		for _, f := range s.Findings {
			key := f.Code + "\x00" + f.Text
			if f.Level != steps.LevelError || told[key] {
				continue
			}
			told[key] = true
			if f.Accept != "" {
				accept = append(accept, f)
			} else {
				refused = append(refused, f)
			}
		}
	}
	return refused, accept
}

// nothingInspected is the verdict where no stage was looked at.
const nothingInspected = "Nothing was looked at: these settings leave every stage out."

// Verdict says what a plan comes to, and how it goes on.
func Verdict(r wizard.Review, v Voice) []Block {
	tone, text := verdictOf(r)
	out := []Block{{Para: &Para{Tone: tone, Text: text, Verdict: true}}}
	if v != Screen {
		for _, why := range hindrances(r.Plan) {
			out = append(out, say(Warn, "Not for this account to apply:", why+"."))
		}
	}
	if r.Approved {
		out = append(out, line(v.tone(Bare, Good), "All of it was approved in this sitting: it is made without asking again."))
	}
	if r.Continues != "" {
		out = append(out, line(v.tone(Bare, Warn), "Run "+r.Continues+" was interrupted; to "+v.of("apply", "go on")+" is to continue it."))
	}
	if r.File != "" && v == Screen {
		out = append(out, line(Faint, "From plan file "+r.File))
	}
	return out
}

// verdictOf is the sentence for what a plan comes to. A plan that continues says how far it
// has come.
func verdictOf(r wizard.Review) (Tone, string) {
	left, all := r.Pending, r.Plan.Pending()
	if r.Made > 0 { // a fresh plan has only what is left; a plan file has all of it
		all = max(all, r.Made+left)
	}
	switch {
	case r.Plan.Has(steps.StateBlocked) && r.Made > 0:
		return Alarm, "Blocked: fix the errors first. Until then, nothing more is written. " + far(r, all)
	case r.Plan.Has(steps.StateBlocked):
		return Alarm, "Blocked: fix the errors first. Until then, nothing is written."
	case all == 0 && r.Plan.Has(steps.StateManual):
		return Warn, "Nothing is left for a program to do. A manual step waits."
	case all == 0 && !steps.Inspected(r.Plan.Steps):
		return Good, nothingInspected
	case all == 0:
		return Good, "Nothing to do."
	case left == 0:
		return Good, "All of this is in place already: nothing to do."
	case left < all:
		return Bare, far(r, all)
	}
	return Bare, plural(left, "change") + ". Nothing has been written yet."
}

// far says how far a plan has come.
func far(r wizard.Review, all int) string {
	how := "in place already"
	if r.Made > 0 {
		how = "made"
	}
	return fmt.Sprintf("%d of %s are %s; %d left.", all-r.Pending, plural(all, "change"), how, r.Pending)
}

// hindrances are the texts of what would have an apply of p refused under the
// circumstances that it was made in, although the plan itself is whole.
func hindrances(p steps.Plan) (all []string) {
	for _, s := range p.Steps {
		for _, f := range s.Findings {
			if f.AtApply {
				all = append(all, f.Text)
			}
		}
	}
	return all
}
