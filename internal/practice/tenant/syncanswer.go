package tenant

import (
	"encoding/json"
	"fmt"
	"time"

	"writeback/cloudconfig"
)

// The answers of a sync server, with the names that the scripts of package syncserver write.

// question is what the scripts are given.
type question struct {
	Nonce     string `json:"nonce"`
	Since     int64  `json:"sinceUnix"`
	Events    []int  `json:"events"`
	Connector string `json:"connector"`
	Enable    bool   `json:"enable"`
}

type serverDocument struct {
	FormatVersion int                  `json:"formatVersion"`
	Kind          string               `json:"kind"`
	Nonce         string               `json:"nonce"`
	Host          string               `json:"host"`
	At            string               `json:"at"`
	PowerShell    string               `json:"powershell"`
	Elevated      bool                 `json:"elevated"`
	Connect       *documentConnect     `json:"connect"`
	CloudSync     *documentAgent       `json:"cloudSync"`
	Permissions   *documentPermissions `json:"permissions"`
	Events        []documentEvent      `json:"events"`
	Problems      []string             `json:"problems"`
	Change        *documentChange      `json:"change"`
}

type documentConnect struct {
	Version        string              `json:"version"`
	VersionOf      string              `json:"versionOf"`
	ModulePath     string              `json:"modulePath"`
	Staging        bool                `json:"staging"`
	Scheduler      bool                `json:"scheduler"`
	Connectors     []documentConnector `json:"connectors"`
	CloudConnector string              `json:"cloudConnector"`
	Reset          documentReset       `json:"reset"`
}

type documentConnector struct {
	Name    string `json:"name"`
	Forest  string `json:"forest"`
	Account string `json:"account"`
}

type documentReset struct {
	Enabled          bool   `json:"enabled"`
	ServiceStatus    string `json:"serviceStatus"`
	OnboardingStatus string `json:"onboardingStatus"`
}

type documentAgent struct {
	Version    string `json:"version"`
	ModulePath string `json:"modulePath"`
}

type documentPermissions struct {
	ModulePath string `json:"modulePath"`
	Switch     string `json:"adminSDHolderSwitch"`
}

type documentEvent struct {
	ID      int    `json:"id"`
	At      string `json:"at"`
	Source  string `json:"source"`
	Message string `json:"message"`
}

type documentChange struct {
	Connector string `json:"connector"`
	Enable    bool   `json:"enable"`
	Before    *bool  `json:"before"`
	Outcome   string `json:"outcome"` // made, already, refused, failed
	Reason    string `json:"reason"`
	Text      string `json:"text"`
}

// wireTime writes a time as .NET's round-trip format does.
func wireTime(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.0000000Z07:00") }

// Answer answers as the script of the kind inspect, enable or enable-cloud does: with one JSON document for the JSON that it is given.
func (s *SyncServer) Answer(kind string, input []byte) ([]byte, error) {
	var q question
	if err := json.Unmarshal(input, &q); err != nil {
		return nil, fmt.Errorf("read the question to the practice sync server: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.tenant.opts().Clock()
	var change *documentChange
	switch kind {
	case "inspect":
	case "enable":
		change = s.enable(q)
	case "enable-cloud":
		change = s.enableCloud(q)
	default:
		return nil, fmt.Errorf("the practice sync server has no script %q", kind)
	}
	d := serverDocument{
		FormatVersion: 1, Kind: kind, Nonce: q.Nonce, Host: s.options.Host, At: wireTime(now), PowerShell: "5.1.20348.2400", Elevated: true,
		Events: []documentEvent{}, Problems: append([]string{}, s.options.Problems...), Change: change,
	}
	if kind != "enable-cloud" {
		d.Connect = s.connect()
	}
	if kind != "enable" {
		d.CloudSync = s.agent()
	}
	if kind == "inspect" {
		d.Events, d.Permissions = s.eventsAsOf(now, q), s.permissions()
	}
	return json.Marshal(d)
}

func (s *SyncServer) connect() *documentConnect {
	o := s.options
	if o.NoConnect {
		return nil
	}
	d := &documentConnect{
		Version: o.Version, VersionOf: "miiserver.exe", ModulePath: `C:\Program Files\Microsoft Azure AD Sync\Bin\ADSync`, Staging: o.Staging,
		Scheduler: !o.NoCycle, Connectors: []documentConnector{}, CloudConnector: o.Cloud,
	}
	for _, c := range o.Connectors {
		d.Connectors = append(d.Connectors, documentConnector(c))
	}
	r := s.reset()
	d.Reset = documentReset{r.Enabled, r.ServiceStatus, r.OnboardingStatus}
	return d
}

func (s *SyncServer) agent() *documentAgent {
	if s.options.Agent == "" {
		return nil
	}
	return &documentAgent{s.options.Agent, `C:\Program Files\Microsoft Azure AD Connect Provisioning Agent\Microsoft.CloudSync.Powershell.dll`}
}

func (s *SyncServer) permissions() *documentPermissions {
	if s.options.NoConnect {
		return nil
	}
	return &documentPermissions{`C:\Program Files\Microsoft Azure Active Directory Connect\AdSyncConfig\AdSyncConfig.psm1`, s.options.Switch}
}

// enable switches Entra Connect's writeback unless the script would refuse to.
func (s *SyncServer) enable(q question) *documentChange {
	c := &documentChange{Connector: q.Connector, Enable: q.Enable, Outcome: "refused"}
	switch {
	case s.options.NoConnect:
		c.Reason = "no-module"
	case s.options.Staging:
		c.Reason = "staging"
	case s.options.Cloud != q.Connector:
		c.Reason = "connector"
	default:
		before := s.enabled
		c.Before, c.Outcome = &before, "already"
		if before != q.Enable {
			c.Outcome, c.Text = s.try(func() { s.set(q.Enable) })
		}
	}
	return c
}

// enableCloud switches Cloud Sync's writeback. That it is the portal's box "Write back passwords with Microsoft Entra Connect cloud sync" follows from the
// tutorial, which offers the two for the same; the field's name does not stand there.
func (s *SyncServer) enableCloud(q question) *documentChange {
	c := &documentChange{Enable: q.Enable, Outcome: "refused", Reason: "no-module"}
	if s.options.Agent == "" {
		return c
	}
	c.Reason = ""
	c.Outcome, c.Text = s.try(func() {
		p := s.tenant.Policy()
		p.CloudProvisioningEnabled = q.Enable
		s.tenant.SetPolicy(p)
		activity := cloudconfig.AuditEnable
		if !q.Enable {
			activity = cloudconfig.AuditDisable
		}
		s.tenant.AddAudit(cloudconfig.Audit{Activity: activity, Success: true})
	})
	return c
}

func (s *SyncServer) try(do func()) (outcome, text string) {
	if s.options.Fails != "" {
		return "failed", s.options.Fails
	}
	do()
	return "made", ""
}
