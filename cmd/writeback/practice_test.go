package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/tier"
	"writeback/steps"
)

// The whole job on the practice world, call by call: what is done is kept.
func TestPractice(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	plan := decode[steps.Plan](t, p.want(exitDone, "plan", "--output", "json", "--allow-undocumented-api"))
	if got := states(plan.Steps); got != "delegate change, writeback change, sspr change" || plan.Pending() != 6 {
		t.Errorf("planned %s, %d changes", got, plan.Pending())
	}
	res := decode[steps.Result](t, p.want(exitDone, "apply", "--yes", "--output", "json", "--allow-undocumented-api"))
	if res.State != steps.ResultDone {
		t.Errorf("apply ends %s", res.State)
	}
	if o := p.want(exitDone, "apply", "--yes", "--allow-undocumented-api"); !strings.Contains(o.out, "othing to do") {
		t.Errorf("the second apply says: %s", o.out)
	}
	v := decode[steps.Verification](t, p.want(exitDone, "verify", "--output", "json"))
	will, is := peopleOf(t, plan.Coverage), peopleOf(t, v.Coverage)
	if will.NotSynced == nil || is.NotSynced == nil || *will.NotSynced != 6 || *is.NotSynced != 6 {
		t.Errorf("planned for %+v, verified for %+v", will, is)
	}
	if is.NotSynced = will.NotSynced; is != will {
		t.Errorf("planned for %+v, verified for %+v", will, is)
	}
	for _, s := range v.Steps {
		if s.State != steps.StateOK || len(s.Evidence) == 0 || s.Evidence[0].State != steps.EvidenceVerified {
			t.Errorf("%s is %s by %+v", s.ID, s.State, s.Evidence)
		}
	}
	p.want(exitDone, "undo", "--yes")
	p.want(exitChanges, "verify")
	if o := p.want(exitDone, "runs"); !strings.Contains(o.out, res.Run) {
		t.Errorf("the run is not listed: %s", o.out)
	}
}

func states(all []steps.StepPlan) string {
	var out []string
	for _, s := range all {
		out = append(out, s.ID+" "+string(s.State))
	}
	return strings.Join(out, ", ")
}

// Without the consent the page is left to a person, whose word is enough here:
// what they say to have done is done.
func TestPracticeByHand(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	if o := p.want(exitManual, "apply", "--yes"); !strings.Contains(o.out, "PasswordResetMenuBlade") {
		t.Errorf("no link to the page: %s", o.out)
	}
	p.want(exitDone, "attest", "sspr", "--by", "somebody")
	v := decode[steps.Verification](t, p.want(exitDone, "verify", "--output", "json"))
	if e := proof(t, stepOf(t, v.Steps, "sspr"), steps.EvidenceVerified, "On-premises integration"); e.By != "" {
		t.Errorf("the page's own word is %+v", e)
	}
	p.want(exitDone, "practice", "--reset") // what was said of another world is not done in the new one
	p.want(exitManual, "verify", "--only", "sspr")
}

// The command that is named leads back to the practice world.
func TestPracticeNamesItself(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	o := p.want(exitDone, "apply", "--practice", "--yes", "--only", "delegate")
	_, command, _ := strings.Cut(o.out, "writeback undo ")
	command, _, _ = strings.Cut(command, "\n")
	if want := "--practice --state-dir " + p.state; !strings.HasSuffix(command, want) {
		t.Fatalf("it names %q, want it to end with %q", command, want)
	}
	p.want(exitDone, append([]string{"undo", "--yes"}, strings.Fields(command)[:2]...)...)
}

