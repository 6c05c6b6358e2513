package plain

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"writeback/steps"
	"writeback/wizard/tell"
)

var someReplicas = []tell.Replica{
	{DC: "dc1.corp.example", Site: "Oslo", State: tell.ReplicaDone, Users: 4000, Carry: 4000, Done: true, Seconds: 0.3},
	{DC: "dc2.corp.example", Site: "Oslo", State: tell.ReplicaPropagating, Users: 4000, Carry: 3999, Seconds: 90},
	{DC: "dc3.corp.example", Site: "Rome", State: tell.ReplicaReplicating, Users: 1234567, Seconds: 90},
	{DC: "rodc.corp.example", Site: "Kyiv", ReadOnly: true, State: tell.ReplicaError, Error: "no\x1b[31m route", Seconds: 90},
	{DC: "DC5", State: tell.ReplicaRefused, Error: "wrong password", Seconds: 90},
}

func TestPropagated(t *testing.T) {
	for name, c := range map[string]struct {
		p    tell.Propagation
		want []string
		not  []string
	}{
		"everywhere": {tell.Propagation{Replicas: append(someReplicas[:1:1], someReplicas[0]), Everywhere: true},
			[]string{"On all 2 DCs", "4,000 of 4,000 users", "done after 0.3 s", "AdminSDHolder's", "MS-ADTS 3.1.1.6.3"}, []string{"not done"}},
		"one DC": {tell.Propagation{Replicas: someReplicas[:1], Everywhere: true}, []string{"On the domain's one DC"}, []string{"not done", "Queue"}},
		"the time was over": {tell.Propagation{Replicas: someReplicas, Waited: 90 * time.Second},
			[]string{"4 of 5 DCs not done after 1m30s", "Propagator Runtime Queue", "3,999 of 4,000 users", "0 of 1,234,567 users", "propagator is at work", "change is not there yet",
				"rodc.corp.example (read-only)", `no\u001b[31m route`, "wrong password (not tried again", "AdminSDHolder's"}, []string{"\x1b", "nothing to wait for"}},
		"nowhere": {tell.Propagation{Replicas: someReplicas[2:3], Nowhere: []string{"corp.example"}},
			[]string{"In corp.example no DC that answered", "writeback plan"}, []string{"AdminSDHolder"}},
	} {
		var out, err bytes.Buffer
		f := &Renderer{Out: &out, Err: &err}
		if e := f.Propagated(steps.Verification{}, c.p); e != nil {
			t.Fatal(e)
		}
		for _, want := range c.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, &out)
			}
		}
		for _, not := range c.not {
			if strings.Contains(out.String(), not) {
				t.Errorf("%s: %q in\n%s", name, not, &out)
			}
		}
		if err.Len() > 0 {
			t.Errorf("%s: on the other output: %s", name, &err)
		}
	}
}

// The document of verify is as it is without, and has the DCs beside.
func TestPropagatedJSON(t *testing.T) {
	var out bytes.Buffer
	f := &Renderer{Out: &out, Err: &bytes.Buffer{}, JSON: true}
	v := steps.Verification{FormatVersion: 1, OK: true, Steps: []steps.StepPlan{}}
	if err := f.Propagated(v, tell.Propagation{Replicas: someReplicas[1:2]}); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	row := got["propagation"].([]any)[0].(map[string]any)
	if got["ok"] != true || got["formatVersion"] != 1.0 || row["dc"] != "dc2.corp.example" || row["site"] != "Oslo" || row["readOnly"] != false ||
		row["users"] != 4000.0 || row["carry"] != 3999.0 || row["done"] != false || row["seconds"] != 90.0 || row["error"] != nil || len(row) != 8 {
		t.Errorf("%s", &out)
	}
}

// Without a terminal there is a line for each news, and none for what was said.
func TestWatchingInLines(t *testing.T) {
	var err bytes.Buffer
	w := (&Renderer{Err: &err}).Watching(nil)
	all := []tell.Replica{{DC: "dc1", State: tell.ReplicaUnseen}, {DC: "dc2", State: tell.ReplicaUnseen}}
	w.Tell(all)
	all[0] = tell.Replica{DC: "dc1", State: tell.ReplicaDone, Users: 1, Carry: 1, Done: true}
	w.Tell(all)
	all[1] = tell.Replica{DC: "dc2", ReadOnly: true, State: tell.ReplicaReplicating, Users: 4000}
	w.Tell(all)
	all[1].Counted = 2000
	w.Tell(all)
	all[1] = tell.Replica{DC: "dc2", ReadOnly: true, State: tell.ReplicaError, Error: "gone\nforged line"}
	w.Tell(all)
	want := "dc1  1 of 1 user\ndc2 (read-only)  0 of 4,000 users: the change is not there yet\ndc2 (read-only)  " + `gone\u000aforged line` + "\n"
	if err.String() != want {
		t.Errorf("%q, want %q", &err, want)
	}
}

// On a terminal the bars stay in their place, and no line is broken by it.
func TestWatchingInBars(t *testing.T) {
	const columns = 76
	var err bytes.Buffer
	w := (&Renderer{Err: &err}).Watching(func() (int, int) { return columns, 24 })
	w.Tell(someReplicas[:2])
	first := err.String()
	w.Tell(someReplicas[:2])
	second := err.String()[len(first):]
	if second != "\x1b[2A"+first {
		t.Errorf("%q, then %q", first, second)
	}
	if !strings.Contains(first, "dc1.corp.example  [####################]  4,000 of 4,000 users\n") || !strings.Contains(first, "dc2.corp.example  [###################.]  ") {
		t.Errorf("%q", first)
	}
	err.Reset()
	hostile := tell.Replica{DC: strings.Repeat("ж", 100), State: tell.ReplicaError, Error: "\x1b[2J\n" + strings.Repeat("世界", 50)}
	w = (&Renderer{Err: &err}).Watching(func() (int, int) { return columns, 24 })
	w.Tell([]tell.Replica{hostile})
	line := strings.TrimSuffix(strings.TrimPrefix(err.String(), "\r\x1b[2K"), "\n")
	if len(line) >= columns || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r > '~' }) {
		t.Errorf("%d: %q", len(line), line)
	}
	working := tell.Replica{DC: "dc1", State: tell.ReplicaUnseen, Counted: 15000}
	err.Reset()
	w.Tell([]tell.Replica{working})
	if !strings.Contains(err.String(), "[....................]  15,000 users looked at") {
		t.Errorf("%q", &err)
	}
}

// Where the bars would not fit, there are lines.
func TestWatchingWithoutRoom(t *testing.T) {
	for _, size := range [][2]int{{20, 24}, {80, 5}, {0, 0}} {
		var err bytes.Buffer
		w := (&Renderer{Err: &err}).Watching(func() (int, int) { return size[0], size[1] })
		w.Tell(someReplicas)
		w.Tell(someReplicas)
		if got := strings.Count(err.String(), "\n"); got != len(someReplicas) || strings.Contains(err.String(), "\x1b") {
			t.Errorf("%v: %d lines: %q", size, got, &err)
		}
	}
}
