package stages

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"writeback/cloudconfig"
	"writeback/internal/shell"
	"writeback/steps"
)

// WritebackInfo names the stage.
var WritebackInfo = steps.Info{ID: "writeback", Title: "Password writeback on the sync side"}

// Method is how a stage does its part.
type Method string

// The methods of the cloud stages, after auto was resolved.
const (
	ByServer  Method = "server"  // through the sync server's cmdlets, here or remotely
	ByHandoff Method = "handoff" // a person runs a script on the sync server
	ByHand    Method = "manual"  // a person clicks
	ByGraph   Method = "graph"   // Graph's flag, which Microsoft documents as not in use
	ByPortal  Method = "portal"  // the portal's own service, which is not documented
)

// Writeback is the stage that switches the feature on where passwords are
// written back: on the sync server.
type Writeback struct {
	*Cloud
	Method   Method
	Script   string // ByHandoff: where the script was left; "": none was
	Switches bool   // that script switches writeback on; otherwise it only asks

	failed []steps.Finding // of the last switch; told once
}

// Step is the stage as a step of the engine.
func (w *Writeback) Step() steps.Step {
	return steps.Define[Observation, Switch](WritebackInfo, w)
}

const writebackTitle = "password writeback"

// Inspect looks at all sources.
func (w *Writeback) Inspect(ctx context.Context) (Observation, error) { return w.inspect(ctx) }

// Plan switches on what is off and can be reached, and tells a person the rest.
func (w *Writeback) Plan(o Observation) ([]Switch, []steps.Finding, error) {
	v := cloudconfig.Judge(cloudconfig.WritebackOn, o.Testimony, o.At)
	findings := w.common(WritebackInfo.ID, o)
	findings = append(findings, conflicts(v, writebackTitle)...)
	if v.Vetoed || v.State == cloudconfig.Verified || v.State == cloudconfig.Attested {
		return nil, findings, nil
	}
	switch {
	case w.Method == ByServer && o.Server != nil:
		changes, more := w.byServer(o)
		return changes, append(without(findings, more), more...), nil
	case w.Method == ByGraph && o.Tenant != nil:
		changes, more := w.byGraph(*o.Tenant)
		return changes, append(findings, more...), nil
	}
	if w.Method == ByHandoff && (w.switchable(o) || o.Doubted) {
		more := bindings(o.Mismatches, true)
		findings = append(without(findings, more), more...)
	}
	if w.Switches {
		findings = append(findings, outdated())
	}
	return nil, append(findings, w.byHand(o)), nil
}

// Reason is what the sync side does to every user's password, and whether the plan
// mends it.
func (w *Writeback) Reason(ctx context.Context) (r cloudconfig.Reason, planned bool, err error) {
	o, err := w.inspect(ctx)
	if err != nil {
		return r, false, err
	}
	changes, findings, err := w.Plan(o)
	against := slices.DeleteFunc(slices.Clone(o.Mismatches), w.accepts)
	r = cloudconfig.Judge(cloudconfig.WritebackOn, o.Testimony, o.At).Reason(against)
	blocked := slices.IndexFunc(findings, func(f steps.Finding) bool { return f.Level == steps.LevelError })
	if blocked >= 0 && (r.Code == "" || r.Weight == cloudconfig.Notes) { // nothing is promised of a stage that is blocked
		f := findings[blocked]
		r = cloudconfig.Reason{Code: f.Code, Weight: cloudconfig.Hinders, Text: f.Text, Fix: f.Fix}
	}
	return r, len(changes) > 0 && blocked < 0 && r.Code == "writeback-off", err
}

// switchable says that the server is one that is to write back, and does not.
func (w *Writeback) switchable(o Observation) bool {
	s := o.Server
	return s != nil && !w.isOther(*s) && s.Product == "connect" && !s.Staging && s.Reset != nil && !s.Reset.Enabled
}

// HandOver is what a script that switches writeback on is for, where one may be
// handed over: the server's answer is there and says off, and nothing stands
// against it that accepted does not have.
func (w *Writeback) HandOver(ctx context.Context, accepted []string) (b cloudconfig.Bound, may bool, err error) {
	o, err := w.inspect(ctx)
	if err != nil || !w.switchable(o) || w.tried(o) != nil {
		return b, false, err
	}
	for _, m := range o.Mismatches {
		if !m.Unproven || !slices.Contains(accepted, m.Code) {
			return b, false, nil
		}
	}
	return w.switchOf(*o.Server).bound(), true, nil
}

// without leaves out what is told with more weight in other findings.
func without(all, others []steps.Finding) []steps.Finding {
	return slices.DeleteFunc(all, func(f steps.Finding) bool {
		return slices.ContainsFunc(others, func(g steps.Finding) bool { return f.Code == g.Code })
	})
}

