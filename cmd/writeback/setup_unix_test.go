//go:build linux || darwin

package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"writeback/internal/sambatest"
	"writeback/steps"
)

// A person is led through by lines, on a real DC: what is asked, what is typed
// and what is said is in the transcripts.

// talk is a person at the accessible wizard, who reads on from what was answered
// last.
type talk struct {
	*person
	at int // how much of the screen was read
}

// talks begins the wizard with nothing said but where its state is.
func (p *program) talks(args ...string) *talk {
	p.t.Helper()
	q := *p
	q.env = append(slices.Clone(p.env), "KRB5CCNAME=FILE:"+p.dir+"/none", "KRB5_CONFIG="+p.dir+"/none", "TERM=dumb")
	return &talk{person: q.sitsDown(append([]string{"setup"}, args...)...).start()}
}

// hears waits until something new says text.
func (h *talk) hears(text string) {
	h.t.Helper()
	h.seesWhere(func(screen string) bool {
		i := strings.Index(screen[h.at:], text)
		if i >= 0 {
			h.at += i + len(text)
		}
		return i >= 0
	}, text)
}

// replies waits for a question's prompt and types an answer.
func (h *talk) replies(question, answer string) {
	h.t.Helper()
	h.hears(question)
	h.hears("?: help): ")
	h.types(answer + "\n")
}

// ends leaves from where a session has come to.
func (h *talk) ends(code int) {
	h.t.Helper()
	h.replies("How to go on from here?", "Leave")
	h.leaves(code)
}

func (h *talk) repliesHidden(question, answer string) {
	h.t.Helper()
	h.hears(question)
	h.hears("?: help): ")
	h.silent()
	h.types(answer + "\n")
}

// transcript compares what was on the screen with what was there before.
func (h *talk) transcript(name string, dc *sambatest.DC, connector sambatest.Account) {
	h.t.Helper()
	_ = h.tty.Close() // the program has ended: the rest of what it said is read
	<-h.done
	text := strings.ReplaceAll(h.screen(), "\r\n", "\n")
	text = regexp.MustCompile(`SHA256:[0-9A-F]{64}`).ReplaceAllString(steady(text, dc, connector), "SHA256:FINGERPRINT")
	text = regexp.MustCompile(`by \S+\. It has made`).ReplaceAllString(text, "by USER. It has made")
	text = regexp.MustCompile(`(created|until:) \d{4}-\d\d-\d\d`).ReplaceAllString(text, "$1 DATE")
	text = regexp.MustCompile(`\d+ of (\d+ (users|people|person).*|them are disabled)|(All of the \d+|The one) .* in scope can be reached.*|Nobody is in scope.*`).ReplaceAllString(text, "COUNT") // others' accounts come and go
	text = strings.NewReplacer(h.cmd.Dir, "DIR", strings.TrimSuffix(strings.TrimPrefix(dc.LDAPS, "ldaps://"), ":636"), "ADDRESS").Replace(text)
	for _, secret := range []string{dc.AdminPassword, "wrong-Secret-1"} {
		if strings.Contains(text, secret) {
			h.t.Errorf("the screen shows %q", secret)
		}
	}
	compare(h.t, name, text)
}

// adOnly says that nothing but the rights in Active Directory is this person's part.
func (h *talk) adOnly() {
	h.t.Helper()
	h.replies("What may you do here?", "2")
}

// introduces answers what, where, whom to trust and who.
func (h *talk) introduces(dc *sambatest.DC) {
	h.t.Helper()
	h.adOnly()
	h.replies("Which Active Directory domain", domainOf(dc))
	h.replies("Which domain controller", dc.LDAPS)
	h.replies("Is this the certificate", "3")
	h.replies("Who signs in", dc.AdminUser)
	h.repliesHidden("Password of", dc.AdminPassword)
}

