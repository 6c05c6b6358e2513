package stages

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
	"writeback/cloudconfig"
	"writeback/steps"
)

// Unexpire says what is done about the right Unexpire Password on the domain's
// root object. Authenticated Users hold it by default.
type Unexpire string

// The values of --unexpire.
const (
	UnexpireAuto   Unexpire = "auto"   // granted where the connector account does not have it
	UnexpireAlways Unexpire = "always" // granted to the account itself, even where a group gives it
	UnexpireNever  Unexpire = "never"
)

// Delegate is the stage that gives the connector account its rights in AD.
// It adds single ACEs to the DACLs of the scopes and of the domain's root, and
// takes back exactly those.
type Delegate struct {
	DACLs
	Connector adperms.Principal
	Product   adperms.Product      // whose account Connector is; "": not known
	Scopes    []string             // DNs; none: the domain's root
	Classes   []adperms.SchemaName // none: user
	Unexpire  Unexpire             // "": auto
	// Uses tells as whom the sync server signs in to the forest, and whether that is
	// Connector; "" where it does not say. nil: there is no server to ask.
	Uses func(ctx context.Context) Use
	// Several says that the stage is one of several, each on a domain of its own:
	// its name then has the domain in it.
	Several bool
	// Consented are the findings that somebody accepted by name in a run whose changes
	// are still made, as --accept takes them, with the run.
	Consented map[string]string

	watching bool // how far the rights have come is all that is asked: nothing will be written

	schema error       // what the comparison of the schemas said, once asked
	asked  bool        // schema was compared
	last   *Delegation // what Inspect saw last
}

// DelegateInfo names the stage.
var DelegateInfo = steps.Info{ID: "delegate", Title: "Permissions in Active Directory"}

// Step is the stage as a step of the engine.
func (d *Delegate) Step() steps.Step {
	return steps.Define[Delegation, ACEChange](d.Info(), d)
}

// Info names the stage, on its domain where there are several.
func (d *Delegate) Info() steps.Info {
	if !d.Several {
		return DelegateInfo
	}
	return steps.Info{ID: DelegateInfo.ID + ofDomain + d.Place.Domain, Title: DelegateInfo.Title + " of " + d.Place.Domain}
}

const ofDomain = "@"

// IsDelegate says that an ID is that of the stage, on whatever domain.
func IsDelegate(id string) bool {
	stage, _, _ := strings.Cut(id, ofDomain)
	return stage == DelegateInfo.ID
}

// Delegation is what the stage sees of the world.
type Delegation struct {
	Schema  error // the live schema is not as documented
	Trustee adperms.Account
	Doubt   string                 // why a person has to confirm that it is the connector account; "": nothing
	Used    string                 // the account that the sync server uses in its place; "": none that is known
	Strange []cloudconfig.Mismatch // why the sync server is of another forest or tenant
	Objects []Seen                 // the domain's root, then the scopes that are other objects
	Guards  coverage.Guards
	Names   map[secdesc.SID]string
	// Writers are the DCs on which the objects' descriptors were written last, by
	// invocation ID. It is filled where whoever came to write finds nothing to do.
	Writers map[secdesc.GUID]string
}

// Seen is one object whose DACL matters, and what is wanted of it.
type Seen struct {
	adperms.Object
	Descriptor *secdesc.Descriptor
	At         time.Time // by our clock
	Scope      bool      // the rights on users are granted here
	Root       bool      // it is the domain's root object
}

// Inspect reads the schema's GUIDs (once), the account's token, and the
// descriptors of the scopes and the domain's root.
func (d *Delegate) Inspect(ctx context.Context) (Delegation, error) {
	have, err := d.inspect(ctx)
	if err != nil {
		return have, err
	}
	if have.Guards, err = d.guards(ctx, have); err != nil {
		return have, err
	}
	if err := d.whoWas(ctx, &have); err != nil {
		return have, err
	}
	d.last = &have
	return have, nil
}

// InspectForOne is Inspect for the sake of one user: it does not look for the protected accounts
// that a change could reach.
func (d *Delegate) InspectForOne(ctx context.Context) error {
	have, err := d.inspect(ctx)
	if err == nil {
		have.Guards.More = true // of which there may be some
		d.last = &have
	}
	return err
}

func (d *Delegate) inspect(ctx context.Context) (Delegation, error) {
	var have Delegation
	if !d.asked {
		live, err := d.Directory.Schema(ctx)
		if err != nil {
			return have, fmt.Errorf("compare the schema with the documents: %w", err)
		}
		d.schema, d.asked = adperms.CompareSchema(live), true
	}
	have.Schema = d.schema
	var err error
	if have.Trustee, err = d.Directory.Trustee(ctx, d.Connector.DN); err != nil {
		return have, fmt.Errorf("read the groups of %s: %w", d.Connector.DN, err)
	}
	if have.Trustee.SID != d.Connector.SID || !have.Trustee.Token.Has(d.Connector.SID) {
		return have, fmt.Errorf("read the groups of %s: %w", steps.Plain(d.Connector.DN), other(d.Connector.SID.String(), "those of another account"))
	}
	if have.Objects, err = d.objects(ctx); err != nil {
		return have, err
	}
	d.doubt(ctx, &have)
	have.Names, err = d.names(ctx, have)
	return have, err
}

