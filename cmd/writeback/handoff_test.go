package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig/syncserver"
	"writeback/internal/practice"
	"writeback/steps"
)

// The answer of a hand-off can be pasted: it is evidence like one from a file.
func TestPastedAnswer(t *testing.T) {
	t.Parallel()
	world, err := practice.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer world.Close()
	world.Server.Set(true)
	answer, err := world.Server.Run(t.Context(), syncserver.Inspect, syncserver.NewAsk(time.Now().Add(-time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	p := newProgram(t)
	cmd := p.command("verify", "--practice", "--only", "writeback", "--handoff-answer", "-", "--output", "json")
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(answer), &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, errs.String())
	}
	v := decode[steps.Verification](t, outcome{out: out.String()})
	for _, s := range v.Steps {
		if s.ID == "writeback" && (s.Evidence[0].State != steps.EvidenceVerified || !strings.Contains(s.Evidence[0].Source, "SYNC01")) {
			t.Errorf("the evidence is %+v", s.Evidence)
		}
	}
	cmd = p.command("verify", "--practice", "--only", "writeback", "--handoff-answer", "-")
	cmd.Stdin, cmd.Stderr = strings.NewReader("something else"), &errs
	if err := cmd.Run(); err == nil || !strings.Contains(errs.String(), "answer") {
		t.Errorf("%v: %s", err, errs.String())
	}
}
