package plain

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"writeback/steps"
	"writeback/wizard"
)

// Review prints a plan as an administrator would read it: object by object,
// each ACE in the words of the consoles, then in SDDL, then as the command that
// they know.
func (f *Face) Review(r wizard.Review) {
	p := f.page()
	defer p.flush()
	p.line("%s", heading(r))
	p.settings(r.Plan.Settings)
	for _, s := range r.Plan.Steps {
		p.step(s)
	}
	p.line("")
	if n := r.Plan.Pending(); n > 0 {
		p.line("%s. Nothing has been written.", plural(n, "change"))
		p.line("Digest of what approval binds: %s", r.Plan.Digest())
	} else if !r.Plan.Has(steps.StateBlocked) {
		p.line("Nothing to do.")
	}
	if r.Continues != "" {
		p.line("Run %s was interrupted; to apply is to continue it.", r.Continues)
	}
}

func heading(r wizard.Review) string {
	t := r.Plan.Target
	where := fmt.Sprintf("%s (forest %s), read from %s", t.Domain, t.Forest, t.DC)
	if r.File != "" {
		return fmt.Sprintf("Plan file %s for %s", r.File, where)
	}
	return "Plan for " + where
}

// page collects text that was made safe for a terminal, and writes it at once.
type page struct {
	to     io.Writer
	colour bool
	text   strings.Builder
}

func (f *Face) page() *page { return &page{to: f.text(), colour: f.Colour} }

func (p *page) flush() { io.WriteString(p.to, p.text.String()) }

// line adds one line; control characters in it become visible escapes.
func (p *page) line(format string, args ...any) {
	p.text.WriteString(steps.Plain(fmt.Sprintf(format, args...)) + "\n")
}

// painted is line in a colour: an SGR parameter of ECMA-48 8.3.117.
func (p *page) painted(sgr, format string, args ...any) {
	text := steps.Plain(fmt.Sprintf(format, args...))
	if p.colour {
		text = "\x1b[" + sgr + "m" + text + "\x1b[0m"
	}
	p.text.WriteString(text + "\n")
}

const (
	bold   = "1"
	faint  = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

func (p *page) settings(all map[string]steps.Setting) {
	keys := make([]string, 0, len(all))
	for k := range all {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		p.line("  %-12s %-44v %s", k, all[k].Value, all[k].From)
	}
}

func (p *page) step(s steps.StepPlan) {
	p.line("")
	p.painted(bold, "%s: %s", s.Title, stateWords(s))
	target := ""
	for _, c := range s.Changes {
		if c.Target != target {
			target = c.Target
			p.line("")
			p.line("  %s", target)
		}
		p.change(c)
	}
	if len(s.Findings)+len(s.Evidence) > 0 {
		p.line("")
	}
	for _, n := range s.Findings {
		p.finding(n)
	}
	for _, e := range s.Evidence {
		p.line("  %-8s %s [%s, %s]", e.State, e.What, e.Source, e.At.UTC().Format("2006-01-02 15:04:05Z"))
	}
}

func stateWords(s steps.StepPlan) string {
	switch s.State {
	case steps.StateChange:
		return plural(len(s.Changes), "change")
	case steps.StateOK:
		return "as it should be"
	case steps.StateManual:
		return "a person has to do what is left"
	case steps.StateBlocked:
		return "blocked"
	default:
		return string(s.State)
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

var signs = map[string]struct{ sign, sgr string }{
	steps.VerbAdd: {"+", green}, steps.VerbRemove: {"-", red}, steps.VerbSet: {"~", yellow},
}

func (p *page) change(c steps.Change) {
	s := signs[c.Verb]
	p.painted(s.sgr, "    %s %s", s.sign, c.Line)
	for _, detail := range []struct{ label, text string }{{"", c.SDDL}, {"before: ", c.Before}, {"after:  ", c.After}, {"same as: ", c.Equivalent}} {
		if detail.text != "" {
			p.painted(faint, "        %s%s", detail.label, detail.text)
		}
	}
}

func (p *page) finding(n steps.Finding) {
	sgr := map[steps.Level]string{steps.LevelError: red, steps.LevelWarning: yellow, steps.LevelInfo: cyan}[n.Level]
	p.painted(sgr, "  %-8s %s: %s", n.Level, n.Code, n.Text)
	if n.Fix != "" {
		p.line("           fix: %s", n.Fix)
	}
}
