package tenant

import (
	"maps"
	"slices"
	"time"

	"writeback/cloudconfig"
)

// State is what can be changed in a tenant through its services. It is made of what JSON can hold, so that a tenant can go on where another one ended.
type State struct {
	Policy   cloudconfig.Policy `json:"policy"`
	Features map[string]bool    `json:"features"`
	Audits   []AuditState       `json:"audits,omitempty"`
}

// AuditState is an entry of the audit log.
type AuditState struct {
	Audit cloudconfig.Audit `json:"audit"`
	Found time.Time         `json:"found"` // since when the log has it
	// Target and TargetUPN are the user whom it is about; "": the first.
	Target    string `json:"target,omitempty"`
	TargetUPN string `json:"targetUpn,omitempty"`
}

// State is the tenant's by now. What is not shown yet counts as made.
func (t *Tenant) State() State {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := State{Policy: t.policy.is, Features: maps.Clone(t.features)}
	for _, e := range t.audits {
		s.Audits = append(s.Audits, AuditState{e.Audit, e.found, e.target, e.targetUPN})
	}
	return s
}

func (t *Tenant) restore(s State) {
	t.policy = newDelayedPolicy(s.Policy)
	for name, on := range s.Features {
		if slices.Contains(featureNames, name) {
			t.features[name] = on
		}
	}
	for i, a := range s.Audits {
		t.audits = append(t.audits, entry{Audit: a.Audit, number: i, found: a.Found, target: a.Target, targetUPN: a.TargetUPN})
	}
}

// SyncState is what can be changed in a sync server.
type SyncState struct {
	Enabled bool                `json:"enabled"`
	Since   time.Time           `json:"since"` // of the last switch
	Events  []cloudconfig.Event `json:"events,omitempty"`
}

// State is the server's by now.
func (s *SyncServer) State() SyncState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return SyncState{Enabled: s.enabled, Since: s.since, Events: slices.Clone(s.events)}
}
