package syncserver

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"writeback/cloudconfig"
	"writeback/internal/misread"
	"writeback/internal/visible"
)

// FormatVersion is the version of the document that this program reads. Version 1 had
// no relays, and was shown to be copied without its length.
const FormatVersion = 2

// Document is what every script answers. Pointers are nil where the server could
// not tell, which Problems explain.
type Document struct {
	FormatVersion int          `json:"formatVersion"`
	Kind          string       `json:"kind"`               // the script's name
	Nonce         string       `json:"nonce"`              // of the Ask
	ChangeID      string       `json:"changeId,omitempty"` // of the Ask; "": it belongs to no change
	Host          string       `json:"host"`               // the computer's name, without domain
	At            time.Time    `json:"at"`                 // by the server's clock
	PowerShell    string       `json:"powershell"`
	Elevated      *bool        `json:"elevated"`
	Connect       *Connect     `json:"connect"`          // nil: not installed, or it could not be asked
	CloudSync     *CloudSync   `json:"cloudSync"`        // nil: not installed, or it could not be asked
	Permissions   *Permissions `json:"permissions"`      // nil: not there, or not asked
	RemoteSAM     *string      `json:"remoteSAM"`        // RestrictRemoteSam: "": not set; nil: not asked
	Relays        []Relay      `json:"relays"`           // those that the event log names
	Events        []Event      `json:"events"`           // newest first; the newest of each kind is among them
	Problems      []string     `json:"problems"`         // what failed on the way
	Cut           string       `json:"cut"`              // what a form to be copied leaves out; "": nothing
	Change        *Change      `json:"change"`           // nil where nothing was to be switched
	Length        string       `json:"length,omitempty"` // of the whole text, in seven digits; "": of no script
}

// Connect is Entra Connect.
type Connect struct {
	Version        string      `json:"version"`
	VersionOf      string      `json:"versionOf"` // what carries it: "miiserver.exe", "module ADSync"
	ModulePath     string      `json:"modulePath"`
	Staging        *bool       `json:"staging"`     // Get-ADSyncScheduler, StagingModeEnabled
	Scheduler      *bool       `json:"scheduler"`   // Get-ADSyncScheduler, SyncCycleEnabled
	Maintenance    *bool       `json:"maintenance"` // Get-ADSyncScheduler, MaintenanceEnabled
	Connectors     []Connector `json:"connectors"`
	CloudConnector string      `json:"cloudConnector"` // "": there is none, or several
	Reset          *Reset      `json:"reset"`
}

// Connector is a connector to an AD forest.
type Connector struct {
	Name    string `json:"name"`
	Forest  string `json:"forest"`  // forest-name
	Domain  string `json:"domain"`  // forest-login-domain; scripts of before had it for forest
	Account string `json:"account"` // forest-login-user
	// LeftOut are the DNs of domain partitions that are not selected; nil: there are
	// none, or a script of before did not say.
	LeftOut []string `json:"leftOut,omitempty"`
}

// Reset is Get-ADSyncAADPasswordResetConfiguration.
type Reset struct {
	Enabled          bool   `json:"enabled"`
	ServiceStatus    string `json:"serviceStatus"`
	OnboardingStatus string `json:"onboardingStatus"`
	// Modified is ModifiedTimestamp; nil: it is not a time.
	Modified *time.Time `json:"modified"`
}

// CloudSync is the agent of Cloud Sync. None of its cmdlets tells whether
// writeback is on.
type CloudSync struct {
	Version    string `json:"version"`
	ModulePath string `json:"modulePath"`
}

// Permissions is the module with Set-ADSyncPasswordWritebackPermissions.
type Permissions struct {
	ModulePath string `json:"modulePath"`
	// AdminSDHolderSwitch is SkipAdminSdHolders (older: AdminSDHolder is written
	// unless it is given), IncludeAdminSdHolders (newer: only if it is), or "".
	AdminSDHolderSwitch string `json:"adminSDHolderSwitch"`
}

// Event is an entry of the application event log. The newest of a kind tells how many
// of it were found, and when the first was: Count is 0 where there is no other.
type Event struct {
	ID      int        `json:"id"`
	At      time.Time  `json:"at"`
	Source  string     `json:"source"`
	Message string     `json:"message"`
	Count   int        `json:"count,omitempty"`
	First   *time.Time `json:"first,omitempty"`
}

// Relay is a relay host that the service's own events name, and whether the server got
// a TCP connection to its port 443, within 3 seconds and past any proxy.
type Relay struct {
	Host    string `json:"host"`
	Reached bool   `json:"reached"`
	Text    string `json:"text"` // why not
}

// Change is what a script that switches did.
type Change struct {
	Connector string  `json:"connector"`
	Enable    bool    `json:"enable"` // what was wanted
	Before    *bool   `json:"before"` // nil: not known
	Outcome   Outcome `json:"outcome"`
	Reason    Reason  `json:"reason"` // of a refusal
	Text      string  `json:"text"`   // of a failure, in the cmdlet's words
}

