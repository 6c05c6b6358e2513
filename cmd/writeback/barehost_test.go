package main

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"writeback/adperms/directory"
	"writeback/internal/exit"
	"writeback/internal/sambatest"
	"writeback/internal/settings"
	"writeback/steps"
)

// A bare host is the whole URL wherever it came from, and is refused alike.
func TestBareHostIsAWholeURL(t *testing.T) {
	const host, url = "dc1.corp.example", "ldaps://dc1.corp.example"
	for name, c := range map[string]struct {
		args []string
		env  map[string]string
		yaml string
		from string
	}{
		"flag":        {[]string{"--dc", host}, nil, "", "flag"},
		"environment": {nil, map[string]string{"WRITEBACK_DC": host}, "", "environment WRITEBACK_DC"},
		"file":        {nil, nil, "dc: " + host + "\n", "file writeback.yaml"},
		"one domain of a file": {nil, nil, "domains:\n  - domain: corp.example\n    dc: " + host + "\n",
			"file writeback.yaml, for this domain"},
	} {
		s, err := resolved(t, c.args, c.env, c.yaml)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := s.RecordAll()["dc"]; settings.DC.Of(s) != url || got.Value != url || got.From != c.from {
			t.Errorf("%s: %q, recorded %+v", name, settings.DC.Of(s), got)
		}
	}
	s, err := resolved(t, nil, nil, "domains:\n  - domain: corp.example\n  - domain: other.example\n    dc: dc9.other.example:636\n")
	if err != nil {
		t.Fatal(err)
	}
	if sub, err := s.InDomain("other.example"); err != nil || settings.DC.Of(sub) != "ldaps://dc9.other.example:636" {
		t.Errorf("a further domain: %+v, %v", sub, err)
	}
	for _, c := range []struct {
		args []string
		env  map[string]string
		yaml string
	}{
		{[]string{"--dc", "dc1:3269"}, nil, ""}, {nil, map[string]string{"WRITEBACK_DC": "dc1:3269"}, ""}, {nil, nil, "dc: dc1:3269\n"},
	} {
		_, err := resolved(t, c.args, c.env, c.yaml)
		var option *directory.OptionError
		if !errors.As(err, &option) || exit.Code(err) != exitUsage || !strings.Contains(err.Error(), "global catalog") {
			t.Errorf("%v %v %q: %v", c.args, c.env, c.yaml, err)
		}
	}
}

// A run that was made with a bare host names the whole URL in plan and journal, and
// is undone on the same DC.
func TestUndoAfterABareHost(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	p := signedIn(t, dc).without("--dc")
	host := strings.TrimSuffix(strings.TrimPrefix(dc.LDAPS, "ldaps://"), ":636")
	p.want(exitDone, "apply", "--yes", "--only", "delegate", "--dc", host)
	store, err := steps.OpenStore(filepath.Join(p.state, "runs"))
	if err != nil {
		t.Fatal(err)
	}
	run, err := store.History().Latest(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := run.Settings["dc"]; got.Value != "ldaps://"+host || got.From != "flag" {
		t.Errorf("the journal has %+v", got)
	}
	if plan := p.want(exitDone, "plan", "--only", "delegate", "--dc", host).out; !strings.Contains(plan, "ldaps://"+host) {
		t.Errorf("the plan does not name the URL:\n%s", plan)
	}
	if p.want(exitDone, "runs", "show", "latest").out != p.want(exitDone, "runs", "show", run.ID).out {
		t.Error("the latest run is another one")
	}
	p.want(exitDone, "report", "latest", "-o", "-", "--format", "json")
	p.want(exitDone, "undo", "latest", "--yes")
	p.want(exitChanges, "plan", "--detailed-exitcode", "--only", "delegate", "--dc", dc.LDAPS)
}
