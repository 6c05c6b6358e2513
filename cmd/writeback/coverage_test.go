package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/sambatest"
	"writeback/internal/session"
	"writeback/steps"
)

// To ask about every user takes two searches more, one page per thousand users,
// and two for each user whose DACL is protected.
func TestCoverageIsFrugal(t *testing.T) {
	t.Parallel()
	dc := sambatest.New(t)
	dc.Connector(t)
	proxy := proxyOn(t, dc)
	p := signedIn(t, dc)
	p.flags = append(p.flags, "--dc", proxy.LDAPS)
	cost := func(args ...string) int {
		proxy.Reset()
		p.want(exitDone, args...)
		n := 0
		for _, line := range proxy.Trace()[bindAt(t, proxy.Trace())+1:] {
			if !strings.Contains(line, " unbind ") {
				n++
			}
		}
		return n
	}
	without, with := cost("plan"), cost("plan", "--coverage")
	ou := dc.OU(t)
	for range 200 {
		dc.AddUser(t, ou, sambatest.Unique("u"), "Start-1234")
	}
	more := cost("plan", "--coverage")
	t.Logf("%d operations without, %d with, %d with 200 users more", without, with, more)
	if with-without > 17 || with-without < 2 || more != with {
		t.Errorf("%d operations without, %d with, %d with 200 users more:\n%s", without, with, more, strings.Join(proxy.Trace(), "\n"))
	}
}

// The file has every user once, or is not there.
func TestUsersOut(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	file := filepath.Join(p.dir, "users.jsonl")
	plan := decode[steps.Plan](t, p.want(exitDone, "plan", "--users-out", file, "--output", "json"))
	c, ok := plan.Coverage.Coverage()
	if !ok {
		t.Fatal("nobody measured")
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	after, seen := 0, map[string]bool{}
	for line := range strings.Lines(string(raw)) {
		var u session.UserLine
		if err := json.Unmarshal([]byte(line), &u); err != nil {
			t.Fatal(err)
		}
		if seen[u.DN] || u.Before == nil || u.After == nil || u.Writable != nil || u.Class == "" || *u.After != (len(u.Reasons) == 0) {
			t.Errorf("%s", line)
		}
		if seen[u.DN] = true; *u.After {
			after++
		}
	}
	if len(seen) != c.Users || after != *c.After || c.Users < 500 {
		t.Errorf("%d users in the file, %d writable; %d and %d in the plan", len(seen), after, c.Users, *c.After)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read it: %v, %v", info.Mode(), err)
	}

	nowhere := filepath.Join(p.dir, "no", "users.jsonl")
	if o := p.ends(exitUsage, []string{"--users-out"}, "plan", "--users-out", nowhere); strings.Contains(o.err, "reading") {
		t.Errorf("the domain was read before: %s", o.err)
	}
	blocked := filepath.Join(p.dir, "blocked.jsonl")
	p.run("plan", "--users-out", blocked, "--connector", "nobody")
	if left, _ := filepath.Glob(filepath.Join(p.dir, "*locked*")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	if left, _ := filepath.Glob(filepath.Join(p.dir, ".users-*")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	if o := p.want(exitDone, "plan", "--coverage=false", "--output", "json"); strings.Contains(o.out, `"coverage"`) {
		t.Error("--coverage=false does not leave it out")
	}
}
