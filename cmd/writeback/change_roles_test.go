package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/cloudconfig"
	"writeback/cloudconfig/syncserver"
	"writeback/internal/practice/tenant"
	"writeback/internal/sambatest"
	"writeback/steps"
)

// Each of the three has one key. With it nobody opens the doors of the others, and it is
// the servers that refuse: the program tries.
func TestDesksAreApart(t *testing.T) {
	d := newDesks(t)
	d.handsOn(d.ad, "--only", "delegate")
	d.handsOn(d.sync, "--only", "writeback")
	d.handsOn(d.page, "--only", "sspr", "--sspr-method", "portal", "--allow-undocumented-api")
	before := d.snapshot()

	// At the page's desk somebody signs in to the domain as they may: as a plain user.
	conn := boundAs(t, d.dc, d.dc.AddUser(t, "CN=Users,"+d.dc.BaseDN, sambatest.Unique("page"), "Page-12345"), "Page-12345")
	m := ldap.NewModifyRequest(d.dc.BaseDN, []ldap.Control{ofDACL()})
	m.Replace("nTSecurityDescriptor", []string{string(d.dc.Descriptor(t, d.dc.BaseDN))})
	if err := conn.Modify(m); !ldap.IsErrorWithCode(err, ldap.LDAPResultInsufficientAccessRights) {
		t.Errorf("a plain user writes the root's permissions: %v", err)
	}

	// At the directory's desk somebody signs in to the tenant as they may: as a reader.
	reader := d.page.more()
	who := tenant.TokenOptions{Identity: "reader@corp.example"}
	portal := who
	portal.Audience = tenant.PortalAudience
	reader.env = append(reader.env, "WRITEBACK_GRAPH_TOKEN="+d.tenant.Mint(who), "WRITEBACK_PORTAL_TOKEN="+d.tenant.Mint(portal))
	d.tenant.Forget()
	reader.ends(exitError, []string{"role"}, "apply", d.file, "--only", "sspr", "--allow-undocumented-api", "--yes")
	refused := slices.ContainsFunc(d.tenant.Requests(), func(r tenant.Request) bool { return r.Method == http.MethodPut && r.Status == http.StatusForbidden })
	if !refused {
		t.Error("the tenant was not asked, or did not refuse")
	}

	// At the page's desk the sync server's cmdlets belong to others.
	d.server.Change(func(o *tenant.SyncOptions) { o.Fails = "Access denied: you are no member of ADSyncAdmins" })
	d.page.more("--powershell", d.shell.file).ends(exitError, []string{"ADSyncAdmins"}, "apply", d.file, "--only", "writeback", "--yes")
	d.wantWorld(before, "after all three were refused")
}

// The role ends while the change is made (PIM): the stage stops, says so, and the same
// command goes on once it is active again.
func TestRoleEndsInTheMiddle(t *testing.T) {
	b := newCloudBench(t, tenant.Options{}).with("--allow-undocumented-api")
	first := b.snapshot()
	ends := func(after int) { // so many writes of the page
		b.tenant.Change(func(o *tenant.Options) {
			o.Before = nil
			if after >= 0 {
				o.Before = func(s tenant.Service, w http.ResponseWriter, r *http.Request) bool {
					if s != tenant.Portal || r.Method != http.MethodPut {
						return false
					}
					if after--; after >= 0 {
						return false
					}
					http.Error(w, `{"ClassName":"Forbidden","Message":"The signed-in user has no role that allows this."}`, http.StatusForbidden)
					return true
				}
			}
		})
	}
	ends(1)
	b.ends(exitError, []string{"must be active", cloudconfig.PolicyRoles(), "writeback apply continues the run"}, "apply", "--yes")
	if run := b.latest(); run.State != steps.RunPartial || len(run.Made) != 5 {
		t.Errorf("the run is %s with %d changes", run.State, len(run.Made))
	}
	ends(-1)
	b.want(exitDone, "apply", "--yes")
	if run := b.latest(); run.State != steps.RunDone || len(run.Made) != 6 || b.runs() != 1 {
		t.Errorf("the run is %s with %d changes, one of %d", run.State, len(run.Made), b.runs())
	}
	ends(1) // and so is undo
	b.ends(exitError, []string{"must be active", "writeback undo goes on"}, "undo", "--yes")
	ends(-1)
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, "undone")
}