func TestSetupByLines(t *testing.T) {
	dc := sambatest.Shared(t)
	connector := dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	before := explicit(t, dc)
	p := newProgram(t)
	p.env = append(p.env, nameServer(t, dc))

	h := p.talks()
	h.adOnly()
	h.replies("Which Active Directory domain", "corp")
	h.hears("That will not do: write the whole DNS name")
	h.replies("", "?")
	h.replies("That of the users whose passwords", domainOf(dc))
	h.replies("found in DNS", "http://somewhere")
	h.replies("That will not do", dc.LDAPS)
	h.replies("Is this the certificate", "")
	h.replies("That will not do", "?")
	h.replies("Subject: ", "3")
	h.replies("Who signs in", dc.AdminUser)
	h.repliesHidden("Password of", "wrong-Secret-1")
	h.hears("Problem: " + dc.AdminUser + " could not sign in")
	h.replies("Who signs in", "")
	h.repliesHidden("Password of", dc.AdminPassword)
	h.replies("Which account does the sync product use", "")
	h.hears("+ Allow")
	h.hears(question)
	h.types(domainOf(dc) + "\n")
	h.hears("Done: run ")
	h.ends(exitDone)
	h.transcript("setup", dc, connector)

	// The command line at the end does the same, and needs nothing but the
	// password.
	_, said, found := strings.Cut(h.screen(), "The same without questions: writeback ")
	if !found {
		t.Fatal(h.screen())
	}
	said, _, _ = strings.Cut(said, "\n")
	words := strings.Fields(strings.ReplaceAll(said, `"`, ""))
	p.env = append(p.env, "WRITEBACK_AD_PASSWORD="+dc.AdminPassword)
	bare := newProgram(t)
	bare.env, bare.flags = p.env, nil
	if o := bare.want(exitDone, append(words, "--yes")...); !strings.Contains(o.out, "Nothing to do.") {
		t.Errorf("writeback %s: %s", words, o.out)
	}
	p.want(exitDone, "undo", "--yes")
	if now := explicit(t, dc); !sameSet(now, before) {
		t.Errorf("after undo: %q, want %q", now, before)
	}
}

// Whoever leaves has written nothing, wherever that is.
func TestLeavingSetup(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	before := explicit(t, dc)
	p := signedIn(t, dc)
	for name, keys := range map[string]string{"anything else": "no\n", "an interrupt": "\x03", "the end of input": "\x04"} {
		h := p.talks()
		h.begins("2")
		h.hears(question)
		h.types(keys)
		h.leaves(exitCancelled)
		if now := explicit(t, dc); !sameSet(now, before) {
			t.Errorf("%s: written without approval: %q", name, now)
		}
	}
	for _, keys := range []string{"\x03", "\x04"} {
		h := p.talks()
		h.hears("What may you do here?")
		h.hears("?: help): ")
		h.types(keys)
		h.leaves(exitCancelled)
		h.hears("writeback setup begins again")
	}
	if all, _ := os.ReadDir(p.state + "/runs"); len(all) > 0 {
		t.Errorf("a run was begun: %v", all)
	}
}

// A run that was killed in the middle is offered when the wizard begins again:
// with its settings, so that nothing but the password is asked for.
func TestSetupAfterAnInterruption(t *testing.T) {
	dc := sambatest.Shared(t)
	connector := dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	before := explicit(t, dc)
	ou := dc.AddOU(t, dc.BaseDN, "interrupted")
	dc.RemoveAfter(t, ou)
	p := newProgram(t)
	p.env = append(p.env, nameServer(t, dc))
	killed := func(journals bool) {
		t.Helper()
		q := *p
		q.env = append([]string{cutEnv + "=after made 5"}, p.env...)
		h := q.talks("--scope", ou, "--unexpire", "always") // two writes, of which the first is made
		if journals {
			h.hears("What is to be done?")
			h.replies("How to go on?", "Set up")
		}
		h.introduces(dc)
		h.replies("Which account", "")
		h.hears(question)
		h.types(domainOf(dc) + "\n")
		h.leaves(-1)
	}
	back := func(how string) *talk {
		t.Helper()
		h := p.talks("--coverage=false") // users of other tests come and go
		h.hears("It has made 1 of its changes")
		h.replies("How to go on?", how)
		return h
	}
	signsIn := func(h *talk) {
		t.Helper()
		h.replies("Who signs in", "")
		h.repliesHidden("Password of", dc.AdminPassword)
	}

	killed(false)
	h := back("5")
	h.leaves(exitCancelled)
	h = back("resume")
	signsIn(h)
	h.hears(question)
	h.types(domainOf(dc) + "\n")
	h.ends(exitDone)
	h.transcript("setup-resume", dc, connector)
	all := decode[struct{ Runs []steps.Run }](t, p.want(exitDone, "runs", "--output", "json"))
	if len(all.Runs) != 1 {
		t.Errorf("%d runs, one was to be continued", len(all.Runs))
	}
	signed := *p
	signed.env = append(slices.Clone(p.env), "WRITEBACK_AD_PASSWORD="+dc.AdminPassword)
	signed.want(exitDone, "undo", "--yes")

	killed(true)
	h = back("undo")
	signsIn(h)
	h.hears("- Allow")
	h.hears(question)
	h.types(domainOf(dc) + "\n")
	h.ends(exitDone)
	h.transcript("setup-undo", dc, connector)
	if now := explicit(t, dc); !sameSet(now, before) {
		t.Errorf("after undo: %q, want %q", now, before)
	}

	killed(true)
	h = back("Start anew")
	signsIn(h)
	h.hears(question)
	h.types(domainOf(dc) + "\n")
	h.introduces(dc) // all is asked again
	h.replies("Which account", "")
	h.hears("3 changes. Nothing has been written yet.")
	h.hears(question)
	h.types(domainOf(dc) + "\n")
	h.hears("made 3 changes")
	h.ends(exitDone)
	signed.want(exitDone, "undo", "--yes")
}