// What is practised is apart from the real, and reset starts anew.
func TestPracticeIsApart(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.want(exitDone, "apply", "--practice", "--yes", "--only", "delegate")
	if o := p.want(exitDone, "runs"); strings.Contains(o.out, "corp.contoso.com") {
		t.Errorf("a practice run is among the real ones: %s", o.out)
	}
	p.want(exitDone, "plan", "--practice", "--only", "delegate", "--detailed-exitcode")
	p.want(exitDone, "practice", "--reset")
	p.want(exitChanges, "plan", "--practice", "--only", "delegate", "--detailed-exitcode")
	for _, flag := range []string{"--dc=ldaps://dc.corp.example", "--tenant=corp.example", "--ad-user=me", "--sync-server=sync"} {
		p.want(exitUsage, "plan", "--practice", flag)
	}
	p.env = append(p.env, "WRITEBACK_DC=ldaps://dc.corp.example", "WRITEBACK_AD_PASSWORD=real") // overruled
	p.want(exitDone, "plan", "--practice", "--only", "delegate")
}

// A world of a later program, or none at all any more, is not a dead end.
func TestPracticeOfAnotherFormat(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.want(exitDone, "plan", "--practice", "--only", "delegate")
	world := filepath.Join(p.state, "practice", "world", "practice.json")
	for _, text := range []string{`{"formatVersion":99}`, "{", ""} {
		if err := os.WriteFile(world, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p.ends(exitError, []string{world, "writeback practice --reset starts anew"}, "plan", "--practice")
		p.want(exitDone, "practice", "--reset")
		p.want(exitDone, "plan", "--practice", "--only", "delegate")
	}
}

// Without a terminal it says what does without.
func TestPracticeNeedsATerminal(t *testing.T) {
	newProgram(t).ends(exitUsage, []string{"there is no terminal", "writeback plan --practice", "writeback apply --practice --yes"}, "practice")
}

// What --serve prints is enough to look inside with other programs.
func TestPracticeServes(t *testing.T) {
	p := newProgram(t)
	cmd := p.command("practice", "--serve")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := map[string][]string{}
	for in := bufio.NewScanner(out); in.Scan() && !strings.Contains(in.Text(), "until Ctrl-C"); {
		if fields := strings.Fields(in.Text()); len(fields) > 1 && said[fields[0]] == nil {
			said[fields[0]] = fields[1:]
		}
	}
	if len(said["LDAPS"]) == 0 || len(said["account"]) < 3 || len(said["CA"]) < 2 {
		t.Fatalf("it says %v", said)
	}
	conn, err := ldap.DialURL(said["LDAPS"][0], ldap.DialWithTLSConfig(trusting(t, said["CA"][1])))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Bind(said["account"][0], said["account"][2]); err != nil {
		t.Error(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ends with %v", err)
	}
}

// The same for a program, and what a reset says to one.
func TestPracticeServesJSON(t *testing.T) {
	p := newProgram(t)
	cmd := p.command("practice", "--serve", "--output", "json")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var s served
	if err := json.NewDecoder(out).Decode(&s); err != nil {
		t.Fatal(err)
	}
	conn, err := ldap.DialURL(s.LDAPS, ldap.DialWithTLSConfig(trusting(t, s.CAFile)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Bind(s.Accounts[0].UPN, s.Accounts[0].Password); err != nil || s.Graph == "" || s.Portal == "" || s.BaseDN == "" {
		t.Errorf("%+v: %v", s, err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ends with %v", err)
	}
	if doc := decode[map[string]any](t, p.want(exitDone, "practice", "--reset", "--output", "json")); doc["state"] != "reset" {
		t.Errorf("%v", doc)
	}
}

// One process has the practice world at a time.
func TestPracticeIsLocked(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	cmd := p.command("practice", "--serve")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if o := p.want(exitError, "plan", "--practice"); !strings.Contains(o.err, "in use") {
		t.Errorf("it says %s", o.err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	p.want(exitDone, "plan", "--practice", "--only", "delegate")
}

func trusting(t *testing.T, caFile string) *tls.Config {
	t.Helper()
	pem, err := os.ReadFile(caFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		t.Fatalf("%s holds no certificate", caFile)
	}
	return &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
}