// Outcome is how a change ended.
type Outcome string

const (
	Made    Outcome = "made"
	Already Outcome = "already" // it was so before: nothing was done
	Refused Outcome = "refused" // nothing was done, because of Reason
	Failed  Outcome = "failed"  // writeback stands as before
	// InDoubt is a switch after which the server did not tell how writeback stands.
	InDoubt Outcome = "in-doubt"
)

// limits that no honest answer comes near.
const (
	longestDocument = 1 << 20
	mostEvents      = 200
	mostConnectors  = 200
	mostProblems    = 50
	mostRelays      = 4
	longestText     = 300
	longestSDDL     = 2000
)

// AnswerError is an answer that cannot be used.
type AnswerError struct{ What string }

func (e *AnswerError) Error() string { return "the sync server's answer cannot be used: " + e.What }

// Decode reads a document: strictly, and with all text made harmless and short.
// Errors: [AnswerError].
func Decode(raw []byte) (Document, error) {
	if len(raw) > longestDocument {
		return Document{}, &AnswerError{"it is too long"}
	}
	var version struct{ FormatVersion int }
	first := json.NewDecoder(bytes.NewReader(raw))
	if err := first.Decode(&version); errors.Is(err, io.ErrUnexpectedEOF) {
		return Document{}, &AnswerError{"its end is missing"}
	} else if err != nil {
		return Document{}, &AnswerError{notOurs(err)}
	}
	if _, err := first.Token(); err != io.EOF {
		return Document{}, &AnswerError{"something follows after its end"}
	}
	if version.FormatVersion != FormatVersion {
		age := "a newer"
		if version.FormatVersion < FormatVersion {
			age = "an older"
		}
		return Document{}, &AnswerError{fmt.Sprintf("it is of %s version of this program (format %d; this one reads %d): use the script of this program", age, version.FormatVersion, FormatVersion)}
	}
	var d Document
	if name := misread.Twice(raw); name != "" {
		return Document{}, &AnswerError{fmt.Sprintf("%q is in it twice: it was damaged on its way", visible.Words(name, 40))}
	}
	j := json.NewDecoder(bytes.NewReader(raw))
	j.DisallowUnknownFields()
	if err := j.Decode(&d); err != nil {
		return Document{}, &AnswerError{notOurs(err)}
	}
	if d.Length != "" && d.Length != fmt.Sprintf("%07d", len(bytes.TrimSpace(raw))) {
		return Document{}, &AnswerError{"it was damaged on its way: bring the file as the script left it"}
	}
	if err := d.check(); err != nil {
		return Document{}, &AnswerError{err.Error()}
	}
	d.harmless()
	return d, nil
}

// notOurs says in which way JSON is not what the script leaves.
func notOurs(err error) string {
	what := misread.JSON(err)
	if what == misread.NotJSON {
		return "it is not the JSON that the script leaves"
	}
	return what + ": use the script of this program"
}

// check looks for what must be there.
func (d Document) check() error {
	switch {
	case d.Kind != Inspect.name && d.Kind != EnableConnect.name:
		return fmt.Errorf("its kind %q is not known", visible.Words(d.Kind, 40))
	case d.Host == "":
		return errors.New("the host is missing")
	case d.At.IsZero():
		return errors.New("the time is missing")
	case len(d.Events) > mostEvents:
		return fmt.Errorf("it has more than %d events", mostEvents)
	case d.Connect != nil && len(d.Connect.Connectors) > mostConnectors:
		return fmt.Errorf("it has more than %d connectors", mostConnectors)
	case len(d.Problems) > mostProblems:
		return fmt.Errorf("it has more than %d problems", mostProblems)
	case len(d.Relays) > mostRelays:
		return fmt.Errorf("it has more than %d relays", mostRelays)
	case (d.Kind == Inspect.name) != (d.Change == nil):
		return errors.New("what became of the change is missing, or there was none")
	}
	if d.Change == nil {
		return nil
	}
	switch d.Change.Outcome {
	case Refused:
		if refusals[d.Change.Reason] == "" {
			return fmt.Errorf("the reason %q is not known", visible.Words(string(d.Change.Reason), 40))
		}
		return nil
	case Made, Already, Failed, InDoubt:
		return nil
	}
	return fmt.Errorf("the outcome %q is not known", visible.Words(string(d.Change.Outcome), 40))
}

