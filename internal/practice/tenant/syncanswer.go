package tenant

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"writeback/cloudconfig"
	"writeback/cloudconfig/syncserver"
)

// The answers of a practice sync server are those of the scripts in package syncserver, refusal for refusal: it takes their place as a
// [syncserver.Runner].
var _ syncserver.Runner = (*SyncServer)(nil)

// Run answers as the script does: with a [syncserver.Document] in JSON.
func (s *SyncServer) Run(ctx context.Context, script syncserver.Script, ask syncserver.Ask) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	yes, now := true, s.now()
	d := syncserver.Document{
		FormatVersion: syncserver.FormatVersion, Kind: script.Name(), Nonce: ask.Nonce, ChangeID: ask.ChangeID, Host: s.options.Host, At: now.UTC(),
		PowerShell: "5.1.20348.2400", Elevated: &yes, Events: []syncserver.Event{}, Problems: append([]string{}, s.options.Problems...),
	}
	switch d.Kind {
	case syncserver.Inspect.Name():
		d.Connect, d.CloudSync, d.Permissions = s.connect(), s.agent(), s.permissions()
		d.Events = s.eventsAsOf(now, ask)
	case syncserver.EnableConnect.Name():
		d.Change = s.enable(ask)
		d.Connect = s.connect()
	default:
		return nil, fmt.Errorf("the practice sync server has no script %q", d.Kind)
	}
	return json.Marshal(d)
}

func (s *SyncServer) connect() *syncserver.Connect {
	o := s.options
	if o.NoConnect {
		return nil
	}
	staging, cycle := o.Staging, !o.NoCycle
	c := &syncserver.Connect{
		Version: o.Version, VersionOf: "miiserver.exe", ModulePath: `C:\Program Files\Microsoft Azure AD Sync\Bin\ADSync`,
		Staging: &staging, Scheduler: &cycle, Connectors: []syncserver.Connector{}, CloudConnector: o.Cloud,
		Reset: &syncserver.Reset{ServiceStatus: "Stopped", OnboardingStatus: "Required"},
	}
	for _, a := range o.Connectors {
		c.Connectors = append(c.Connectors, syncserver.Connector(a))
	}
	if s.enabled {
		c.Reset = &syncserver.Reset{Enabled: true, ServiceStatus: o.Service, OnboardingStatus: "NotRequired"}
	}
	return c
}

func (s *SyncServer) agent() *syncserver.CloudSync {
	if s.options.Agent == "" {
		return nil
	}
	return &syncserver.CloudSync{
		Version:    s.options.Agent,
		ModulePath: `C:\Program Files\Microsoft Azure AD Connect Provisioning Agent\Microsoft.CloudSync.Powershell.dll`,
	}
}

func (s *SyncServer) permissions() *syncserver.Permissions {
	if s.options.NoConnect {
		return nil
	}
	return &syncserver.Permissions{
		ModulePath:          `C:\Program Files\Microsoft Azure Active Directory Connect\AdSyncConfig\AdSyncConfig.psm1`,
		AdminSDHolderSwitch: s.options.Switch,
	}
}

// enable switches Entra Connect's writeback unless the script would refuse to.
func (s *SyncServer) enable(ask syncserver.Ask) *syncserver.Change {
	c := &syncserver.Change{Connector: ask.Connector, Enable: ask.Enable, Outcome: syncserver.Refused}
	switch {
	case s.options.NoConnect:
		c.Reason = syncserver.NoModule
	case s.options.Staging:
		c.Reason = syncserver.Staging
	case s.options.Cloud != ask.Connector:
		c.Reason = syncserver.OtherConnector
	case ask.Host != "" && !strings.EqualFold(ask.Host, s.options.Host):
		c.Reason = syncserver.OtherHost
	case ask.Forest != "" && !s.serves(ask.Forest):
		c.Reason = syncserver.OtherForest
	case ask.Forest != "" && !s.signsInAs(ask):
		c.Reason = syncserver.OtherAccount
	default:
		before := s.enabled
		c.Before, c.Outcome = &before, syncserver.Already
		if before != ask.Enable {
			c.Outcome, c.Text = s.try(func() { s.set(ask.Enable) })
		}
	}
	return c
}

func (s *SyncServer) serves(forest string) bool {
	_, is := cloudconfig.Server{Connectors: s.options.Connectors}.ConnectorOf(forest)
	return is
}

func (s *SyncServer) signsInAs(ask syncserver.Ask) bool {
	c, _ := cloudconfig.Server{Connectors: s.options.Connectors}.ConnectorOf(ask.Forest)
	return (ask.Account == "" || strings.EqualFold(c.Account, ask.Account)) && (ask.Domain == "" || strings.EqualFold(c.Domain, ask.Domain))
}

func (s *SyncServer) try(do func()) (syncserver.Outcome, string) {
	if s.options.Fails != "" {
		return syncserver.Failed, s.options.Fails
	}
	do()
	return syncserver.Made, ""
}
