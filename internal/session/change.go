package session

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"writeback/cloudconfig"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/steps/stages"
)

// Change is the change that several people bring about, as the one at this computer knows
// it. The zero Change is none.
type Change struct {
	ID     string     // "": what is done belongs to no change
	File   steps.Plan // as others have planned it; zero: nobody has
	Others bool       // stages that the settings leave out are planned by others
	Task   Task       // what it is beside the set-up
}

// ChangeOf is the change that a run is a part of, for going on with it.
func ChangeOf(run steps.Run) Change {
	return Change{ID: run.ChangeID, File: steps.Plan{Target: run.Target}, Task: taskOf(run.Steps)}
}

// ChangeIn is the change that a plan file is a part of.
func ChangeIn(p steps.Plan) Change {
	var ids []string
	for _, s := range p.Steps {
		ids = append(ids, s.ID)
	}
	return Change{ID: p.ChangeID, File: p, Task: taskOf(ids)}
}

// connectorAccount is what a saved plan calls the connector account, "CORP\MSOL_…": the
// sync server's desk compares it, and the DNS name of its domain, with what the server says.
const (
	connectorAccount = settings.ConnectorAccount
	connectorDomain  = settings.ConnectorDomain
)

// place is where a session without a domain is at work: what is not seen from here, the
// others have seen.
func (c Change) place(t steps.Target) steps.Target {
	t.Forest, t.Domain = cmp.Or(t.Forest, c.File.Target.Forest), cmp.Or(t.Domain, c.File.Target.Domain)
	return t
}

// others are the steps that are left out here and are somebody else's part: those that
// --skip does not name, and those of the plan file, with who has planned them.
func (c Change) others(in *settings.Settings, all []steps.Step, skip map[string]bool) map[string]*steps.Planning {
	out := map[string]*steps.Planning{}
	for _, s := range all {
		id := s.Info().ID
		if !skip[id] {
			continue
		}
		named := slices.Contains(settings.Skip.Of(in), steps.StageOf(id)) && in.Origin(settings.Skip).Kind != settings.IsPlan
		if c.Others && !named && (stages.IsDelegate(id) || settings.Sync.Of(in) != "none") {
			out[id] = nil
		}
		for _, other := range c.File.Steps { // which may have a step for each domain, where here one stage is left out
			switch {
			case other.ID != id && steps.StageOf(other.ID) != id:
			case other.State == steps.StateSkipped: // it is no part of the change
				delete(out, id)
			default:
				out[id] = other.PlannedBy
			}
		}
	}
	return out
}

// expected is what belongs to the domain, as far as the others have seen it. It makes the
// sync server's desk refuse another server; it proves nothing of the account's rights.
func (c Change) expected(e stages.Expected) stages.Expected {
	if c.File.Target.Domain == "" || len(c.File.Steps) == 0 { // a run goes on by its own settings
		return e
	}
	e.Forest, _, _ = strings.Cut(c.File.Target.Forest, settings.Joiner)
	e.Domains = strings.Split(c.File.Target.Domain, settings.Joiner)
	if name, is := c.File.Settings[connectorAccount].Value.(string); is {
		netbios, sam, _ := strings.Cut(name, `\`)
		domain, _ := c.File.Settings[connectorDomain].Value.(string)
		e.Account, e.FromPlan = cloudconfig.Account{SAM: sam, NetBIOS: netbios, Domain: domain}, true
	}
	return e
}

// recordAccount has a plan that others take part in say whom the connector account is, as
// a sync server would say it.
func (s *Session) recordAccount(ctx context.Context, to map[string]steps.Setting) error {
	first := s.First()
	if first == nil || s.caller.Change.ID == "" || first.Connector.SAM == "" {
		return nil
	}
	e, err := s.caller.expected(ctx, first)
	if err == nil && e.Account.NetBIOS != "" {
		from := settings.Found("the account in the directory").String()
		to[connectorAccount] = steps.Setting{Value: steps.Plain(e.Account.String()), From: from}
		to[connectorDomain] = steps.Setting{Value: steps.Plain(e.Account.Domain), From: from}
	}
	return err
}
