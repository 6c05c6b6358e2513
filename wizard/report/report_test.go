package report

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"writeback/steps"
	"writeback/wizard/tell"
)

const some = `{"users":10,"disabled":1,"before":0,"after":7,"blocked":[{"reason":"inheritance-blocked","text":"a protected DACL","count":3,"examples":["CN=a,OU=Legal"],"where":[{"dn":"OU=Legal","count":2},{"dn":"OU=HR","count":1}],"fix":"--scope"}]}`

// tells says that both the HTML and the Markdown have all the parts, and none of
// the others.
func tells(t *testing.T, r tell.Report, has []string, hasNot ...string) {
	t.Helper()
	var html, md bytes.Buffer
	if err := errors.Join(HTML(&html, r), Markdown(&md, r)); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(strict(t, html.Bytes())), " ")
	for _, part := range has {
		if !strings.Contains(text, part) {
			t.Errorf("the HTML does not say %q", part)
		}
		if !strings.Contains(unescaped(md.String()), part) {
			t.Errorf("the Markdown does not say %q", part)
		}
	}
	for _, part := range hasNot {
		if strings.Contains(text, part) || strings.Contains(unescaped(md.String()), part) {
			t.Errorf("it says %q", part)
		}
	}
}

func unescaped(md string) string {
	var b strings.Builder
	for i := 0; i < len(md); i++ {
		if md[i] == '\\' && i+1 < len(md) && strings.IndexByte("\\`*_[]<>&|~$@#:.", md[i+1]) >= 0 {
			i++
		}
		b.WriteByte(md[i])
	}
	return b.String()
}

func TestDone(t *testing.T) {
	d := newDesk(t)
	if err := d.apply(some); err != nil {
		t.Fatal(err)
	}
	r := d.report(d.latest())
	if !r.Trusted || r.State != steps.RunDone || len(r.Changes) != 2 || r.Changes[0].State != steps.FateMade || r.Changes[0].DC != here.DC {
		t.Errorf("%+v", r)
	}
	if len(r.Approvals) != 1 || r.Approvals[0].Lines != 2 || r.Approvals[0].Who.Host != "admin1" || r.Approvals[0].Planned.IsZero() {
		t.Errorf("approvals %+v", r.Approvals)
	}
	if o := r.Objects; len(o) != 1 || o[0].Before != "O:BAD:" || o[0].After != "O:BAD:(A;;RP;;;WD)(A;;RP;;;AU)" || len(o[0].Added) != 2 {
		t.Errorf("objects %+v", o)
	}
	if s := r.Stages; len(s) != 1 || s[0].Before != steps.StateChange || s[0].After != steps.StateOK || len(s[0].Shown) != 1 || len(s[0].Evidence) != 1 || len(s[0].Findings) != 1 {
		t.Errorf("stages %+v", s)
	}
	if c := r.Coverage; len(c) != 1 || len(c[0].Places) != 2 || c[0].Places[0] != (tell.Place{DN: "OU=Legal", Count: 2}) {
		t.Errorf("coverage %+v", c)
	}
	tells(t, r, []string{"typed corp.example", "The chain holds.", r.Journal.SHA256, r.Approvals[0].Digest, "writeback undo " + r.Run, "7 of 10 (70 %)", "3 of 10 (30 %)",
		"inheritance-blocked", "2 of 10 (20 %)", "it was read", "near-the-limit", "2 ACEs added", "2 made", "inetOrgPerson"},
		"cannot be trusted.", "Not measured", "A rehearsal")
}

func TestUndone(t *testing.T) {
	d := newDesk(t)
	if err := d.apply(""); err != nil {
		t.Fatal(err)
	}
	d.undo()
	r := d.report(d.latest())
	if r.State != steps.RunUndone || r.Changes[1].State != steps.FateTakenBack || r.Changes[1].TakenBack.IsZero() || r.Undo.Command != "" || len(r.Approvals) != 2 || r.Approvals[1].Lines != 2 {
		t.Errorf("%+v", r)
	}
	d.undo() // of nothing
	if a := d.report(d.latest()).Approvals; len(a) != 3 || a[2].Lines != 0 {
		t.Errorf("approvals %+v", a)
	}
	tells(t, r, []string{"it was taken back", "2 taken back", "Nothing of this run is left to take back.", "Not measured.", "That was before the run was taken back.", "0 of 2", "before it was taken back"}, "takes back 2")
}