// A script that is handed over belongs to the change; so does its answer, and another
// change refuses it.
func TestHandOffOfAChange(t *testing.T) {
	d := newDesks(t)
	first := d.handsOn(d.ad, "--only", "delegate")
	hand := []string{"--only", "writeback", "--writeback-method", "handoff"}
	carried := func(script, answer string) syncserver.Ask {
		t.Helper()
		which, ask := handed(t, read(t, filepath.Join(d.page.dir, script)))
		raw, err := d.server.Run(t.Context(), which, ask)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(d.page.dir, answer), raw)
		return ask
	}
	o := d.page.want(exitDone, slices.Concat([]string{"plan", d.file}, hand, []string{"--handoff-script", "ask.ps1", "--out", "asked.json"})...)
	if ask := carried("ask.ps1", "off.json"); ask.ChangeID != first.ChangeID {
		t.Errorf("the script is of change %q, and not %s:\n%s", ask.ChangeID, first.ChangeID, o.out)
	}
	d.page.want(exitDone, slices.Concat([]string{"plan", d.file}, hand, []string{"--handoff-answer", "off.json", "--handoff-script", "switch.ps1", "--out", "switch.json"})...)
	carried("switch.ps1", "on.json")
	if !d.server.Enabled() {
		t.Fatal("the script did not switch writeback on")
	}

	// Another change, by the same people, on the same server.
	mine := d.file
	d.file = filepath.Join(t.TempDir(), "other.json")
	other := d.handsOn(d.ad, "--only", "delegate")
	d.page.want(exitDone, slices.Concat([]string{"plan", d.file}, hand, []string{"--out", "planned.json"})...)
	for _, answer := range []string{"off.json", "on.json"} {
		for _, verb := range []string{"plan", "apply"} {
			d.page.ends(exitUsage, []string{first.ChangeID, other.ChangeID, answer}, slices.Concat([]string{verb, "planned.json"}, hand, []string{"--handoff-answer", answer})...)
		}
	}
	v := decode[steps.Plan](t, d.page.want(exitDone, slices.Concat([]string{"plan", mine, "--output", "json"}, hand, []string{"--handoff-answer", "on.json"})...))
	if s := stepOf(t, v.Steps, "writeback"); s.State != steps.StateOK {
		t.Errorf("in its own change: %s, %+v", s.State, s.Findings)
	}
}

// One change has one sync side: a journal in which another server was switched is not told
// of beside.
func TestTwoServersOfAChange(t *testing.T) {
	d := newDesks(t)
	d.handsOn(d.ad, "--only", "delegate")
	d.handsOn(d.sync, "--only", "writeback")
	d.sync.want(exitDone, "apply", d.file, "--only", "writeback", "--yes")
	d.server.Change(func(o *tenant.SyncOptions) { o.Host = "SYNC02" })
	d.server.Set(false)
	other := newProgram(t)
	other.flags, other.env = slices.Concat(other.flags, d.sync.flags[2:]), d.sync.env
	other.want(exitDone, "plan", d.file, "--only", "writeback", "--out", "theirs.json")
	other.want(exitDone, "apply", "theirs.json", "--only", "writeback", "--yes")
	theirs := filepath.Join(other.dir, "theirs.jsonl")
	other.want(exitDone, "export", "--out", theirs)
	d.sync.ends(exitUsage, []string{"SYNC01", "SYNC02", "one sync side"}, "report", "--out", "r.html", "--with", theirs)
	other.want(exitDone, "undo", "--yes")
	other.want(exitDone, "export", "--out", theirs)
	d.sync.want(exitDone, "report", "--out", "r.html", "--with", theirs)
}

