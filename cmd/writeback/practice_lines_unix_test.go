//go:build linux || darwin

package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The whole rehearsal as somebody hears it: what is asked, typed and said stands
// in the transcript, line by line, with what is new in each run replaced.
func TestPracticeByLines(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	h := p.listens("practice")
	h.replies("Nothing real is reached", "Begin")
	h.replies("What may you do here?", "?")
	h.replies("password writeback is switched on there", "")
	h.replies("Which account does the sync product use", "?")
	h.replies("DN, UPN, sAMAccountName or SID will do", "")
	h.replies("Which product syncs this domain", "")
	h.replies("How is the sync server reached?", "")
	h.replies("May the program change the tenant's settings", "?")
	h.replies("The service may change any day", "2")
	h.hears(question)
	h.types(practiceDomain + "\n")
	h.hears("The same without questions: writeback apply")
	h.replies("How to go on from here?", "Leave")
	h.leaves(exitDone)
	h.practiceTranscript("practice")
}

// listens begins the program for somebody who hears the screen.
func (p *program) listens(args ...string) *talk {
	p.t.Helper()
	q := *p
	q.env = append(q.env[:len(q.env):len(q.env)], "KRB5CCNAME=FILE:"+p.dir+"/none", "KRB5_CONFIG="+p.dir+"/none", "ACCESSIBLE=1", "TERM=xterm")
	return &talk{person: q.sitsDown(args...).start()}
}

// practiceTranscript holds what was on the screen against what was there before.
func (h *talk) practiceTranscript(name string) {
	h.t.Helper()
	compare(h.t, name, strings.ReplaceAll(steadyPractice(h.heard()), h.cmd.Dir, "DIR"))
}

// heard is all that was said to the end.
func (h *talk) heard() string {
	h.t.Helper()
	_ = h.cmd.Wait()  // or it was waited for
	_ = h.tty.Close() // the program has ended: the rest of what it said is read
	<-h.done
	text := strings.ReplaceAll(h.screen(), "\r\n", "\n")
	for _, moving := range []string{"\x1b", "\r", "\b"} {
		if strings.Contains(text, moving) {
			h.t.Errorf("%q is in what is read out", moving)
		}
	}
	return text
}

// steadyPractice puts names in the place of what is new in every run on the practice
// world.
func steadyPractice(text string) string {
	host, _ := os.Hostname() // where it is not known, nobody says it
	text = strings.NewReplacer(" on "+host, " on HOST", version(), "VERSION").Replace(text)
	for _, r := range []struct{ form, name string }{
		{`\d{8}T\d{6}Z-[0-9a-f]{4}`, "RUN"},
		{`\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?Z`, "TIME"},
		{`created \d{4}-\d\d-\d\d`, "created DATE"},
		{`valid until \d{4}-\d\d-\d\d`, "valid until DATE"},
		{`127\.0\.0\.1:\d+`, "127.0.0.1:PORT"},
		{`\S+ on HOST`, "USER on HOST"},
		{`(\S) {2,}`, "$1  "}, // a column is as wide as its cells
	} {
		text = regexp.MustCompile(r.form).ReplaceAllString(text, r.name)
	}
	return text
}
