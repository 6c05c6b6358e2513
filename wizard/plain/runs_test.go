package plain

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"writeback/steps"
)

func TestRunsSeen(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	run := func(id, state string, before time.Duration) steps.Run {
		return steps.Run{ID: id, State: state, Started: now.Add(-before), Who: steps.Who{User: "jo", Host: "admin-pc", Identity: `CORP\jo`},
			Target: steps.Target{Domain: "corp.example", DC: "dc1.corp.example"}}
	}
	all := []steps.Run{run("20261122T085900Z-3f2a", "done", 3*time.Hour), run("20261101T000000Z-0001", "partial", 21*24*time.Hour), run("20261122T115959Z-0002", "in doubt\x1b[2J", time.Second)}
	seen := func(now time.Time, columns int) string {
		t.Helper()
		var out bytes.Buffer
		if err := (&Renderer{Out: &out, Err: io.Discard}).RunsSeen(all, now, columns); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	wide := seen(now, 200)
	for _, part := range []string{"STARTED", "3 hours ago", "21 days ago", "just now", `signed in as CORP\jo`, "dc1.corp.example", `\u001b[2J`} {
		if !strings.Contains(wide, part) {
			t.Errorf("no %q in\n%s", part, wide)
		}
	}
	for columns := 53; columns < 140; columns++ {
		text := seen(now, columns)
		for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
			if n := utf8.RuneCountInString(line); n > columns {
				t.Fatalf("%d columns of %d:\n%s", n, columns, text)
			}
		}
		for _, id := range []string{all[0].ID, all[1].ID, all[2].ID, "21 days ago"} {
			if !strings.Contains(text, id) {
				t.Fatalf("at %d columns %s is not shown:\n%s", columns, id, text)
			}
		}
	}
	if text := seen(now, 80); !strings.Contains(text, "corp.example") || strings.Contains(text, "dc1.") {
		t.Errorf("at 80 columns:\n%s", text)
	}
	if text := seen(now, 10); strings.Contains(text, "OURS") || !strings.Contains(text, all[0].ID+"  ") {
		t.Errorf("at 10 columns:\n%s", text)
	}
	log := seen(time.Time{}, 0)
	if !strings.Contains(log, "2026-11-22 09:00Z") || strings.Contains(log, "ago") || !strings.Contains(log, "dc1.corp.example") {
		t.Errorf("in a log:\n%s", log)
	}
	var one, other bytes.Buffer
	f := &Renderer{Out: &one, Err: io.Discard, JSON: true}
	if err := f.RunsSeen(all, now, 20); err != nil {
		t.Fatal(err)
	}
	f.Out = &other
	if err := f.Runs(all); err != nil || one.String() != other.String() || !strings.Contains(one.String(), "dc1.corp.example") {
		t.Errorf("JSON is another one: %v, %s", err, one.String())
	}
}
