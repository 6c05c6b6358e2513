package exit

import (
	"encoding/json"
	"io"

	"writeback/steps"
	"writeback/wizard"
)

// Document is what a program reads of an error, where there was no document before
// it.
type Document struct {
	FormatVersion int     `json:"formatVersion"`
	Error         Content `json:"error"`
}

// Content is the error in it.
type Content struct {
	Code   string   `json:"code"`
	What   string   `json:"what"`
	Detail string   `json:"detail,omitempty"`
	Try    []string `json:"try,omitempty"`
}

// Names are the names of the exit codes of errors.
var Names = map[int]string{
	Error: "error", Usage: "usage", Changes: "changes", SignIn: "sign-in-refused",
	Drift: "drift", Manual: "manual", Refused: "refused", Cancelled: "cancelled",
}

// Document writes what a program reads of an error.
func (c Call) Document(w io.Writer, err error) {
	d := Document{FormatVersion: steps.FormatVersion, Error: Content{Code: Names[c.Code(err)]}}
	say := func(line string) string { return steps.Plain(c.Redact(line)) }
	add := func(line string) {
		switch e := &d.Error; {
		case e.What == "":
			e.What = say(line)
		case e.Detail == "":
			e.Detail = say(line)
		default:
			e.Detail += "\n" + say(line)
		}
	}
	if blocked := wizard.BlockedIn(err); c.Code(err) == Refused {
		for _, b := range blocked {
			for _, f := range b.Findings {
				add(b.Step + " is blocked: " + f.Text)
				if f.Fix != "" {
					d.Error.Try = append(d.Error.Try, say(f.Fix))
				}
			}
		}
	} else {
		for _, line := range steps.Lines(err) {
			add(line)
		}
		if hint := c.hintFor(err); hint != "" {
			d.Error.Try = []string{steps.Plain(hint)}
		}
	}
	raw, err := json.MarshalIndent(d, "", "  ")
	if err == nil {
		_, _ = w.Write(append(steps.PlainJSON(raw), '\n')) // the exit code says that it failed
	}
}