// Of several accounts none is chosen beforehand; what tells them apart is shown.
// One that is none is typed again.
func TestSetupAmongSeveralAccounts(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.ConnectorOn(t, "SYNC01", "one.example")
	second := dc.ConnectorOn(t, "SYNC02", "two.example")
	h := signedIn(t, dc).talks("--only", "delegate")
	h.hears("sync server SYNC0")
	h.hears("sync server SYNC0")
	h.hears("3. Another account")
	h.replies("", "")
	h.replies("That will not do", "3")
	h.replies("Which account", "nobody-at-all")
	h.hears("Problem: there is no account nobody-at-all")
	h.replies("Which account", second.Name)
	h.hears(second.Name + ": Reset password")
	h.hears(question)
	h.types("no\n")
	h.leaves(exitCancelled)
}

// An account that is refused, or is none, can be changed for another one, also where
// the command line named it: to try again would come to the same.
func TestSetupNamesAnotherAccount(t *testing.T) {
	dc := sambatest.Shared(t)
	connector := dc.Connector(t)
	for _, c := range []struct{ named, says string }{{"krbtgt", "krbtgt"}, {"nobody-at-all", "there is no account"}} {
		h := signedIn(t, dc).talks("--only", "delegate", "--connector", c.named)
		h.hears(c.says)
		h.replies("How to go on?", "Name another account")
		h.replies("Which account", "")
		h.hears(connector.Name + ": Reset password")
		h.hears(question)
		h.types("no\n")
		h.leaves(exitCancelled)
	}
}

// Two wizards at once: the second is told at once, and may try again.
func TestTwoWizards(t *testing.T) {
	dc := sambatest.Shared(t)
	p := signedIn(t, dc)
	first := p.talks()
	first.hears("What may you do here?")
	second := p.talks()
	second.hears("is in use: setup by")
	second.replies("How to go on?", "1")
	second.hears("is in use: setup by")
	first.types("\x03")
	first.leaves(exitCancelled)
	second.replies("How to go on?", "1")
	second.hears("What may you do here?")
	second.types("\x03")
	second.leaves(exitCancelled)
}

// Without a terminal, or where questions are forbidden, it says what to do
// instead.
func TestNobodyToLead(t *testing.T) {
	p := newProgram(t)
	p.ends(exitUsage, []string{"no terminal", "writeback plan --domain", "--yes"}, "setup")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"setup", "--no-input"}, "--no-input forbids"},
		{[]string{"setup", "--output", "json"}, "speaks to a person"},
		{[]string{"setup", "--ad-password-file", "-", "--ad-user", "x@y.example"}, "the password cannot come from there"},
	} {
		h := p.sitsDown(c.args...).start()
		h.leaves(exitUsage)
		h.sees(c.says)
	}
	h := p.sitsDown("--no-input").start()
	h.leaves(exitDone)
	h.sees("Usage:")
	h = p.sitsDown("--accessible").start()
	h.sees("What may you do here?")
	h.types("\x03")
	h.leaves(exitCancelled)
}