// What is left to a colleague without the program is one page.
func TestPlanByHand(t *testing.T) {
	p := newProgram(t).more("--practice")
	p.want(exitDone, "plan", "--by-hand", "steps.html", "--out", "plan.json")
	p.want(exitDone, "plan", "--only", "sspr", "--by-hand", "steps.md", "--out", "sspr.json")
	html, md := read(t, filepath.Join(p.dir, "steps.html")), read(t, filepath.Join(p.dir, "steps.md"))
	for _, part := range []string{"dsacls", "SYNC01", "Enable password write back for synced users", "You need", "How to take it back", "A rehearsal."} {
		if !strings.Contains(html, part) {
			t.Errorf("%q is not on the page", part)
		}
	}
	for _, part := range []string{"Not looked at.", "Get-ADSyncADConnectorAccount", "`https://entra.microsoft.com/", "writeback verify --practice"} {
		if !strings.Contains(md, part) {
			t.Errorf("%q is not on the page:\n%s", part, md)
		}
	}
	if info, err := os.Stat(filepath.Join(p.dir, "steps.html")); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%v, %v", info, err)
	}
	p.ends(exitUsage, []string{"--by-hand steps.txt", ".html", ".md"}, "plan", "--by-hand", "steps.txt")
	p.ends(exitUsage, []string{"--by-hand", "there is no directory no"}, "plan", "--by-hand", "no/steps.md")
}

// What a call writes is a file of its own.
func TestNothingIsOverwritten(t *testing.T) {
	p := newProgram(t).more("--practice")
	p.want(exitDone, "plan", "--only", "delegate", "--out", "change.json")
	p.want(exitDone, "plan", "--only", "delegate", "--out", "again.json")
	p.want(exitDone, "apply", "change.json", "--yes")
	p.want(exitDone, "export", "--out", "ad.jsonl")
	kept := read(t, filepath.Join(p.dir, "change.json"))
	for _, args := range [][]string{
		{"plan", "--only", "delegate", "--out", "x.md", "--by-hand", "x.md"},
		{"plan", "--only", "delegate", "--out", "./x.md", "--by-hand", "x.md"},
		{"plan", "--by-hand", "x.md", "--users-out", "x.md"},
		{"plan", "change.json", "--only", "sspr", "--by-hand", "change.json", "--out", "x.json"},
		{"plan", "change.json", "--only", "sspr", "--users-out", "change.json"},
		{"apply", "change.json", "--users-out", "change.json", "--yes"},
		{"verify", "--with", "ad.jsonl", "--users-out", "ad.jsonl"},
		{"bundle", "--out", "ca.pem", "--ca-cert", "ca.pem", "--yes"},
		{"report", "--with", "ad.jsonl", "--out", "ad.jsonl", "--format", "md"},
		{"export", "--out", filepath.Join(p.state, "practice", "runs", "x.jsonl")},
	} {
		if o := p.run(args...); o.code != exitUsage {
			t.Errorf("%q: exit code %d: %s", args, o.code, o.err)
		}
	}
	if now := read(t, filepath.Join(p.dir, "change.json")); now != kept {
		t.Error("the plan file is another one")
	}
	p.want(exitDone, "plan", "--only", "sspr", "--out", "again.json") // one's own
	theirs := regexp.MustCompile(`"by": "[^"]*"`).ReplaceAllString(kept, `"by": "CONTOSO\\ann"`)
	write(t, filepath.Join(p.dir, "theirs.json"), []byte(theirs))
	p.ends(exitUsage, []string{"theirs.json", "lines of delegate that would be lost"}, "plan", "--only", "sspr", "--out", "theirs.json")
	p.want(exitDone, "plan", "change.json", "--only", "sspr", "--out", "change.json") // renewed: it holds all of it
	if now := read(t, filepath.Join(p.dir, "change.json")); !strings.Contains(now, "Reset password") {
		t.Error("the lines of the first stage are gone")
	}
}

