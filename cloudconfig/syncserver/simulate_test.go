package syncserver

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// standInState is a sync server in a file. testdata/modules/ADSync reads and
// writes the same.
type standInState struct {
	Connector string `json:"connector"`
	Enabled   bool   `json:"enabled"`
	Staging   bool   `json:"staging"`
	Fail      string `json:"fail"` // the words of the failing cmdlet
	Sets      int    `json:"sets"` // how often it was switched
	// How is how the module misbehaves, where a real PowerShell runs it: see there.
	How string `json:"how"`
	// Forest and Account are whose server it is in a real PowerShell; "": the stand-in's.
	Forest  string `json:"forest,omitempty"`
	Account string `json:"account,omitempty"`
}

func readState(path string) (s standInState, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(b, &s)
}

func (s standInState) write(path string) error {
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o600)
}

// serverAt has the stand-ins of a test find such a server; path is its file.
func serverAt(t *testing.T, s standInState) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "state.json")
	if err := s.write(path); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SYNCSERVER_STANDIN_STATE", path)
	return path
}

const standInAccount = "MSOL_0a1b2c3d4e5f"

// simulate does what the scripts do with that server.
func simulate(s Script, a Ask) (string, error) {
	path := os.Getenv("SYNCSERVER_STANDIN_STATE")
	state, err := readState(path)
	if err != nil {
		return "", err
	}
	d := Document{FormatVersion: FormatVersion, Kind: s.name, Nonce: a.Nonce, Host: "SYNC01", At: time.Now(), PowerShell: "7.0.0", Events: []Event{}, Problems: []string{}}
	d.Connect = state.connect()
	if s == EnableConnect {
		before := state.Enabled
		d.Change = &Change{Connector: a.Connector, Enable: a.Enable, Outcome: Refused}
		switch {
		case state.Staging:
			d.Change.Reason = Staging
		case state.Connector != a.Connector:
			d.Change.Reason = OtherConnector
		case a.Forest != "" && a.Forest != "corp.example.com":
			d.Change.Reason = OtherForest
		case a.Account != "" && a.Account != standInAccount:
			d.Change.Reason = OtherAccount
		case before == a.Enable:
			d.Change.Before, d.Change.Outcome = &before, Already
		case state.Fail != "":
			d.Change.Before, d.Change.Outcome, d.Change.Text = &before, Failed, state.Fail
		default:
			state.Enabled = a.Enable
			state.Sets++
			d.Change.Before, d.Change.Outcome = &before, Made
			d.Connect = state.connect()
		}
		if err := state.write(path); err != nil {
			return "", err
		}
	}
	return ascii(d)
}

func (s standInState) connect() *Connect {
	on, status := true, "Stopped"
	if s.Enabled {
		status = "Started"
	}
	return &Connect{
		Version: "0.0", VersionOf: "module ADSync", Staging: &s.Staging, Scheduler: &on, CloudConnector: s.Connector,
		Connectors: []Connector{{Name: "corp.example.com", Forest: "corp.example.com", Domain: "CORP.EXAMPLE.COM", Account: standInAccount, LeftOut: []string{"DC=emea,DC=corp,DC=example,DC=com"}}},
		Reset:      &Reset{s.Enabled, status, "NotRequired", nil},
	}
}