// byServer plans the one cmdlet, where the server is the one that writes back.
func (w *Writeback) byServer(o Observation) ([]Switch, []steps.Finding) {
	s := *o.Server
	switch unbound := o.unbound(); {
	case s.Staging && !w.isOther(s):
		return nil, []steps.Finding{{Level: steps.LevelError, Code: "staging-server", Text: s.Host + " is in staging mode: writeback is switched on the active server",
			Fix: "name the active sync server with --sync-server"}}
	case unbound && w.switchable(o):
		return nil, bindings(o.Mismatches, true)
	case unbound || w.isOther(s) || s.Product != "connect" || s.Reset == nil:
		return nil, []steps.Finding{w.byHand(o)}
	case o.Doubted && s.Reset.Enabled:
		return nil, bindings(o.Mismatches, true)
	case s.Reset.Enabled:
		why, what := notRunning(s)
		return nil, []steps.Finding{{Level: steps.LevelWarning, Code: "writeback-not-running", Manual: true, Text: why, Fix: what}}
	}
	return []Switch{w.switchOf(s)}, slices.Concat(bindings(o.Mismatches, true), w.failedBefore(o), []steps.Finding{outdated()})
}

// outdated says of the cmdlet that switches how far it is documented.
func outdated() steps.Finding {
	return steps.Finding{Level: steps.LevelInfo, Code: "undocumented-api",
		Text: "Set-ADSyncAADPasswordResetConfiguration, which switches writeback, was documented by Microsoft in 2016 and is in no current reference",
		Fix:  "nothing; the documented way is the wizard of Microsoft Entra Connect Sync: Optional features > Password writeback"}
}

// switchOf is the switch of a server, for the run's forest and the account that the
// server uses there, as it says.
func (w *Writeback) switchOf(s cloudconfig.Server) Switch {
	c, _ := s.ConnectorOf(w.Expected.Forest)
	return Switch{Via: ByServer, Host: s.Host, Connector: s.Cloud, Forest: w.Expected.Forest, Account: c.Account, Domain: c.Domain}
}

// byGraph plans the flag that Microsoft documents as not in use. Setting it
// proves nothing, so that the step stays with a person.
func (w *Writeback) byGraph(t cloudconfig.Tenant) ([]Switch, []steps.Finding) {
	unsupported := steps.Finding{Level: steps.LevelWarning, Code: "graph-flag-unsupported",
		Text: "Microsoft documents features.passwordWritebackEnabled as not in use and updating it as unsupported: setting it proves nothing, and may do nothing",
		Fix:  "use --writeback-method auto"}
	if t.GraphFlag != nil && !*t.GraphFlag {
		return []Switch{{Via: ByGraph, Host: t.ID}}, []steps.Finding{unsupported}
	}
	return nil, []steps.Finding{unsupported, w.byHand(Observation{})}
}

// Prove says what the verdict rests on.
func (w *Writeback) Prove(o Observation) []steps.Evidence {
	return evidence(cloudconfig.Judge(cloudconfig.WritebackOn, o.Testimony, o.At), writebackTitle, o.At)
}

// Switch is the one kind of change of the stage: writeback is switched on.
type Switch struct {
	Via       Method `json:"via"`
	Host      string `json:"host"`                // the sync server, or the tenant's id
	Connector string `json:"connector,omitempty"` // the connector to Microsoft Entra ID
	// Forest is the one that the server has to serve, Account and Domain are as whom
	// it said that it signs in there; "" where that was not known.
	Forest  string `json:"forest,omitempty"`
	Account string `json:"account,omitempty"`
	Domain  string `json:"domain,omitempty"`
}

// InPlace is the switch that the plan would set, were it not set already.
func (w *Writeback) InPlace(o Observation) []Switch {
	s := o.Server
	switch {
	case w.Method == ByServer && s != nil && s.Product == "connect" && s.Reset != nil && s.Reset.Enabled:
		return []Switch{w.switchOf(*s)}
	case w.Method == ByGraph && o.Tenant != nil && o.Tenant.GraphFlag != nil && *o.Tenant.GraphFlag:
		return []Switch{{Via: ByGraph, Host: o.Tenant.ID}}
	}
	return nil
}

func (s Switch) bound() cloudconfig.Bound {
	return cloudconfig.Bound{Connector: s.Connector, Host: s.Host, Forest: s.Forest, Account: s.Account, Domain: s.Domain}
}

const ofServer = "sync server "

// Switched is the sync server on which a run has switched writeback on, and not off again;
// "": none.
func Switched(r steps.Run) string {
	for _, o := range r.Made {
		if o.Step == WritebackInfo.ID && strings.HasPrefix(o.Change.Target, ofServer) { // Graph's flag says nothing of a server
			return o.Change.Target
		}
	}
	return ""
}

