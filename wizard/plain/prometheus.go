package plain

import (
	"fmt"
	"strings"
	"time"

	"writeback/steps"
	"writeback/wizard/tell"
)

// A check in the text-based exposition format of Prometheus, version 0.0.4, for
// whoever alerts on drift and coverage. Every sample says which domain it is of, so
// that files of several domains can lie beside each other.

// Checked is one verify, and when it was.
type Checked struct {
	Target       steps.Target
	Verification steps.Verification
	At           time.Time
	Program      string  // the version
	Least        float64 // how many percent of the people in scope have to be reached; 0: none
}

// Metrics writes a check as metrics.
func (f *Renderer) Metrics(c Checked) error {
	_, err := f.Out.Write(Exposition(c))
	return err
}

// Exposition is the text of a check. What was not looked at has no sample: no
// coverage, no users.
func Exposition(c Checked) []byte {
	var e exposition
	domain := label{"domain", c.Target.Domain}
	e.metric("writeback_info", "What was checked, and by which version.",
		sample{1, labels{domain, {"forest", c.Target.Forest}, {"dc", c.Target.DC}, {"tenant", c.Target.Tenant}, {"version", c.Program}}})
	e.metric("writeback_last_check_timestamp_seconds", "When it was checked, in seconds since 1970.",
		sample{float64(c.At.UnixMilli()) / 1000, labels{domain}})
	enough, _ := tell.Enough(c.Verification, c.Least)
	e.metric("writeback_ok", "1 where every stage that was looked at is as it should be, and as many people are reached as --min-coverage asks for.",
		sample{truth(c.Verification.OK && enough), labels{domain}})
	e.stages(domain, c.Verification.Steps)
	if all, ok := c.Verification.Coverage.Coverage(); ok {
		e.users(domain, all)
	}
	return []byte(e.String())
}

// stages says of each stage in which state it is, as a state set, and how much is
// to be done.
func (e *exposition) stages(domain label, all []steps.StepPlan) {
	var states, changes, findings []sample
	for _, s := range all {
		stage := label{"stage", s.ID}
		for _, state := range []steps.State{steps.StateOK, steps.StateChange, steps.StateManual, steps.StateBlocked, steps.StateSkipped} {
			states = append(states, sample{truth(s.State == state), labels{domain, stage, {"state", string(state)}}})
		}
		if !s.Planned() {
			continue
		}
		changes = append(changes, sample{float64(len(s.Changes)), labels{domain, stage}})
		for _, level := range []steps.Level{steps.LevelError, steps.LevelWarning} {
			n := 0
			for _, f := range s.Findings {
				if f.Level == level {
					n++
				}
			}
			findings = append(findings, sample{float64(n), labels{domain, stage, {"level", string(level)}}})
		}
	}
	e.metric("writeback_stage_state", "1 for the state that a stage is in.", states...)
	e.metric("writeback_stage_changes", "Changes that are needed: drift, or what was never made.", changes...)
	e.metric("writeback_stage_findings", "Findings about a stage, by level.", findings...)
}

// users counts those whose password can be written back, domain by domain.
func (e *exposition) users(domain label, all steps.Coverage) {
	each := all.Domains
	if len(each) == 0 {
		each = []steps.Coverage{all}
	}
	var users, disabled, writable, blocked, inScope, reached []sample
	for _, c := range each {
		of := domain
		if c.Domain != "" {
			of.value = c.Domain
		}
		users = append(users, sample{float64(c.Users), labels{of}})
		disabled = append(disabled, sample{float64(c.Disabled), labels{of}})
		if c.Writable != nil {
			writable = append(writable, sample{float64(*c.Writable), labels{of}})
		}
		if r, counted := tell.ReachOf(c, false); counted {
			inScope = append(inScope, sample{float64(r.InScope), labels{of}})
			reached = append(reached, sample{float64(r.Reached), labels{of}})
		}
		for _, b := range c.Blocked {
			blocked = append(blocked, sample{float64(b.Count), labels{of, {"reason", b.Reason}}})
		}
	}
	e.metric("writeback_users", "Users that were looked at.", users...)
	e.metric("writeback_users_disabled", "Users among them that are disabled.", disabled...)
	e.metric("writeback_users_writable", "Users whose password can be written back.", writable...)
	e.metric("writeback_people_in_scope", "People who are to be reached: users below one of the scopes, without those that are disabled, have a servicePrincipalName, or are not synchronized to the tenant, where it was asked.", inScope...)
	e.metric("writeback_people_reached", "People in scope whose password can be written back.", reached...)
	e.metric("writeback_users_blocked", "Users whose password cannot be written back, by reason.", blocked...)
}

type (
	label  struct{ name, value string }
	labels []label
	sample struct {
		value  float64
		labels labels
	}
	exposition struct{ strings.Builder }
)

// metric adds a gauge with its samples; nothing where there are none.
func (e *exposition) metric(name, help string, all ...sample) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(e, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name)
	for _, s := range all {
		parts := make([]string, 0, len(s.labels))
		for _, l := range s.labels {
			parts = append(parts, l.name+`="`+escapeLabel.Replace(steps.Plain(l.value))+`"`)
		}
		fmt.Fprintf(e, "%s{%s} %s\n", name, strings.Join(parts, ","), number(s.value))
	}
}

// escapeLabel writes a value between its quotation marks. A line break cannot be
// in it any more.
var escapeLabel = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// number is a value without an exponent, which people read these files without.
func number(v float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.3f", v), "0"), ".")
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
