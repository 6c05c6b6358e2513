package syncserver

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/paste"
	"writeback/internal/tier"
)

// windowsPowerShell names a PowerShell of Windows for the tests there. It is named for
// them alone: on a sync server the real module could be found.
const windowsPowerShell = "SYNCSERVER_POWERSHELL"

func realPowerShell(t *testing.T) string {
	t.Helper()
	if program := os.Getenv("SYNCSERVER_OWN_NETWORK"); program != "" {
		return program // in a network of the test's own
	}
	if runtime.GOOS != "windows" {
		return paste.FindPowerShell(t)
	}
	program := os.Getenv(windowsPowerShell)
	if program == "" {
		t.Skip("there is no PowerShell here for the stand-in: on a sync server the real module would be found")
	}
	return program
}

// misbehaving is the stand-in module in a real PowerShell, in a way of its own.
func misbehaving(t *testing.T, how string, on bool) (Runner, string) {
	t.Helper()
	return standInModule(t, standInState{Connector: standInConnector, Enabled: on, How: how})
}

// standInModule is that module with a state.
func standInModule(t *testing.T, s standInState) (r Runner, state string) {
	t.Helper()
	program := realPowerShell(t)
	state = serverAt(t, s)
	modules, err := filepath.Abs("testdata/modules")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PSModulePath", modules+string(filepath.ListSeparator)+os.Getenv("PSModulePath"))
	return Local{PowerShell: program}, state
}

// What is told of a switch is what happened, whatever the cmdlet says: the state that
// is read afterwards decides, and the cmdlet's words are told beside it. Three of the
// eight ways in .ci/test, all in .ci/run.
func TestSwitchIsWhatHappened(t *testing.T) {
	realPowerShell(t)
	all := []struct {
		how     string
		outcome Outcome
		says    string
		on      bool // afterwards
	}{
		{"", Made, "", true},
		{"soft", Failed, "not allowed", false},
		{"softdone", Made, "not allowed", true},
		{"silent", Failed, "said nothing", false},
		{"overlooks", Made, "", true},
		{"lags", Made, "", true},
		{"forgets", InDoubt, "did not tell", true},
		{"vanishes", InDoubt, "did not tell", true},
	}
	for _, i := range (tier.Share{Quick: tier.All, Test: 3, Run: tier.All}).Of(t, len(all)) {
		c := all[i]
		t.Run(c.how, func(t *testing.T) {
			r, path := misbehaving(t, c.how, false)
			a := NewAsk(since).Switching(cloudconfig.Bound{Connector: standInConnector}, true)
			raw, err := r.Run(t.Context(), EnableConnect, a)
			if err != nil {
				t.Fatal(err)
			}
			d, err := Decode(raw)
			if err != nil || d.Change.Outcome != c.outcome || !strings.Contains(d.Change.Text, c.says) || c.says == "" && d.Change.Text != "" {
				t.Errorf("%v, %+v, %q", err, d.Change, d.Problems)
			}
			if s, err := readState(path); err != nil || s.Enabled != c.on {
				t.Errorf("it is %t, %v", s.Enabled, err)
			}
			var failed *CmdletError
			var doubt *DoubtError
			if err := d.ChangeError(); errors.As(err, &failed) != (c.outcome == Failed) || errors.As(err, &doubt) != (c.outcome == InDoubt) || notWritten(err) {
				t.Errorf("it ends with %v", err)
			}
		})
	}
}

// What is found is told from what could not be seen.
func TestWhatCouldNotBeSeen(t *testing.T) {
	read := func(how string) Document {
		t.Helper()
		r, _ := misbehaving(t, how, true)
		d, err := Read(t.Context(), r, since)
		if err != nil {
			t.Fatalf("%s: %v", how, err)
		}
		return d
	}
	for _, how := range []string{"renamed", "similar", "overlooks"} {
		if d := read(how); d.Connect == nil || d.Connect.CloudConnector != standInConnector || d.Connect.Reset == nil || d.Connect.Staging == nil {
			t.Errorf("%s: %+v, %q", how, d.Connect, d.Problems)
		}
	}
	if d := read("idle"); d.Connect.Maintenance == nil || *d.Connect.Maintenance || !d.Server().NoMaintenance || d.Connect.Reset.Modified == nil {
		t.Errorf("no maintenance: %+v", d.Connect)
	}
	d := read("unread")
	var ids []int
	for _, e := range d.Events {
		ids = append(ids, e.ID)
	}
	unread := slices.DeleteFunc(slices.Clone(d.Problems), func(p string) bool { return !strings.HasPrefix(p, "events") })
	if !slices.Equal(ids, []int{31019, 31005, 31005}) || len(unread) != 1 {
		t.Errorf("events %v, problems %q", ids, d.Problems)
	}
	if s := d.Server(); !s.EventsUnread || len(s.Testify()) == 0 || s.Testify()[0].Says != cloudconfig.On {
		t.Errorf("%+v", s)
	}
	d = read("breaks")
	if s := d.Server(); len(s.Events) != 2 || s.Events[0].ID != 31019 || !s.EventsUnread || len(d.Problems) != 2 {
		t.Errorf("events %+v, problems %q", s.Events, d.Problems)
	}
	if r, again := read("two").Server().Retry(); !again || !strings.Contains(r.Why, "there are 2 connectors") {
		t.Errorf("two connectors: %+v", r)
	}
	if d := read("throws"); d.Connect != nil || !slices.ContainsFunc(d.Problems, func(p string) bool { return strings.Contains(p, "another PowerShell") }) {
		t.Errorf("a module that does not load: %+v, %q", d.Connect, d.Problems)
	}
	r, _ := misbehaving(t, "throws", false)
	_, err := Enable(t.Context(), r, cloudconfig.Bound{Connector: standInConnector}, true)
	refused(t, err, ModuleFails)
}

// Remoting from a PowerShell that has none says so, and that nothing was run.
func TestNoRemotingHere(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no PowerShell here without it")
	}
	r, _ := misbehaving(t, "", false)
	_, err := Read(t.Context(), Remote{Host: "sync01.corp.example.com", PowerShell: r.(Local).PowerShell}, since)
	var remote *RemoteError
	if !errors.As(err, &remote) || !notWritten(err) || !strings.Contains(err.Error(), "Linux and macOS") {
		t.Errorf("%v", err)
	}
}