// objects reads the domain's root, then every scope that is another object.
func (d *Delegate) objects(ctx context.Context) ([]Seen, error) {
	root, err := d.see(ctx, d.Place.DomainDN, d.Place.DomainDN)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(root.Classes, func(c string) bool { return strings.EqualFold(c, "domainDNS") }) {
		return nil, other(root.DN, "an object of class "+classOf(root))
	}
	root.Root, root.Scope = true, len(d.Scopes) == 0
	out := []Seen{root}
	for _, dn := range d.Scopes {
		if adperms.SameDN(dn, root.DN) {
			out[0].Scope = true
			continue
		}
		o, err := d.see(ctx, dn, steps.Plain(dn))
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(out, func(s Seen) bool { return s.GUID == o.GUID }); i >= 0 {
			out[i].Scope = true
			continue
		}
		o.Scope = true
		out = append(out, o)
	}
	return out, nil
}

// names asks once for all trustees that the preview speaks of.
func (d *Delegate) names(ctx context.Context, have Delegation) (map[secdesc.SID]string, error) {
	sids := []secdesc.SID{d.Connector.SID}
	for _, c := range d.covers(have) {
		for _, a := range slices.Concat(c.By, c.Denied, c.Partly, c.Idle) {
			if !slices.Contains(sids, a.Trustee) {
				sids = append(sids, a.Trustee)
			}
		}
	}
	names, err := d.Directory.Names(ctx, sids)
	if err != nil {
		return nil, fmt.Errorf("look up the names of trustees: %w", err)
	}
	return names, nil
}

// cover is how one object's DACL stands to one grant.
type cover struct {
	adperms.Cover
	on Seen
}

// covers surveys every grant that is wanted, object by object.
func (d *Delegate) covers(have Delegation) []cover {
	var out []cover
	for _, o := range have.Objects {
		for _, g := range d.wanted(o) {
			token := have.Trustee.Token
			if g.Right == adperms.UnexpirePassword && d.Unexpire == UnexpireAlways {
				token = adperms.Token{d.Connector.SID: {}}
			}
			out = append(out, cover{adperms.Survey(o.Descriptor.DACL, token, g), o})
		}
	}
	return out
}

// wanted are the grants on one object: the rights on users where it is a
// scope that may be one, and Unexpire Password on the domain's root.
func (d *Delegate) wanted(o Seen) []adperms.Grant {
	var out []adperms.Grant
	if o.Scope && d.refusedScope(o).Code == "" {
		out = adperms.WritebackGrants(d.Connector.SID, d.classes()...)
		if isUser(o.Object) {
			out = onItself(out)
		}
	}
	if o.Root && d.Unexpire != UnexpireNever {
		out = append(out, adperms.UnexpireGrant(d.Connector.SID))
	}
	return out
}

func (d *Delegate) classes() []adperms.SchemaName {
	if len(d.Classes) == 0 {
		return adperms.WritebackClasses()[:1]
	}
	return d.Classes
}

// isUser says that the scope is a single account, which has no descendants.
func isUser(o adperms.Object) bool {
	return slices.ContainsFunc(o.Classes, func(c string) bool { return strings.EqualFold(c, "user") })
}

// onItself turns grants on descendants into the same rights on the object.
func onItself(grants []adperms.Grant) []adperms.Grant {
	var out []adperms.Grant
	for _, g := range grants {
		g.Scope = adperms.ThisObjectOnly
		if !slices.Contains(out, g) { // one class is like the other here
			out = append(out, g)
		}
	}
	return out
}

// Plan adds the ACEs that are missing, and tells what stands in the way.
func (d *Delegate) Plan(have Delegation) ([]ACEChange, []steps.Finding, error) {
	var changes []ACEChange
	covers := d.covers(have)
	for _, c := range covers {
		if !c.on.Descriptor.HasDACL() {
			continue // findings say why nothing can be added
		}
		for _, a := range c.Missing {
			changes = append(changes, d.add(c.on, a, have.Names))
		}
	}
	if d.refused(have) {
		changes = nil // nothing is shown that could not be approved
	}
	findings := d.findings(have, covers, changes)
	if len(changes) == 0 {
		findings = append(findings, inPlaceSince(have)...)
	}
	return changes, findings, nil
}