// harmless bounds every text and takes control characters out.
func (d *Document) harmless() {
	texts := []*string{&d.Nonce, &d.ChangeID, &d.Host, &d.PowerShell, &d.Cut}
	for i := range d.Relays {
		texts = append(texts, &d.Relays[i].Host, &d.Relays[i].Text)
	}
	if c := d.Connect; c != nil {
		texts = append(texts, &c.Version, &c.VersionOf, &c.ModulePath, &c.CloudConnector)
		for i := range c.Connectors {
			texts = append(texts, &c.Connectors[i].Name, &c.Connectors[i].Forest, &c.Connectors[i].Domain, &c.Connectors[i].Account)
			for k := range c.Connectors[i].LeftOut {
				texts = append(texts, &c.Connectors[i].LeftOut[k])
			}
		}
		if c.Reset != nil {
			texts = append(texts, &c.Reset.ServiceStatus, &c.Reset.OnboardingStatus)
		}
	}
	if c := d.CloudSync; c != nil {
		texts = append(texts, &c.Version, &c.ModulePath)
	}
	if p := d.Permissions; p != nil {
		texts = append(texts, &p.ModulePath, &p.AdminSDHolderSwitch)
	}
	if c := d.Change; c != nil {
		c.Reason = Reason(visible.Words(string(c.Reason), 40))
		texts = append(texts, &c.Connector, &c.Text)
	}
	for i := range d.Events {
		texts = append(texts, &d.Events[i].Source, &d.Events[i].Message)
	}
	for i := range d.Problems {
		texts = append(texts, &d.Problems[i])
	}
	for _, t := range texts {
		*t = visible.Words(*t, longestText)
	}
	if d.RemoteSAM != nil {
		*d.RemoteSAM = visible.Words(*d.RemoteSAM, longestSDDL)
	}
}

// Server is the document as the rules need it.
//
// Where it is not known whether the server is in staging mode, Reset is nil: a
// server in staging mode writes nothing back. An answer that tells of a switch has no
// events yet; the server is given time for them.
func (d Document) Server() cloudconfig.Server {
	s := cloudconfig.Server{Host: d.Host, At: d.At, Problems: d.Problems, EventsUnread: d.eventsUnread(), RestrictRemoteSAM: d.RemoteSAM, PowerShell: d.PowerShell, Elevated: d.Elevated}
	s.LeftOut = d.Cut
	for _, r := range d.Relays {
		s.Relays = append(s.Relays, cloudconfig.Relay(r))
	}
	for _, e := range d.Events {
		if e.At.Sub(d.At) > cloudconfig.Skewed { // it would outweigh all that is
			s.Problems = append(s.Problems[:len(s.Problems):len(s.Problems)], fmt.Sprintf("event %d is dated %s, later than the log was read: it is left out", e.ID, e.At.UTC().Format(time.RFC3339)))
			continue
		}
		s.Events = append(s.Events, cloudconfig.Event(e))
	}
	if c := d.Change; c != nil && c.Enable && c.Outcome == Made {
		s.SwitchedOn = d.At
	}
	if c := d.Change; c != nil {
		s.Switch = &cloudconfig.SwitchTold{Enable: c.Enable, Connector: c.Connector, Outcome: string(c.Outcome), Reason: string(c.Reason), Says: c.Text}
		if err := d.ChangeError(); err != nil {
			s.Switch.Why = err.Error()
		}
		if c.Outcome == Made && c.Text != "" {
			s.Problems = append(s.Problems[:len(s.Problems):len(s.Problems)], "the cmdlet did it, and said: "+c.Text)
		}
	}
	switch {
	case d.Connect != nil:
		s.Product = "connect"
		d.Connect.fill(&s)
		if d.CloudSync != nil {
			s.Agent = cmp.Or(d.CloudSync.Version, "of unknown version")
		}
	case d.CloudSync != nil:
		s.Product, s.Version = "cloud", d.CloudSync.Version
	}
	return s
}

// eventsUnread says that an event that is not in the document may be in the log all the
// same: only one script asks for events, or a part of the log could not be read. Where
// there are more than fit, the newest of each kind came.
func (d Document) eventsUnread() bool {
	return d.Kind != Inspect.name || slices.ContainsFunc(d.Problems, func(p string) bool { return strings.HasPrefix(p, "events") })
}

func (c Connect) fill(s *cloudconfig.Server) {
	s.Cloud = c.CloudConnector
	if !strings.HasPrefix(c.VersionOf, "module") { // which has a number of its own
		s.Version = c.Version
	}
	s.Scheduler = c.Scheduler != nil && *c.Scheduler
	s.NoMaintenance = c.Maintenance != nil && !*c.Maintenance
	for _, a := range c.Connectors {
		s.Connectors = append(s.Connectors, cloudconfig.ServerConnector(a))
	}
	if s.StagingUnknown = c.Staging == nil; s.StagingUnknown {
		s.Problems = append(s.Problems[:len(s.Problems):len(s.Problems)], "whether the server is in staging mode is not known, so nothing that it says counts")
		return
	}
	s.Staging = *c.Staging
	if r := c.Reset; r != nil {
		reset := cloudconfig.ResetConfiguration(*r)
		s.Reset = &reset
	}
}
