//go:build linux || darwin

package main

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/term"

	"writeback/internal/sambatest"
	"writeback/steps"
)

// What a person at a terminal can do: approve, not approve, leave.

const question = "to approve, anything else to leave: "

func TestTypedApproval(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	p := signedIn(t, dc)
	before := explicit(t, dc)
	for name, keys := range map[string]string{"something else": "yes\n", "nothing": "\n", "the phrase and more": domainOf(dc) + ".\n", "end of file": "\x04", "interrupt": "\x03"} {
		t.Run(name, func(t *testing.T) {
			p.t = t
			h := p.sitsDown("apply").start()
			h.sees("Type " + domainOf(dc) + " " + question)
			h.types(keys)
			h.leaves(exitCancelled)
			if name != "interrupt" {
				h.sees("not approved: nothing was written")
			}
			if now := explicit(t, dc); !sameSet(now, before) {
				t.Errorf("written without approval: %q", now)
			}
		})
	}
	p.t = t
	if o := p.want(exitDone, "runs"); !strings.Contains(o.out, "No runs yet.") {
		t.Errorf("a run was begun: %s", o.out)
	}

	h := p.sitsDown("apply").start()
	h.sees(question)
	if screen := h.screen(); !strings.Contains(screen, "\x1b[32m    + Allow") {
		t.Errorf("no colours at a terminal: %q", screen)
	}
	h.types(strings.ToUpper(domainOf(dc)) + "\n") // names of domains have no case
	h.leaves(exitDone)
	h.sees("Done: run ")
	p.want(exitDone, "verify")

	h = p.sitsDown("undo", "--no-color").start()
	h.sees(question)
	if screen := h.screen(); strings.Contains(screen, "\x1b[") {
		t.Errorf("colours with --no-color: %q", screen)
	}
	h.types("no\n")
	h.leaves(exitCancelled)
	p.want(exitDone, "verify")
	h = p.sitsDown("undo").start()
	h.sees(question)
	h.types(domainOf(dc) + "\n")
	h.leaves(exitDone)
	if now := explicit(t, dc); !sameSet(now, before) {
		t.Errorf("after undo: %q, want %q", now, before)
	}
	if o := p.want(exitDone, "runs", "--output", "json"); !strings.Contains(o.out, `"state": "undone"`) {
		t.Errorf("runs: %s", o.out)
	}
}

// Nobody is asked under --no-input, or where there is no terminal.
func TestNobodyToAsk(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	p := signedIn(t, dc)
	usn := dc.USNChanged(t, dc.BaseDN)
	h := p.sitsDown("apply", "--no-input").start()
	h.leaves(exitUsage)
	h.sees("nobody can be asked for approval")
	res := decode[steps.Result](t, p.ends(exitUsage, []string{"nobody can be asked for approval", "--yes"}, "apply", "--output", "json"))
	if res.Run != "" || res.State != steps.ResultPartial {
		t.Errorf("%+v", res)
	}
	if now := dc.USNChanged(t, dc.BaseDN); now != usn {
		t.Error("something was written")
	}
	p.env = nil
	p.ends(exitUsage, []string{"password", "--ad-password-file"}, "plan")
	h = p.sitsDown("plan", "--no-input").start()
	h.leaves(exitUsage)
	h.sees("--ad-password-file")
}

// Whoever is asked sees what is to be approved, also where standard output goes
// elsewhere; and that holds the document alone.
func TestApprovalIsSeen(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	p := signedIn(t, dc)
	h := p.sitsDown("apply", "--output", "json")
	var out bytes.Buffer
	h.cmd.Stdout = &out
	h.start()
	h.sees("Reset password, applies to: Descendant User objects")
	h.sees(question)
	h.types(domainOf(dc) + "\n")
	h.leaves(exitDone)
	res := decode[steps.Result](t, outcome{out: out.String()})
	if res.State != steps.ResultDone {
		t.Errorf("%+v", res)
	}
	h = p.sitsDown("undo")
	out.Reset()
	h.cmd.Stdout = &out
	h.start()
	h.sees("- Allow")
	h.sees(question)
	h.types(domainOf(dc) + "\n")
	h.leaves(exitDone)
	if strings.Contains(out.String(), "- Allow") || !strings.Contains(out.String(), "Undone: 3 changes") {
		t.Errorf("standard output: %s", out.String())
	}
}

// A password is typed without echo, and the echo is back afterwards, also after
// an interrupt.
func TestTypedPassword(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	p := signedIn(t, dc)
	p.env = nil
	for keys, code := range map[string]int{dc.AdminPassword + "\n": exitDone, "wrong-Secret-1\n": exitSignIn, "\n": exitSignIn, "\x03": exitCancelled} {
		h := p.sitsDown("plan")
		before, err := term.GetState(int(h.tty.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		h.start()
		h.sees("Password of " + dc.AdminUser + ": ")
		h.silent()
		h.types(keys)
		h.leaves(code)
		if typed := strings.TrimSpace(keys); len(typed) > 1 && strings.Contains(h.screen(), typed) {
			t.Errorf("the password is on the screen: %s", h.screen())
		}
		after, err := term.GetState(int(h.tty.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(before, after) {
			t.Errorf("after %q the terminal is %+v, it was %+v", keys, after, before)
		}
	}
}
