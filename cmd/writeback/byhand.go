package main

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"writeback/internal/output"
	"writeback/internal/runs"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/wizard/tell"
)

// byHand writes the plan as a page that colleagues can follow without this program.
func (a *app) byHand(form func(io.Writer, tell.Page) error, p steps.Plan) error {
	if form == nil {
		return nil
	}
	var planned []string
	for _, s := range p.Steps {
		if s.Planned() {
			planned = append(planned, s.ID)
		}
	}
	page := tell.ByHand{
		Plan: p, Advice: advice(), Verify: runs.VerifyCommand(a.settings, steps.Run{Target: p.Target, Steps: planned}),
		Practice: settings.Practice.Of(a.settings), Program: version(), At: time.Now(),
	}.Page()
	var b bytes.Buffer
	if err := form(&b, page); err != nil {
		return err
	}
	file := settings.ByHandOut.Of(a.settings)
	if err := output.Save("steps by hand", file, b.Bytes()); err != nil {
		return err
	}
	fmt.Fprintf(a.err, "saved: %s, the steps by hand\n", steps.Plain(file))
	return nil
}
