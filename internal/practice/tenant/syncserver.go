package tenant

import (
	"slices"
	"sync"
	"time"

	"writeback/cloudconfig"
	"writeback/cloudconfig/syncserver"
)

// SyncOptions say what a sync server is. The zero value is a server with Entra Connect, one connector, and writeback off.
type SyncOptions struct {
	Host       string // "": SYNC01
	NoConnect  bool   // Entra Connect is not installed
	Version    string // of Entra Connect; "": 2.6.92.0
	Staging    bool
	NoCycle    bool                          // the scheduler is off
	Connectors []cloudconfig.ServerConnector // nil: one to contoso.com
	Cloud      string                        // the connector to Microsoft Entra ID; "": contoso.onmicrosoft.com - AAD
	Agent      string                        // version of the Cloud Sync agent; "": not installed
	// Switch is what Set-ADSyncPasswordWritebackPermissions calls its switch for AdminSDHolder; "": IncludeAdminSdHolders.
	Switch string

	Enabled bool // writeback of Entra Connect, at the start
	// State is what a server before this one left, in place of Enabled; nil: none.
	State      *SyncState
	Service    string        // ServiceStatus while writeback is on; "": Started
	EventDelay time.Duration // from a change to its events being found
	DeadRelay  bool          // the relay is not reached: errors in place of heartbeats
	Fails      string        // what the cmdlet says instead of switching; "": nothing
	Problems   []string      // parts that do not answer, in the server's words
}

// SyncServer is a practice sync server: a [syncserver.Runner] that answers as the scripts do on a real one. It goes by the tenant's clock.
type SyncServer struct {
	tenant *Tenant

	mu      sync.Mutex
	options SyncOptions
	enabled bool
	since   time.Time // of the last switch
	events  []cloudconfig.Event
}

// Join puts a sync server beside the tenant.
func (t *Tenant) Join(o SyncOptions) *SyncServer {
	s := &SyncServer{tenant: t, options: o.complete(), enabled: o.Enabled, since: t.opts().Clock()}
	if o.State != nil {
		s.enabled, s.since, s.events = o.State.Enabled, o.State.Since, slices.Clone(o.State.Events)
	}
	return s
}

func (o SyncOptions) complete() SyncOptions {
	set(&o.Host, "SYNC01")
	set(&o.Version, "2.6.92.0")
	set(&o.Cloud, "contoso.onmicrosoft.com - AAD")
	set(&o.Switch, "IncludeAdminSdHolders")
	set(&o.Service, "Started")
	if o.Connectors == nil {
		o.Connectors = []cloudconfig.ServerConnector{{Name: "contoso.com", Forest: "contoso.com", Account: "MSOL_0123456789ab"}}
	}
	return o
}

// Change changes the options of the server. Enabled and State say how it starts: see [SyncServer.Set].
func (s *SyncServer) Change(change func(o *SyncOptions)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.options
	o.Connectors, o.Problems = slices.Clone(o.Connectors), slices.Clone(o.Problems)
	change(&o)
	s.options = o.complete()
}

// Enabled says whether Entra Connect's writeback is on.
func (s *SyncServer) Enabled() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.enabled
}

// Set switches Entra Connect's writeback, as the cmdlet does: with its events, and an entry in the tenant's audit log.
func (s *SyncServer) Set(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set(on)
}

func (s *SyncServer) set(on bool) {
	if s.enabled == on {
		return
	}
	now := s.now()
	s.enabled, s.since = on, now
	if on {
		s.log(now, 31004, 31017, 31018, 31005, 31015)
	} else {
		s.log(now, 31012, 31013, 31016)
	}
	s.tenant.AddAudit(cloudconfig.Audit{At: now, Activity: switched(on), Success: true})
}

// switched is the audit log's name for it.
func switched(on bool) string {
	if on {
		return cloudconfig.AuditEnable
	}
	return cloudconfig.AuditDisable
}

func (s *SyncServer) now() time.Time { return s.tenant.opts().Clock() }

func (s *SyncServer) log(at time.Time, ids ...int) {
	for _, id := range ids {
		s.events = append(s.events, event(id, at))
	}
}

func event(id int, at time.Time) cloudconfig.Event {
	m, _ := cloudconfig.Meaning(id)
	return cloudconfig.Event{ID: id, At: at, Source: "PasswordResetService", Message: m.Name}
}

// WriteBack is a self-service reset of a user: it is written back, and leaves its traces in the event log and the audit log, if the tenant and the server
// both are set for it.
func (s *SyncServer) WriteBack() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.tenant.Policy(); !s.enabled || s.options.Staging || s.options.NoConnect || s.options.Service != "Started" || p.Writeback() != cloudconfig.On {
		return false
	}
	s.log(s.now(), 31001, 31002)
	s.tenant.AddReset("Microsoft Entra Connect")
	return true
}

// heartbeat is how often the writeback service logs that it is in touch.
const heartbeat = 5 * time.Minute

// eventsAsOf are the events that are asked for and found by now, newest first; of the heartbeats the last three.
func (s *SyncServer) eventsAsOf(now time.Time, ask syncserver.Ask) []syncserver.Event {
	all := slices.Clone(s.events)
	for beat, n := s.lastBeat(now.Add(-s.options.EventDelay)), 0; s.enabled && n < 3 && !beat.Before(s.since); n++ {
		id := 31019
		if s.options.DeadRelay {
			id = 32002
		}
		all = append(all, event(id, beat))
		beat = beat.Add(-heartbeat)
	}
	slices.SortStableFunc(all, func(a, b cloudconfig.Event) int { return b.At.Compare(a.At) })
	out := []syncserver.Event{}
	for _, e := range all {
		found := !e.At.Add(s.options.EventDelay).After(now)
		if found && slices.Contains(ask.Events, e.ID) && e.At.Unix() >= ask.Since && len(out) < 200 {
			out = append(out, syncserver.Event{ID: e.ID, At: e.At.UTC(), Source: e.Source, Message: e.Message})
		}
	}
	return out
}

// lastBeat is the last heartbeat: the first comes with the switch.
func (s *SyncServer) lastBeat(now time.Time) time.Time {
	return s.since.Add(now.Sub(s.since) / heartbeat * heartbeat)
}
