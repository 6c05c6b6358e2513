package stages

import (
	"context"
	"fmt"
	"slices"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

// Harden restricts who can do something to the connector account: it brings the DACL of
// the account's own object to what Set-ADSyncRestrictedPermissions makes of it, and no
// further. The ACEs that go are others'. Each is a line of its own, and all of them are
// one write.
type Harden struct {
	DACLs
	Connector adperms.Principal
	// Forest is the SID of the forest's root domain, whose Enterprise Admins keep full
	// control; zero: it is not known.
	Forest secdesc.SID
	// Operator is the token of whoever is signed in; nil: the DC does not show it.
	Operator adperms.Token
	Keep     []string       // ACEs that stay, in SDDL
	Meant    []steps.Change // the lines of a plan file that is applied
}

// HardenInfo names the procedure's one step.
var HardenInfo = steps.Info{ID: "harden", Title: "The connector account's own permissions"}

// Step is the procedure as a step of the engine.
func (h *Harden) Step() steps.Step { return steps.Define[Hardened, ACEChange](HardenInfo, h) }

// Hardened is what the procedure sees of the world.
type Hardened struct {
	Account adperms.Account
	Doubt   string // why a person has to confirm that it is a connector account; "": nothing
	On      Seen
	Names   map[secdesc.SID]string
}

// Inspect reads the account, and who its ACEs are for.
func (h *Harden) Inspect(ctx context.Context) (have Hardened, err error) {
	if !adperms.DNWithin(h.Connector.DN, h.Place.DomainDN) {
		return have, fmt.Errorf("%s is not in the domain %s: name the account's own domain with --domain", steps.Plain(h.Connector.DN), steps.Plain(h.Place.Domain))
	}
	if have.On, err = h.see(ctx, h.Connector.DN, steps.Plain(h.Connector.DN)); err != nil {
		return have, err
	}
	if have.On.SID != h.Connector.SID {
		return have, other(steps.Plain(h.Connector.DN), "an account with the SID "+have.On.SID.String())
	}
	if have.Account, err = h.Directory.Trustee(ctx, h.Connector.DN); err != nil {
		return have, fmt.Errorf("read the groups of %s: %w", steps.Plain(h.Connector.DN), err)
	}
	root, err := h.see(ctx, h.Place.DomainDN, h.Place.DomainDN)
	if err != nil {
		return have, err
	}
	have.Doubt = adperms.ConnectorDoubt(have.Account, adperms.Target{Descriptor: root.Descriptor, Self: root.SID}, false)
	sids := []secdesc.SID{have.On.Descriptor.Owner}
	for _, a := range slices.Concat(h.want(), h.aces(have), h.meantToGo()) {
		if !slices.Contains(sids, a.Trustee) {
			sids = append(sids, a.Trustee)
		}
	}
	if have.Names, err = h.Directory.Names(ctx, sids); err != nil {
		return have, fmt.Errorf("look up the names of trustees: %w", err)
	}
	return have, nil
}

func (h *Harden) aces(have Hardened) []secdesc.ACE {
	if !have.On.Descriptor.HasDACL() {
		return nil
	}
	return have.On.Descriptor.DACL.ACEs
}

// want are the ACEs that the account's DACL is to have.
func (h *Harden) want() []secdesc.ACE {
	if h.Forest.IsZero() {
		return nil
	}
	return adperms.RestrictedACEs(h.Connector.SID.Domain(), h.Forest)
}

// Plan switches inheritance off, removes what others have, and adds what is missing.
func (h *Harden) Plan(have Hardened) ([]ACEChange, []steps.Finding, error) {
	edit := h.edits(have)
	changes := h.changes(have, edit)
	findings, refused := h.findings(have, edit, len(changes))
	if refused {
		changes = nil // nothing is shown that could not be approved
	}
	return changes, findings, nil
}

func (h *Harden) edits(have Hardened) adperms.Edit {
	if !have.On.Descriptor.HasDACL() || h.Forest.IsZero() {
		return adperms.Edit{}
	}
	return adperms.Hardening(have.On.DN, have.On.Descriptor, h.want(), h.kept(have))
}

// kept are the ACEs of --keep that are there.
func (h *Harden) kept(have Hardened) (out []secdesc.ACE) {
	for _, a := range h.aces(have) {
		if slices.Contains(h.Keep, a.SDDL()) {
			out = append(out, a)
		}
	}
	return out
}

func (h *Harden) changes(have Hardened, e adperms.Edit) (out []ACEChange) {
	if e.Inheritance == adperms.BlockInheritance {
		c := h.add(have.On, secdesc.ACE{}, nil)
		c.Does, c.ACE, c.Trustee = doesBlock, "", ""
		out = append(out, c)
	}
	for _, a := range e.Remove {
		c := h.add(have.On, a, have.Names)
		c.Does = doesRemove
		out = append(out, c)
	}
	for _, a := range e.Add {
		out = append(out, h.add(have.On, a, have.Names))
	}
	return out
}

// InPlace are the ACEs that it would add, were they not there; that inheritance is off; and
// of the lines that are meant, those of ACEs that are not there any more.
func (h *Harden) InPlace(have Hardened) (out []ACEChange) {
	if !have.On.Descriptor.HasDACL() {
		return nil
	}
	e := adperms.Edit{DN: have.On.DN}
	if have.On.Descriptor.Protected() {
		e.Inheritance = adperms.BlockInheritance
	}
	for _, a := range h.want() {
		if slices.Contains(h.aces(have), a) {
			e.Add = append(e.Add, a)
		}
	}
	for _, a := range h.meantToGo() {
		if !slices.Contains(h.aces(have), a) {
			e.Remove = append(e.Remove, a)
		}
	}
	return h.changes(have, e)
}

// meantToGo are the ACEs that a plan file removes.
func (h *Harden) meantToGo() (out []secdesc.ACE) {
	for _, c := range h.Meant {
		if a, err := secdesc.ParseACE(c.SDDL, secdesc.DomainSIDs{}); err == nil && c.Verb == steps.VerbRemove {
			out = append(out, a)
		}
	}
	return out
}

// Prove says what the account's object was seen to be.
func (h *Harden) Prove(have Hardened) []steps.Evidence {
	if e := h.edits(have); h.Forest.IsZero() || !e.Empty() || !have.On.Descriptor.HasDACL() {
		return nil
	}
	return []steps.Evidence{{State: steps.EvidenceVerified, Source: h.Place.DC, At: have.On.At,
		What: fmt.Sprintf("the permissions of %s are what Set-ADSyncRestrictedPermissions sets", steps.Plain(have.On.DN))}}
}
