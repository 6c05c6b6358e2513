package cloudconfig

import "time"

// Server is what a sync server's own cmdlets and event log tell.
type Server struct {
	Host    string
	At      time.Time // when it was asked, by the server's clock
	Product string    // "connect" or "cloud"
	Version string    // of the product's module or agent; "" where not found
	Told    bool      // a person asked, and brought the answer: At may be long ago
	// Unmatched says that nobody knows which script the answer is to, and LeftOut what the
	// short form that was copied leaves out; "": nothing.
	Unmatched bool   `json:",omitempty"`
	LeftOut   string `json:",omitempty"`
	Staging   bool   // staging mode: it writes nothing back
	// StagingUnknown says that nobody knows whether it is: it proves nothing then.
	StagingUnknown bool `json:",omitempty"`
	Scheduler      bool // the sync cycle is enabled
	// NoMaintenance says that the scheduler's maintenance is switched off, which renews
	// the keys of password reset among others.
	NoMaintenance bool `json:",omitempty"`
	// PowerShell is the version that ran the script there, and Elevated whether it did
	// so as administrator; "" and nil: not said.
	PowerShell string `json:",omitempty"`
	Elevated   *bool  `json:",omitempty"`
	// Agent is the version of the Cloud Sync agent beside Entra Connect; "" where
	// there is none beside it.
	Agent string
	// Connectors are the connectors to AD forests, with the account each uses.
	Connectors []ServerConnector
	// Cloud is the name of the connector to Microsoft Entra ID.
	Cloud string
	// Reset is Get-ADSyncAADPasswordResetConfiguration; nil where the cmdlet is
	// not there or did not answer.
	Reset  *ResetConfiguration
	Events []Event
	// Relays are the relay hosts that the service's events name, as far as somebody on
	// the server tried to connect to them. They are a hint: behind a proxy none answers.
	Relays []Relay `json:",omitempty"`
	// EventsUnread says that the event log was not read, or not all of it: that
	// Events has nothing of a kind means nothing then.
	EventsUnread bool `json:",omitempty"`
	// RestrictRemoteSAM is the registry's security descriptor, in SDDL, of who may make
	// remote calls to SAM there; "": none is set; nil: not looked at.
	RestrictRemoteSAM *string `json:",omitempty"`
	// Switch is what became of a switch that the answer tells of; nil: it tells of none.
	Switch *SwitchTold `json:",omitempty"`
	// SwitchedOn is when this program switched writeback on, by the server's clock;
	// zero: it did not. The first events may be a while in coming.
	SwitchedOn time.Time `json:"-"`
	// Problems are what the server could not answer, in its words.
	Problems []string
}

// SwitchTold is how the script that switches ended.
type SwitchTold struct {
	Enable    bool   // what was wanted
	Connector string // that was to be switched
	Outcome   string // "made", "already", "refused", "failed" or "in-doubt"
	Reason    string // of a refusal, a code
	Says      string // the cmdlet's words
	Why       string // it was not made, for people; "": it was, or was so before
}

// ServerConnector is one connector of Entra Connect to a forest.
type ServerConnector struct {
	Name    string
	Forest  string // forest-name: the DNS name of the forest's root domain; "": not said
	Domain  string // forest-login-domain: the account's; "": not said
	Account string // forest-login-user
	// LeftOut are the DNs of domains that are not selected for it, as far as it says.
	LeftOut []string `json:",omitempty"`
}

// ResetConfiguration is the answer of Get-ADSyncAADPasswordResetConfiguration,
// as far as the fields were seen in the field: there is no reference for them.
type ResetConfiguration struct {
	Enabled          bool
	ServiceStatus    string // "Started" where it works
	OnboardingStatus string // OnboardingRequiredStatus, "NotRequired" where it works
	// Modified is ModifiedTimestamp; nil: not said.
	Modified *time.Time `json:",omitempty"`
}

// Running says that the service behind the switch works.
func (r ResetConfiguration) Running() bool {
	return r.Enabled && r.ServiceStatus == "Started" && r.OnboardingStatus == "NotRequired"
}

// Event is one entry of the application event log, of source
// PasswordResetService or ADSync.
type Event struct {
	ID      int
	At      time.Time
	Source  string
	Message string // shortened
	// Count is how many of its kind were found, with it, and First when the first was;
	// 0 and nil: not said.
	Count int        `json:",omitempty"`
	First *time.Time `json:",omitempty"`
}

// Relay is a relay host of the tenant's, and whether the sync server got a TCP
// connection to its port 443.
type Relay struct {
	Host    string
	Reached bool
	Text    string // why not
}
