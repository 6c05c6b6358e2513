package practice

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
)

// trouble is something that is wrong in the world on purpose, so that it can be seen
// what the program makes of it.
type trouble struct {
	name string
	says string
	do   func(o *tenant.SyncOptions)
}

var troubles = []trouble{
	{"wrong-server", "the sync server serves another forest, fabrikam.com", func(o *tenant.SyncOptions) {
		o.Connectors = []cloudconfig.ServerConnector{{Name: "fabrikam.com", Forest: "fabrikam.com", Domain: "fabrikam.com", Account: "MSOL_fedcba987654"}}
	}},
	{"wrong-tenant", "the sync server serves another tenant, fabrikam.onmicrosoft.com", func(o *tenant.SyncOptions) {
		o.Cloud = "fabrikam.onmicrosoft.com - AAD"
	}},
	{"other-account", "the sync server signs in with another account, MSOL_fedcba987654", func(o *tenant.SyncOptions) {
		o.Connectors[0].Account = "MSOL_fedcba987654"
	}},
	{deadRelay, "writeback is on, and the sync server does not reach the relay", func(o *tenant.SyncOptions) { o.DeadRelay = true }},
	{"old-version", "the sync server has an old version of Entra Connect", func(o *tenant.SyncOptions) { o.Version = "2.5.76.0" }},
	{"staging", "the sync server is in staging mode", func(o *tenant.SyncOptions) { o.Staging = true }},
}

const deadRelay = "dead-relay"

// NoTrouble ends the trouble.
const NoTrouble = "none"

// Troubles are the names that [World.Trouble] takes.
func Troubles() []string {
	out := []string{NoTrouble}
	for _, t := range troubles {
		out = append(out, t.name)
	}
	return out
}

// Trouble makes one thing wrong on the sync side, and nothing else, until there is
// another trouble, or [NoTrouble]; says is what it is. The dead relay is that of a
// writeback that was switched on two hours ago; how it stood before comes back with its
// end.
func (w *World) Trouble(name string) (says string, err error) {
	i := slices.IndexFunc(troubles, func(t trouble) bool { return t.name == name })
	if i < 0 && name != NoTrouble {
		return "", fmt.Errorf("there is no trouble %q: %s", name, strings.Join(Troubles(), ", "))
	}
	w.mu.Lock()
	s := w.Server.State()
	if w.before != nil {
		s, w.before = *w.before, nil
	}
	if w.trouble = ""; i >= 0 {
		w.trouble, says = name, troubles[i].says
	}
	if name == deadRelay {
		was := s
		w.before, s = &was, tenant.SyncState{Enabled: true, Since: time.Now().Add(-2 * time.Hour)}
	}
	w.join(&s)
	w.mu.Unlock()
	return says, w.save()
}

// join puts the sync server beside the tenant, with what is wrong with it.
func (w *World) join(s *tenant.SyncState) {
	o := tenant.SyncOptions{State: s, Connectors: []cloudconfig.ServerConnector{w.connector()}}
	for _, t := range troubles {
		if t.name == w.trouble {
			t.do(&o)
		}
	}
	w.Server = w.Tenant.Join(o)
}
