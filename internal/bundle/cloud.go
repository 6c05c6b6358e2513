package bundle

import (
	"time"

	"writeback/adperms/secdesc"
	"writeback/cloudconfig"
)

// Tenant is what Graph and the portal tell about a tenant.
type Tenant struct {
	ID         string    `json:"id"`
	Domains    []string  `json:"domains"`
	Sync       bool      `json:"sync"`
	SyncUnread bool      `json:"syncUnread"`
	LastSync   time.Time `json:"lastSync"`
	Plans      []string  `json:"plans"` // those that include writeback, and can be used
	Others     int       `json:"otherPlans"`
	Flag       *bool     `json:"flag"` // features.passwordWritebackEnabled
	HashSync   *bool     `json:"hashSync"`
	AdminSSPR  *bool     `json:"adminSspr"`
	SkewMS     int64     `json:"skewMs"`
	Unread     int       `json:"unread"` // parts that could not be read

	Policy *Policy `json:"policy,omitempty"` // nil: the portal was not asked, or did not answer
}

// Policy is the portal's page.
type Policy struct {
	Supported  bool `json:"passwordWritebackSupported"`
	Unlockable bool `json:"accountUnlockSupported"`
	Unlock     bool `json:"accountUnlockEnabled"`
	Enabled    bool `json:"enablementForTenant"`
	Cloud      bool `json:"cloudProvisioningEnablementForTenant"`
}

// Tenant adds a tenant; policy is nil where nobody read it.
func (m *Maker) Tenant(t cloudconfig.Tenant, policy *cloudconfig.Policy) {
	out := Tenant{ID: m.names.TenantID(t.ID), Domains: []string{}, Sync: t.SyncEnabled, SyncUnread: t.SyncUnread, LastSync: m.moved(t.LastSync), Plans: []string{},
		Flag: t.GraphFlag, HashSync: t.HashSync, AdminSSPR: t.AdminSSPR, SkewMS: t.Skew.Milliseconds(), Unread: len(t.Unread)}
	for _, d := range t.Domains {
		out.Domains = append(out.Domains, m.names.DNS(d))
	}
	for _, p := range t.Plans {
		if id := among(p.ID, cloudconfig.PlanP1, cloudconfig.PlanP2); id != "" && p.Usable {
			out.Plans = append(out.Plans, id)
		} else {
			out.Others++
		}
	}
	if policy != nil {
		out.Policy = &Policy{policy.PasswordWritebackSupported, policy.AccountUnlockSupported, policy.AccountUnlockEnabled, policy.EnablementForTenant, policy.CloudProvisioningEnabled}
	}
	m.b.Tenant = &out
}

// Server is what a sync server tells.
type Server struct {
	Host           string      `json:"host"`
	Product        string      `json:"product"`
	Version        string      `json:"version"`
	Agent          string      `json:"agent"`
	PowerShell     string      `json:"powershell"`
	Elevated       *bool       `json:"elevated"`
	Staging        bool        `json:"staging"`
	StagingUnknown bool        `json:"stagingUnknown"`
	Scheduler      bool        `json:"scheduler"`
	NoMaintenance  bool        `json:"noMaintenance"`
	Told           bool        `json:"told"`
	At             time.Time   `json:"at"`
	Connectors     []Connector `json:"connectors"`
	Reset          *Reset      `json:"reset"`
	Events         []Event     `json:"events"`
	EventsUnread   bool        `json:"eventsUnread"`
	Relays         int         `json:"relays"`
	RelaysReached  int         `json:"relaysReached"`
	RemoteSAM      *string     `json:"remoteSam"` // SDDL
	Problems       int         `json:"problems"`
}

// Connector is one to a forest.
type Connector struct {
	Name    string   `json:"name"`
	Forest  string   `json:"forest"`
	Domain  string   `json:"domain"`
	Account string   `json:"account"`
	LeftOut []string `json:"leftOut"`
}

// Reset is the cmdlet's answer about password reset.
type Reset struct {
	Enabled    bool   `json:"enabled"`
	Service    string `json:"serviceStatus"`
	Onboarding string `json:"onboardingStatus"`
}

// Event is one of the event log, without its message.
type Event struct {
	ID     int       `json:"id"`
	Source string    `json:"source"`
	At     time.Time `json:"at"`
	Count  int       `json:"count"`
}

// Server adds a sync server.
func (m *Maker) Server(s cloudconfig.Server) {
	out := Server{Host: m.names.Host(s.Host), Product: among(s.Product, "connect", "cloud"), Version: m.word(s.Version, versionForm.MatchString),
		Agent: m.word(s.Agent, versionForm.MatchString), PowerShell: m.word(s.PowerShell, versionForm.MatchString), Elevated: s.Elevated,
		Staging: s.Staging, StagingUnknown: s.StagingUnknown, Scheduler: s.Scheduler, NoMaintenance: s.NoMaintenance, Told: s.Told, At: m.moved(s.At),
		Connectors: []Connector{}, Events: []Event{}, EventsUnread: s.EventsUnread, Relays: len(s.Relays), Problems: len(s.Problems)}
	for _, c := range s.Connectors {
		out.Connectors = append(out.Connectors, Connector{m.names.DNS(c.Name), m.names.DNS(c.Forest), m.names.DNS(c.Domain), m.names.UPN(c.Account), m.dns(c.LeftOut)})
	}
	if r := s.Reset; r != nil {
		word := func(s string, list ...string) string {
			return m.word(s, func(s string) bool { return among(s, list...) != "" })
		}
		out.Reset = &Reset{r.Enabled, word(r.ServiceStatus, "Started", "Stopped", "Unknown", "Starting", "Stopping"), word(r.OnboardingStatus, "NotRequired", "Required", "Unknown")}
	}
	for _, e := range s.Events {
		source := m.word(e.Source, func(s string) bool {
			return among(s, "PasswordResetService", "ADSync", "AADConnectProvisioningAgent") != ""
		})
		out.Events = append(out.Events, Event{e.ID, source, m.moved(e.At), e.Count})
		m.leave(leftTexts)
	}
	for _, r := range s.Relays {
		if r.Reached {
			out.RelaysReached++
		}
	}
	if s.RestrictRemoteSAM != nil {
		text := m.sddl(*s.RestrictRemoteSAM)
		out.RemoteSAM = &text
	}
	for range s.Problems {
		m.leave(leftTexts)
	}
	m.b.Server = &out
}

// word is a text of a server that passes where it is on a list.
func (m *Maker) word(text string, passes func(string) bool) string {
	if text == "" || passes(text) {
		return text
	}
	m.leave(leftWords)
	return ""
}

// sddl is a descriptor in SDDL; "": none is set, or it makes no sense.
func (m *Maker) sddl(text string) string {
	d, err := secdesc.ParseSDDL(text, secdesc.DomainSIDs{})
	if err != nil {
		return ""
	}
	raw, err := d.Marshal()
	if err != nil {
		return ""
	}
	if d, err = secdesc.Parse(m.descriptor(raw)); err != nil {
		return ""
	}
	return d.SDDL()
}
