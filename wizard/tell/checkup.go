package tell

import (
	"fmt"
	"time"

	"writeback/steps"
	"writeback/wizard"
)

// Checkup is what doctor shows.
type Checkup struct {
	FormatVersion int            `json:"formatVersion"` // filled in when it is shown
	Target        steps.Target   `json:"target"`
	OK            bool           `json:"ok"` // nothing has to be done, as far as was looked
	Checks        []CheckupCheck `json:"checks"`
	// Advice is what holds whatever is set up; none where only single checks were asked
	// for.
	wizard.Advice
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

// The states of a check.
const (
	checkOK      = "ok"
	checkWarning = "warning"
	checkError   = "error"
	notChecked   = "not-checked"
)

// Document is the checkup for programs: with empty lists in the place of none.
func (c Checkup) Document() Checkup {
	c.FormatVersion = steps.FormatVersion
	for i := range c.Checks {
		x := &c.Checks[i]
		x.Findings = append([]steps.Finding{}, x.Findings...)
		x.Evidence = append([]steps.Evidence{}, x.Evidence...)
	}
	return c
}

// Blocks are what the checks came to. What is fine takes two lines; only what is not, or
// is worth knowing, takes more.
func (c Checkup) Blocks() []Block {
	out := []Block{c.verdict(), gap}
	if c.Target.Domain != "" {
		out = append(out, line(Bare, readFrom(c.Target)), gap)
	}
	domain := ""
	tones := map[string]Tone{checkOK: Good, checkWarning: Warn, checkError: Alarm, notChecked: Faint}
	for _, x := range c.Checks {
		if x.Domain != domain {
			domain = x.Domain
			out = append(out, head("Domain "+domain, ""))
		}
		out = append(out, Block{Check: &Check{Tone: tones[x.State], State: x.State, Title: fmt.Sprintf("%s (%s)", x.Title, x.Code), Text: x.Text}}, Block{Entries: Findings(x.Findings)})
	}
	if len(c.Limits) > 0 {
		t := Table{}
		for _, l := range c.Limits {
			t.Rows = append(t.Rows, []Cell{{Text: l.Written}, {Text: noted(l)}})
		}
		out = append(out, gap, head("Whatever is set up, these are written back or not, by the documents:", ""), Block{Table: &t})
	}
	if len(c.Test) > 0 {
		out = append(out, gap, head("How to see that it works:", ""), Block{List: &List{Numbered: true, Points: c.Test}})
	}
	return out
}

// verdict says what it comes to. What was not checked is never called fine.
func (c Checkup) verdict() Block {
	tally := map[string]int{}
	for _, x := range c.Checks {
		tally[x.State]++
	}
	open := ""
	if n := tally[notChecked]; n > 0 {
		open = "; " + plural(n, "check") + " could not be made"
	}
	warnings := plural(tally[checkWarning], "warning")
	switch {
	case tally[checkError] > 0:
		return line(Alarm, "Somebody has to act: "+plural(tally[checkError], "error")+", "+warnings+open+".")
	case tally[checkWarning] > 0:
		return line(Warn, "Somebody should look: "+warnings+open+".")
	case tally[checkOK] == 0:
		return line(Warn, "Nothing was checked"+open+".")
	}
	return line(Good, "Nothing has to be done, as far as was looked"+open+".")
}