// A write came back with an error, and nobody could look.
func TestInDoubt(t *testing.T) {
	d := newDesk(t)
	if _, err := d.runner.Plan(t.Context()); err != nil {
		t.Fatal(err)
	}
	store := d.store
	store.Cut = func(point string) {
		if strings.HasPrefix(point, "after intent") {
			d.fail = errors.New("the connection was lost")
		}
	}
	if err := d.apply(""); err == nil {
		t.Fatal("it ended well")
	}
	r := d.report(d.latest())
	if r.State != steps.RunInDoubt || r.Changes[0].State != steps.FateInDoubt || r.Changes[0].Error == "" || r.Changes[1].State != steps.FateNotMade || !r.Undo.InDoubt || r.Undo.Command == "" {
		t.Errorf("%+v", r)
	}
	tells(t, r, []string{"nobody has looked yet whether it happened", "1 in doubt, 1 not made", "the connection was lost", "looks first whether it took place"})
}

func TestAttested(t *testing.T) {
	d := newDesk(t)
	if err := d.apply(""); err != nil {
		t.Fatal(err)
	}
	run := d.latest()
	attest := func(stage, says string) {
		t.Helper()
		if _, err := d.store.Attest(d.opening("attest", ""), steps.Attestation{Step: stage, Says: says, By: "the owner", Note: "CHG 4711"}); err != nil {
			t.Fatal(err)
		}
	}
	attest("delegate", steps.SaysDone)
	tells(t, d.report(run), []string{"Attested since.", "the owner said 20", "no proof"})
	attest("delegate", steps.SaysWithdrawn)
	tells(t, d.report(run), []string{"withdrawn"}, "Attested since")
	attest("sspr", steps.SaysDone)
	attest("sspr", steps.SaysWithdrawn)
	r := d.report(run)
	if len(r.Words) != 4 || r.Words[3].Says != steps.SaysWithdrawn {
		t.Errorf("words %+v", r.Words)
	}
	tells(t, r, []string{"CHG 4711", "the owner", "It is no proof."}, "Nobody gave a word")
	own := d.report(d.latest())
	if own.State != steps.RunAttested || len(own.Words) != 4 || len(own.Changes) != 0 {
		t.Errorf("%+v", own)
	}
	tells(t, own, []string{"It only holds what a person said.", "The journal holds no approval", "Nothing was approved, and nothing was written."})
}

// What came back of a script is in the report of every run on the place, and in that of
// its own.
func TestToldInTheReport(t *testing.T) {
	d := newDesk(t)
	if err := d.apply(""); err != nil {
		t.Fatal(err)
	}
	run := d.latest()
	tells(t, d.report(run), nil, "Handed over", "scripts that were handed over")
	told := steps.Told{Step: "delegate", Host: "SYNC01", At: time.Now(), Object: "c - AAD", After: "enabled", Outcome: steps.ToldFailed, Says: "<b>boom</b>"}
	stranger := told
	stranger.Host, stranger.Outcome, stranger.Reason, stranger.Ignored, stranger.At = "SYNC09", steps.ToldRefused, "forest", "it is another forest's", told.At.Add(time.Minute)
	for _, one := range []steps.Told{told, stranger} {
		if _, err := d.store.Tell(d.opening("verify", ""), one); err != nil {
			t.Fatal(err)
		}
	}
	r := d.report(run)
	if len(r.Told) != 2 || r.Told[0].Run == run || r.Told[0].Says != "<b>boom</b>" {
		t.Errorf("%+v", r.Told)
	}
	tells(t, r, []string{"Handed over.", "no proof of how it stands now", "refused (forest); does not count: it is another forest's", "<b>boom</b>", "SYNC09"})
	own := d.report(d.latest())
	if own.State != steps.RunTold || len(own.Told) != 2 || len(own.Changes) != 0 {
		t.Errorf("%+v", own)
	}
	tells(t, own, []string{"It only holds what a person brought back", "SYNC09 answered for delegate"})
}

// The journals of the first program are reported as well. What they do not hold
// is said to be missing.
func TestFirstFormat(t *testing.T) {
	const id = "20261122T111844Z-0135"
	raw, err := os.ReadFile(filepath.Join("..", "..", "steps", "testdata", "v1", id+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t)
	if err := os.WriteFile(filepath.Join(d.dir, id+".jsonl"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	r := d.report(id)
	var states []string
	for _, c := range r.Changes {
		states = append(states, c.State)
	}
	if got := strings.Join(states, ", "); got != "taken back, in doubt, taken back" || !r.Trusted || !r.Journal.Torn {
		t.Errorf("%s, %+v", got, r)
	}
	tells(t, r, []string{"Not measured.", "the journal does not say", "CORP\\MSOL_1", "which counts for nothing"})
}