// Describe names the cmdlet that does the same.
func (s Switch) Describe() steps.Change {
	if s.Via == ByGraph {
		return steps.Change{Verb: steps.VerbSet, Target: "tenant " + steps.Plain(s.Host), Before: "false", After: "true",
			Line: "features.passwordWritebackEnabled of onPremisesSynchronization (unsupported by Microsoft)"}
	}
	return steps.Change{
		Verb: steps.VerbSet, Target: ofServer + steps.Plain(s.Host), Before: switchedTo(false), After: switchedTo(true),
		Line:       fmt.Sprintf("Password writeback of connector %q", steps.Plain(s.Connector)),
		Equivalent: shell.Words("Set-ADSyncAADPasswordResetConfiguration -Connector %s -Enable $true", s.Connector).String(),
	}
}

// Apply switches writeback on.
func (w *Writeback) Apply(ctx context.Context, s Switch) (Switch, error) {
	return s, w.set(ctx, s, true)
}

// Undo switches off what Apply switched on.
func (w *Writeback) Undo(ctx context.Context, s Switch) error {
	is, err := w.isOn(ctx, s)
	if err != nil || !is {
		return err
	}
	return w.set(ctx, s, false)
}

// Resolve looks whether the switch is on.
func (w *Writeback) Resolve(ctx context.Context, s Switch) (Switch, bool, error) {
	is, err := w.isOn(ctx, s)
	return s, is, err
}

// Errors of a source that the run does not have.
var (
	errNoServer = errors.New("this run has no way to the sync server: give --sync-server, or run it there")
	errNoTenant = errors.New("this run is not signed in to the tenant: give --auth")
)

func (w *Writeback) set(ctx context.Context, s Switch, on bool) error {
	w.Forget()
	defer w.Forget()
	switch {
	case s.Via == ByGraph && w.Tenant == nil:
		return steps.NotMade(errNoTenant)
	case s.Via == ByGraph:
		return w.Tenant.SetPasswordWriteback(ctx, on)
	case w.Server == nil:
		return steps.NotMade(errNoServer)
	}
	bound := s.bound()
	if !on {
		bound.Account, bound.Domain = "", "" // what was switched on is switched off, whoever signs in by now
	}
	now, err := w.Server.Enable(ctx, bound, on)
	if again := w.Told != nil && w.Told.Outcome == steps.ToldFailed; on && !again && now.Switch != nil && now.Switch.Outcome == steps.ToldFailed {
		w.failed = []steps.Finding{switchFailed(steps.Told{Text: now.Switch.Why, Object: s.Connector}, &now)}
	}
	if err != nil {
		return err
	}
	if w.switched = (cloudconfig.Server{}); on {
		w.switched = now
	}
	if now.Reset == nil || now.Reset.Enabled != on {
		return steps.Answered(fmt.Errorf("the cmdlet ended well on %s, but writeback is not as it was told to be", now.Host))
	}
	return nil
}

func (w *Writeback) isOn(ctx context.Context, s Switch) (bool, error) {
	w.Forget()
	switch {
	case s.Via == ByGraph && w.Tenant == nil:
		return false, errNoTenant
	case s.Via == ByGraph:
		return w.flag(ctx, s)
	case w.Server == nil:
		return false, errNoServer
	}
	now, err := w.Server.Server(ctx)
	switch {
	case err != nil:
		return false, err
	case !strings.EqualFold(now.Host, s.Host): // another one's switch is not ours
		return false, fmt.Errorf("the sync server that is asked is %s, the change is for %s", now.Host, s.Host)
	case now.Reset == nil:
		return false, fmt.Errorf("%s did not show its writeback configuration", now.Host)
	}
	if other := now.Keeps(s.bound(), w.signedIn(ctx)); len(other) > 0 {
		return false, fmt.Errorf("the sync server that is asked is not the one that the change is for: %s; %s", other[0].Text, other[0].Fix)
	}
	return now.Reset.Enabled, nil
}

// signedIn is the tenant that is signed in to; nil where there is none, or it could
// not be read.
func (w *Writeback) signedIn(ctx context.Context) *cloudconfig.Tenant {
	if w.tenant == nil && w.Tenant != nil {
		if t, err := w.Tenant.Tenant(ctx); err == nil {
			w.tenant = &t
		}
	}
	return w.tenant
}

// flag reads Graph's flag of the tenant that the change is for.
func (w *Writeback) flag(ctx context.Context, s Switch) (bool, error) {
	t, err := w.Tenant.Tenant(ctx)
	switch {
	case err != nil:
		return false, err
	case !t.Is(s.Host):
		return false, fmt.Errorf("signed in to tenant %s, the change is for %s", t.ID, s.Host)
	case t.GraphFlag == nil:
		return false, errors.New("the tenant did not show features.passwordWritebackEnabled")
	}
	return *t.GraphFlag, nil
}

// BackUp saves what the server, or the tenant, said before the first write.
func (w *Writeback) BackUp(ctx context.Context, s Switch) (string, any, error) {
	o, err := w.inspect(ctx)
	if err != nil {
		return "", nil, err
	}
	return s.Host, map[string]any{"server": o.Server, "tenant": o.Tenant}, nil
}
