package plain

import (
	"time"

	"writeback/steps"
)

// Checkup is what doctor shows.
type Checkup struct {
	FormatVersion int            `json:"formatVersion"` // filled in when it is shown
	Target        steps.Target   `json:"target"`
	OK            bool           `json:"ok"` // nothing has to be done, as far as was looked
	Checks        []CheckupCheck `json:"checks"`
	// Limits and Test are what holds whatever is set up; none where only single
	// checks were asked for.
	Limits []CheckupLimit `json:"limits,omitempty"`
	Test   []string       `json:"test,omitempty"`
}

// CheckupCheck is one check: ok, warning, error or not-checked.
type CheckupCheck struct {
	Domain   string           `json:"domain,omitempty"` // where several are looked at
	Code     string           `json:"code"`
	Title    string           `json:"title"`
	State    string           `json:"state"`
	Text     string           `json:"text"`             // what was seen, or why nothing was
	Source   string           `json:"source,omitempty"` // where it was seen
	At       time.Time        `json:"at"`               // UTC
	Findings []steps.Finding  `json:"findings"`
	Evidence []steps.Evidence `json:"evidence"`
}

// CheckupLimit is a way to change a password, and whether it is written back.
type CheckupLimit struct {
	What    string `json:"what"`
	Written string `json:"writtenBack"` // "yes", "no" or "unclear"
	Note    string `json:"note,omitempty"`
}

// The states of a check.
const (
	checkOK      = "ok"
	checkWarning = "warning"
	checkError   = "error"
	notChecked   = "not-checked"
)

var checkColours = map[string]string{checkOK: green, checkWarning: yellow, checkError: red, notChecked: faint}

// CheckedUp shows what the checks came to.
func (f *Renderer) CheckedUp(c Checkup) error {
	if f.JSON {
		c.FormatVersion = steps.FormatVersion
		for i := range c.Checks {
			c.Checks[i] = c.Checks[i].normal()
		}
		return f.document(c)
	}
	p := f.page()
	tally, domain := map[string]int{}, ""
	for _, check := range c.Checks {
		tally[check.State]++
	}
	p.checkupVerdict(tally)
	p.line("")
	if c.Target.Domain != "" {
		p.line("%s, read from %s", c.Target.Domain, c.Target.DC)
		p.line("")
	}
	for _, check := range c.Checks {
		if check.Domain != domain {
			domain = check.Domain
			p.painted(bold, "Domain %s", domain)
		}
		p.check(check)
	}
	p.limits(c)
	return p.flush()
}

// normal is the check with empty lists in the place of none.
func (c CheckupCheck) normal() CheckupCheck {
	if c.Findings == nil {
		c.Findings = []steps.Finding{}
	}
	if c.Evidence == nil {
		c.Evidence = []steps.Evidence{}
	}
	return c
}

// check adds one check. What is fine takes two lines; only what is not, or is
// worth knowing, takes more.
func (p *page) check(c CheckupCheck) {
	p.painted(checkColours[c.State], "%-12s %s (%s)", c.State, c.Title, c.Code)
	if c.Text != "" {
		p.line("             %s", c.Text)
	}
	p.findings(c.Findings)
}

func (p *page) limits(c Checkup) {
	if len(c.Limits) > 0 {
		p.line("")
		p.painted(bold, "Whatever is set up, these are written back or not, by the documents:")
		var rows [][]string
		for _, l := range c.Limits {
			what := l.What
			if l.Note != "" {
				what += " (" + l.Note + ")"
			}
			rows = append(rows, []string{l.Written, what})
		}
		p.table("  ", rows)
	}
	if len(c.Test) > 0 {
		p.line("")
		p.painted(bold, "How to see that it works:")
		for i, step := range c.Test {
			p.line("  %d. %s", i+1, step)
		}
	}
}

// checkupVerdict says what it comes to. What was not checked is never called fine.
func (p *page) checkupVerdict(tally map[string]int) {
	open := ""
	if n := tally[notChecked]; n > 0 {
		open = "; " + plural(n, "check") + " could not be made"
	}
	switch {
	case tally[checkError] > 0:
		p.painted(red, "Somebody has to act: %s, %s%s.", plural(tally[checkError], "error"), plural(tally[checkWarning], "warning"), open)
	case tally[checkWarning] > 0:
		p.painted(yellow, "Somebody should look: %s%s.", plural(tally[checkWarning], "warning"), open)
	case tally[checkOK] == 0:
		p.painted(yellow, "Nothing was checked%s.", open)
	default:
		p.painted(green, "Nothing has to be done, as far as was looked%s.", open)
	}
}
