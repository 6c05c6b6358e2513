// Package plain renders lines: text for people and logs, one JSON document for
// programs. It knows no stage, directory or tenant. What happens meanwhile goes to Err, what was asked for
// to Out, so that Out can be piped.
package plain

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"writeback/internal/shell"
	"writeback/steps"
	"writeback/wizard"
	"writeback/wizard/tell"
)

// Renderer writes lines. Under JSON everything but the document goes to Err.
type Renderer struct {
	Out, Err  io.Writer
	In        io.Reader // where approval is typed; nil: nobody can be asked
	JSON      bool
	Colour    bool       // ANSI colours in text on Out
	Place     shell.Line // what commands that are named need to lead here again: nothing, or --practice
	Least     float64    // how many percent of the people in scope a verification has to find reached; 0: none
	NoDomain  bool       // none takes part: there are no users to count, and no domain controllers to watch
	Elsewhere bool       // whoever types at In does not see Out: what is to be approved is shown on Err

	typed   *bufio.Reader   // over In, once something was read
	lines   int             // that were read of In
	planned *steps.Measured // the coverage of the plan that was reviewed
	events  tell.Events
}

var _ wizard.UI = (*Renderer)(nil)

// document writes v as the one JSON document of the call.
func (f *Renderer) document(v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := f.Out.Write(steps.PlainJSON(b.Bytes()))
	return err
}

// Approve reads one line and compares it with the phrase. What was typed before it
// asks is no answer.
func (f *Renderer) Approve(ctx context.Context, phrase string) (bool, error) {
	if f.In == nil {
		return false, wizard.ErrNoTerminal
	}
	f.forgetTyped()
	fmt.Fprintf(f.Err, "\nType %s to approve, anything else to leave: ", steps.Plain(phrase))
	line, err := f.line(ctx)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return strings.EqualFold(strings.TrimSpace(line), phrase), nil
}

// Observe tells progress.
func (f *Renderer) Observe(e steps.Event) {
	if text := f.events.Line(e); text != "" {
		fmt.Fprintln(f.Err, steps.Plain(text))
	}
}
