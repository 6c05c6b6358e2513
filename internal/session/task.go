package session

import (
	"context"
	"slices"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/steps/stages"
)

// Task is what a session brings about: the set-up, with its stages, or something else that
// is planned, approved and taken back in the same way.
type Task string

// The tasks.
const (
	SetUp  Task = ""
	Harden Task = "harden"
)

// taskOf is the task that steps are of.
func taskOf(ids []string) Task {
	if slices.Contains(ids, stages.HardenInfo.ID) {
		return Harden
	}
	return SetUp
}

// task is that of a session for a purpose: the verb's own, or that of what is applied,
// continued or taken back.
func (c *Caller) task(of Purpose) Task {
	switch {
	case of.Verb == string(Harden):
		return Harden
	case of.Undo != nil:
		return taskOf(of.Undo.Steps)
	case of.Verb == apply:
		return c.Change.Task
	}
	return SetUp
}

// prepareHarden makes the step and the runner of [Harden]. It is about one account, and
// about its domain alone.
func (s *Session) prepareHarden(ctx context.Context, of Purpose) error {
	d, err := s.homeOfAccount(of)
	if err != nil {
		return err
	}
	h := &stages.Harden{DACLs: d.Delegate.DACLs, Connector: d.Connector.Principal, Keep: settings.Keep.Of(s.caller.Settings)}
	h.ReadOnly = of.readOnly()
	if of.Undo == nil {
		who, err := d.Conn.Who(ctx)
		if err != nil {
			return err
		}
		h.Operator = who.Token()
		if h.Forest, err = s.forestSID(ctx, d); err != nil {
			return err
		}
	}
	for _, step := range s.caller.Change.File.Steps {
		if step.ID == stages.HardenInfo.ID {
			h.Meant = step.Changes
		}
	}
	recorded := s.record()
	settings.WithoutCloud(recorded)
	settings.WithoutGrant(recorded)
	target := targetOf(s.Domains)
	if of.Undo != nil {
		target.Tenant = of.Undo.Target.Tenant
	}
	s.Runner = &steps.Runner{Steps: []steps.Step{h.Step()}, Target: target, Settings: recorded, Same: adperms.SameDN}
	s.accept()
	s.Opening = steps.Opening{Verb: of.Verb, Program: s.caller.Program, Target: target, Who: s.self(ctx, of), Settings: recorded}
	return nil
}

// homeOfAccount is the domain of the session that the connector account is in.
func (s *Session) homeOfAccount(of Purpose) (*Domain, error) {
	if of.Undo != nil {
		return s.First(), nil
	}
	for _, d := range s.Domains {
		if adperms.DNWithin(d.Connector.DN, d.Conn.Root().DefaultNC) {
			return d, nil
		}
	}
	return nil, settings.Usagef("%s is in another domain: name the account's own domain with --domain", s.First().Connector.DN)
}

// forestSID is the SID of the forest's root domain, where that is one of the session's;
// zero: it is not.
func (s *Session) forestSID(ctx context.Context, of *Domain) (secdesc.SID, error) {
	for _, d := range s.Domains {
		root := d.Conn.Root()
		if !adperms.SameDN(root.DefaultNC, of.Conn.Root().RootDomainNC) {
			continue
		}
		o, err := d.Conn.Object(ctx, root.DefaultNC)
		return o.SID, err
	}
	return secdesc.SID{}, nil
}
