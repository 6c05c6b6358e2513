package syncserver

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig"
	"writeback/internal/tier"
)

// Not ASCII, with a quote that PowerShell takes for one.
const standInConnector = "Zürich ’ $(x) – AAD"

// serverThroughPowerShell is a simulated sync server: the scripts themselves in
// a real PowerShell 7 over testdata's module where there is one, and this
// program in its place elsewhere and in the quick tier. On a sync server it is always the latter: its
// own module would be found.
func serverThroughPowerShell(t *testing.T) (r Runner, state string, real bool) {
	t.Helper()
	state = filepath.Join(t.TempDir(), "state.json")
	t.Setenv("SYNCSERVER_STANDIN_STATE", state)
	program, err := exec.LookPath("pwsh")
	if _, engine := os.Stat(filepath.Join(os.Getenv("ProgramFiles"), "Microsoft Azure AD Sync")); err != nil || engine == nil || tier.Asked(t) == tier.Quick {
		return Local{PowerShell: standInFor(t, "server")}, state, false
	}
	modules, err := filepath.Abs("testdata/modules")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PSModulePath", modules+string(filepath.ListSeparator)+os.Getenv("PSModulePath"))
	return Local{PowerShell: program}, state, true
}

func TestServerThroughPowerShell(t *testing.T) {
	r, path, real := serverThroughPowerShell(t)
	t.Logf("a real PowerShell: %t", real)
	set := func(s standInState) {
		t.Helper()
		if err := s.write(path); err != nil {
			t.Fatal(err)
		}
	}
	left := func(enabled bool, sets int) {
		t.Helper()
		s, err := readState(path)
		if err != nil {
			t.Fatal(err)
		}
		if s.Enabled != enabled || s.Sets != sets {
			t.Fatalf("the server has enabled %t after %d changes, want %t after %d", s.Enabled, s.Sets, enabled, sets)
		}
	}

	set(standInState{Connector: standInConnector})
	s, err := Server(t.Context(), r, since)
	if err != nil {
		t.Fatal(err)
	}
	if s.Product != "connect" || s.Staging || !s.Scheduler || s.Cloud != standInConnector || s.Reset == nil || s.Reset.Running() || time.Since(s.At).Abs() > time.Hour {
		t.Errorf("%+v", s)
	}
	if want := (cloudconfig.ServerConnector{Name: "corp.example.com", Forest: "corp.example.com", Domain: "CORP.EXAMPLE.COM", Account: "MSOL_0a1b2c3d4e5f", LeftOut: []string{"DC=emea,DC=corp,DC=example,DC=com"}}); len(s.Connectors) != 1 || !reflect.DeepEqual(s.Connectors[0], want) {
		t.Errorf("connectors %v, want %v", s.Connectors, want)
	}
	left(false, 0)

	if s, err = Enable(t.Context(), r, cloudconfig.Bound{Connector: standInConnector}, true); err != nil || s.Reset == nil || !s.Reset.Running() {
		t.Fatalf("%+v, %v", s.Reset, err)
	}
	left(true, 1)
	if _, err = Enable(t.Context(), r, cloudconfig.Bound{Connector: standInConnector}, true); err != nil {
		t.Fatal(err)
	}
	left(true, 1) // it was so: nothing was done
	if s, err = Enable(t.Context(), r, cloudconfig.Bound{Connector: standInConnector}, false); err != nil || s.Reset == nil || s.Reset.Enabled {
		t.Fatalf("%+v, %v", s.Reset, err)
	}
	left(false, 2)

	_, err = Enable(t.Context(), r, cloudconfig.Bound{Connector: strings.ToLower(standInConnector)}, true)
	refused(t, err, OtherConnector)
	left(false, 2)
	// the server compares forest and account itself, however they are written
	_, err = Enable(t.Context(), r, cloudconfig.Bound{Connector: standInConnector, Forest: "fabrikam.example", Account: standInAccount}, true)
	refused(t, err, OtherForest)
	_, err = Enable(t.Context(), r, cloudconfig.Bound{Connector: standInConnector, Forest: "corp.example.com", Account: "MSOL_of_others"}, true)
	refused(t, err, OtherAccount)
	left(false, 2)
	for _, on := range []bool{true, false} {
		if _, err = Enable(t.Context(), r, cloudconfig.Bound{Connector: standInConnector, Forest: "corp.example.com", Account: standInAccount}, on); err != nil {
			t.Fatal(err)
		}
	}
	left(false, 4)
	set(standInState{Connector: standInConnector, Staging: true})
	s, err = Enable(t.Context(), r, cloudconfig.Bound{Connector: standInConnector}, true)
	refused(t, err, Staging)
	if !s.Staging || s.Host == "" {
		t.Errorf("the server is not told with the refusal: %+v", s)
	}
	left(false, 0)
	set(standInState{Connector: standInConnector, Fail: "the token was refused (AADSTS50126)"})
	var failed *CmdletError
	if _, err = Enable(t.Context(), r, cloudconfig.Bound{Connector: standInConnector}, true); !errors.As(err, &failed) || !strings.Contains(failed.Says, "AADSTS50126") || notWritten(err) {
		t.Errorf("got %v, want a CmdletError", err)
	}
	left(false, 0)
}

func refused(t *testing.T, err error, why Reason) {
	t.Helper()
	var r *RefusedError
	if !errors.As(err, &r) || r.Reason != why || !notWritten(err) {
		t.Fatalf("got %v, want a refusal because of %s", err, why)
	}
}

// An answer to something else is not taken for the answer.
func TestAnswersToOtherQuestions(t *testing.T) {
	a := NewAsk(since).Switching(cloudconfig.Bound{Connector: "x - AAD"}, true)
	good := Document{Kind: "enable", Nonce: a.Nonce, Host: "SYNC01", Change: &Change{Connector: "x - AAD", Enable: true}}
	if err := good.answers(EnableConnect, a); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(*Document)
		stale bool
	}{
		"other script":    {func(d *Document) { d.Kind = "inspect" }, false},
		"other nonce":     {func(d *Document) { d.Nonce = NewAsk(since).Nonce }, true},
		"no nonce":        {func(d *Document) { d.Nonce = "" }, true},
		"other connector": {func(d *Document) { d.Change = &Change{Connector: "y - AAD", Enable: true} }, false},
		"other direction": {func(d *Document) { d.Change = &Change{Connector: "x - AAD"} }, false},
	} {
		d := good
		c.spoil(&d)
		err := d.answers(EnableConnect, a)
		if err == nil || is[*OtherAnswerError](err) != c.stale || is[*AnswerError](err) == c.stale {
			t.Errorf("%s: %T %v", name, err, err)
		}
	}
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	for _, r := range []Reason{NoModule, ModuleFails, Staging, StagingUnknown, OtherConnector, OtherForest, OtherAccount, StateUnknown} {
		text := (&RefusedError{Host: "SYNC01", Reason: r, Wanted: "x - AAD", Problems: []string{"a", "b", "c", "d"}}).Error()
		if !strings.HasPrefix(text, "SYNC01 did not switch: ") || strings.Contains(text, ": "+string(r)) || !strings.HasSuffix(text, "(a; b; c)") {
			t.Errorf("%s: %s", r, text)
		}
		if !strings.Contains(enableText, "'"+string(r)+"'") {
			t.Errorf("no script gives the reason %s", r)
		}
	}
	for _, o := range []Outcome{Made, Already, Refused, Failed} {
		if !strings.Contains(enableText, "outcome = '"+string(o)+"'") && !strings.Contains(enableText, "return '"+string(o)+"'") {
			t.Errorf("no script gives the outcome %s", o)
		}
	}
}