// Whoever plans another stage leaves the settings of the first as they are.
func TestHandedOnWithItsSettings(t *testing.T) {
	p := newProgram(t).more("--practice")
	const ou = "OU=Legal,OU=People,OU=Contoso,DC=corp,DC=contoso,DC=com"
	p.want(exitDone, "plan", "--only", "delegate", "--scope", ou, "--class", "inetOrgPerson", "--out", "one.json")
	p.want(exitDone, "plan", "one.json", "--only", "sspr", "--out", "two.json", "--by-hand", "two.md")
	if page := read(t, filepath.Join(p.dir, "two.md")); !strings.Contains(page, ou) || !strings.Contains(page, "Planned by") || strings.Contains(page, "applies to: Descendant User objects; tick") {
		t.Errorf("what others planned is not on the page as they planned it:\n%s", page)
	}
	res := decode[steps.Result](t, p.want(exitDone, "apply", "two.json", "--only", "delegate", "--yes", "--output", "json"))
	for _, c := range res.Steps[0].Made {
		if c.Target != ou || !strings.Contains(c.Line, "InetOrgPerson") {
			t.Errorf("made: %+v", c)
		}
	}
	if len(res.Steps[0].Made) != 3 {
		t.Errorf("%d changes", len(res.Steps[0].Made))
	}
	p.want(exitDone, "undo", "--yes")
}

// A tenant that is set by hand is a part of the report, too: as somebody's word.
func TestAttestUnderAChange(t *testing.T) {
	d := newDesks(t)
	first := d.handsOn(d.ad, "--only", "delegate")
	third := d.handsOn(d.page, "--only", "sspr")
	d.page.want(exitDone, "attest", "sspr", d.file, "--by", "Ann Lee")
	d.page.ends(exitUsage, []string{"another place"}, "attest", "sspr", d.file, "--by", "Ann Lee", "--tenant", "11111111-2222-3333-4444-555555555555")
	word := filepath.Join(d.page.dir, "word.jsonl")
	d.page.want(exitDone, "export", "--out", word)
	if run := runsOf(t, d.page)[0]; run.ChangeID != first.ChangeID || !strings.EqualFold(run.Target.Tenant, third.Target.Tenant) {
		t.Errorf("the word is about %v, of change %s", run.Target, run.ChangeID)
	}
	d.ad.want(exitDone, "apply", d.file, "--only", "delegate", "--yes")
	d.ad.want(exitDone, "report", "--with", word, "--out", "r.md")
	text := read(t, filepath.Join(d.ad.dir, "r.md"))
	for _, part := range []string{"attested: sspr done", "Ann Lee", "reported by ", "what it was about (delegate)"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in the report", part)
		}
	}
}

// Lines that the portal's service would write, and that nobody has consented to, are left
// to a person; what else the plan has is made.
func TestPortalLinesWithoutConsent(t *testing.T) {
	b := newCloudBench(t, tenant.Options{})
	first := b.snapshot()
	b.want(exitDone, "plan", "--only", "sspr", "--sspr-method", "portal", "--out", "page.json")
	b.tenant.Forget()
	o := b.want(exitManual, "apply", "page.json", "--yes")
	for _, part := range []string{"sspr-by-hand", "--allow-undocumented-api"} {
		if !strings.Contains(o.out, part) {
			t.Errorf("%q is not said: %s", part, o.out)
		}
	}
	for _, r := range b.tenant.Requests() {
		if r.Method != http.MethodGet && r.Service != tenant.Login {
			t.Errorf("%s %s", r.Method, r.Path)
		}
	}
	b.wantWorld(first, "without consent")
	b.want(exitDone, "apply", "page.json", "--yes", "--allow-undocumented-api")
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, "undone")
}
