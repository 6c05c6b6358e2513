package checks

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

// Users is a domain as an explanation of one of its users reads it.
type Users interface {
	Class(ctx context.Context, name string) (secdesc.GUID, error)
	Above(ctx context.Context, dn string) ([]coverage.Object, error)
	Names(ctx context.Context, sids []secdesc.SID) (map[secdesc.SID]string, error)
	FormerNames(ctx context.Context, sids []secdesc.SID) (map[secdesc.SID]string, error)
	MembershipPath(ctx context.Context, dn string, group secdesc.SID) ([]secdesc.SID, error)
	SDHolder(ctx context.Context) ([]byte, error)
	ListObjectMode(ctx context.Context) (bool, error)
}

// Case is what an explanation rests on, beside the user.
type Case struct {
	Users     Users
	Question  coverage.Question // of the stage delegate, about what is planned
	Connector string            // DN of the account whose rights it is about
	Refused   []adperms.Reason  // scopes that the stage refuses
	Unfit     adperms.Reason    // why the account cannot be the connector account; zero: it can
	Granted   []string          // objects on which earlier runs granted rights to the account
}

// Explaining is an explanation to which more can be added, until Answer.
type Explaining struct {
	e          steps.Explanation
	user       adperms.Account
	connector  secdesc.SID
	now, after []adperms.Reason
	side       coverage.Side // what stands in the way of everybody
}

// Explain puts together what the directory says of a user. Its errors are those of
// Users, and of descriptors that make no sense.
func Explain(ctx context.Context, c Case, u adperms.Account) (*Explaining, error) {
	q := c.Question
	x := &Explaining{user: u, connector: q.Connector, e: steps.Explanation{FormatVersion: steps.FormatVersion, User: u.DN, Name: nameOfUser(u),
		Connector: c.Connector, Rights: []steps.RightPath{}, Reasons: []steps.Why{}, Facts: facts(u)}}
	if len(u.ProtectedBy) > 0 {
		q.Fresh = map[string]bool{string(u.SID.Bytes()): true} // also where it is below no scope
	}
	q.Protected = func(secdesc.SID) (bool, error) { return len(u.ProtectedBy) > 0, nil }
	q.Holder = func() ([]byte, error) { return c.Users.SDHolder(ctx) }
	q.ListObject = func() (bool, error) { return c.Users.ListObjectMode(ctx) }
	c.Question = q
	class, err := c.Users.Class(ctx, u.Class)
	if err != nil {
		return nil, err
	}
	above, err := c.Users.Above(ctx, u.DN)
	if err != nil {
		return nil, err
	}
	user := coverage.User{DN: []byte(u.DN), SID: u.SID.Bytes(), Class: class, Descriptor: u.Object.Descriptor,
		AdminCount: u.Object.AdminCount > 0, ControlHidden: slices.Contains(u.Unread, "userAccountControl"), Disabled: u.Disabled}
	found, err := coverage.Explain(q, user, above)
	if err != nil {
		return nil, err
	}
	near := coverage.NearMisses(q, user, above, found.Decisions)
	names, err := c.Users.Names(ctx, trustees(found, near))
	if err != nil {
		return nil, err
	}
	at := time.Now()
	x.now, x.after = q.Reasons(found.Outcome, found.By, u, at), q.Reasons(found.After, found.By, u, at)
	if x.Counted() {
		if err := x.why(ctx, c, user, above, found, near, names); err != nil {
			return nil, err
		}
	}
	return x, x.rights(ctx, c, found, names)
}

// OfTenant begins the explanation of a user of whom the tenant alone is asked.
func OfTenant(name string) *Explaining {
	x := &Explaining{e: steps.Explanation{FormatVersion: steps.FormatVersion, User: name, Rights: []steps.RightPath{}, Reasons: []steps.Why{}}}
	x.Add(adperms.Reason{Code: "domain-not-asked", Weight: adperms.Unknown,
		Text: "no domain controller was asked: whether the connector account has the rights on this user, and what else decides in Active Directory, is not known",
		Fix:  "name the domain with --domain, or have its administrator run writeback explain"})
	return x
}

// why adds what else is known of somebody whose password is to be written back.
func (x *Explaining) why(ctx context.Context, c Case, user coverage.User, above []coverage.Object, found coverage.Explanation, near []coverage.NearMiss, names map[secdesc.SID]string) error {
	former, err := c.Users.FormerNames(ctx, gone(near, names))
	if err != nil {
		return err
	}
	reasons, err := coverage.NearReasons(c.Question, user, above, near, names, former)
	if err != nil {
		return err
	}
	x.Add(reasons...)
	if r := c.Question.Elsewhere(user, above, found.Decisions, c.Granted); r.Code != "" {
		x.Add(r)
	}
	for _, r := range c.Refused {
		if !slices.Contains(found.Reasons.All(), coverage.OutOfScope) {
			r.Weight = adperms.Notes // another scope has it
		}
		x.Add(r)
	}
	if c.Unfit.Code != "" {
		x.Add(c.Unfit)
	}
	if found.Edited {
		after := found.After.Writable()
		x.e.After = &after
	}
	return nil
}

// rights adds how each right is decided.
func (x *Explaining) rights(ctx context.Context, c Case, found coverage.Explanation, names map[secdesc.SID]string) error {
	for i, d := range found.Decisions {
		p := path(coverage.Rights[i], d, names)
		if !d.Granted && d.ThroughGroup(x.connector) {
			if err := throughGroups(ctx, c, &p, d.ACE.Trustee); err != nil {
				return err
			}
		}
		x.e.Rights = append(x.e.Rights, p)
	}
	return nil
}

// Counted says that the user is one of those that are counted: nothing is said of the
// tenant and the sync server for the others.
func (x *Explaining) Counted() bool { return adperms.NotCounted(x.user, x.connector).Code == "" }

// Answer is the explanation, with what follows from all that was added.
func (x *Explaining) Answer() steps.Explanation {
	e := x.e
	e.Reasons = whys(x.now)
	now, after := coverage.Judge(x.now), coverage.Judge(x.after)
	e.Writable = now.Can()
	if e.After != nil {
		can := after.Can()
		e.After = &can
	}
	e.Verdict = coverage.Sentence(now, after, e.After != nil, x.side)
	return e
}

// Fact adds what else is known, and where it was read.
func (x *Explaining) Fact(what, value, source string) {
	x.e.Facts = append(x.e.Facts, steps.Fact{What: what, Value: value, Source: source})
}

// Add adds reasons that hold now and after what is planned.
func (x *Explaining) Add(more ...adperms.Reason) {
	x.now, x.after = coverage.Sorted(append(x.now, more...)), coverage.Sorted(append(x.after, more...))
}

// InTenant adds what the tenant says of the user.
func (x *Explaining) InTenant(p cloudconfig.TenantPerson, now time.Time) {
	for _, r := range cloudconfig.PersonReasons(p, now) {
		if len(x.user.ProtectedBy) > 0 {
			r.Fix = "" // an administrator's account is not to be synchronized
		}
		x.Add(Reason(r))
	}
	for _, f := range p.Facts() {
		x.e.Facts = append(x.e.Facts, steps.Fact{What: f.What, Value: f.Says, Source: "Microsoft Graph"})
	}
}

// Everybody adds what concerns every user; the first that is in the way is said. planned
// says that the plan ends it.
func (x *Explaining) Everybody(r cloudconfig.Reason, planned bool) {
	if r.Code == "" {
		return
	}
	if !slices.ContainsFunc(x.now, func(is adperms.Reason) bool { return is.Code == r.Code }) {
		x.Add(Reason(r))
	}
	if r.Weight == cloudconfig.Notes {
		return
	}
	if x.side.Now == "" {
		x.side.Now = r.Code
	}
	if !planned && x.side.After == "" {
		x.side.After = r.Code
	}
}

// Reason is one of the tenant's or the sync server's among those of a user.
func Reason(r cloudconfig.Reason) adperms.Reason {
	return adperms.Reason{Code: r.Code, Weight: adperms.Weight(r.Weight), Text: r.Text, Fix: r.Fix}
}

func nameOfUser(u adperms.Account) string {
	parts := slices.DeleteFunc([]string{u.DisplayName, u.UPN, u.SAM}, func(s string) bool { return s == "" })
	return strings.Join(parts, ", ")
}

func trustees(x coverage.Explanation, near []coverage.NearMiss) (out []secdesc.SID) {
	for _, m := range near {
		out = append(out, m.ACE.Trustee)
	}
	for _, d := range x.Decisions {
		if d.Ground == adperms.ByACE {
			out = append(out, d.ACE.Trustee)
		}
	}
	return out
}

// gone are the trustees that nobody here has any more.
func gone(near []coverage.NearMiss, names map[secdesc.SID]string) (out []secdesc.SID) {
	for _, m := range near {
		if sid := m.ACE.Trustee; names[sid] == sid.String() && !slices.Contains(out, sid) {
			out = append(out, sid)
		}
	}
	return out
}

// path is one right, decided.
func path(r adperms.Right, d coverage.Decision, names map[secdesc.SID]string) steps.RightPath {
	p := steps.RightPath{Right: r.Name, Granted: d.Granted, From: d.From}
	switch {
	case d.Ground == adperms.ByACE:
		w := adperms.Describe(d.ACE)
		p.Words = fmt.Sprintf("%s %s: %s, applies to: %s", w.Type, nameOr(names, d.ACE.Trustee), w.Permission, w.AppliesTo)
		if d.Granted {
			p.By = d.ACE.SDDL()
		} else {
			p.DeniedBy = d.ACE.SDDL()
		}
		if d.Stale {
			p.Note = "inherited, but no object above has it any more: it is left from before, and goes when permissions are propagated next"
		}
	case d.Ground == adperms.NullDACL:
		p.Note = "the user has no DACL: everybody has every right"
	case d.Ground == adperms.NoACE:
		p.Note = "no ACE grants or denies it"
	}
	if d.Unsure {
		p.Note = "it hangs on the condition of an ACE, which only the DC evaluates"
	}
	return p
}

// throughGroups says how a deny for a group hits the connector account.
func throughGroups(ctx context.Context, c Case, p *steps.RightPath, group secdesc.SID) error {
	way, err := c.Users.MembershipPath(ctx, c.Connector, group)
	if err != nil {
		return ctx.Err() // the deny is told without it
	}
	all, err := c.Users.Names(ctx, way)
	if err != nil {
		return err
	}
	var names []string
	for _, sid := range way {
		names = append(names, nameOr(all, sid))
	}
	if p.Note != "" {
		p.Note += "; "
	}
	p.Note += coverage.Membership(names)
	return nil
}

// whys are reasons as a document has them.
func whys(all []adperms.Reason) []steps.Why {
	out := make([]steps.Why, 0, len(all))
	for _, r := range all {
		out = append(out, steps.Why{Code: r.Code, Weight: string(r.Weight), Text: r.Text, Fix: r.Fix})
	}
	return out
}

// facts are what a help desk asks next.
func facts(u adperms.Account) (out []steps.Fact) {
	add := func(what, value, source string) {
		out = append(out, steps.Fact{What: what, Value: value, Source: source})
	}
	if !u.PasswordSet.IsZero() {
		add("password last set", u.PasswordSet.Format(time.RFC3339), "pwdLastSet")
	}
	if p := u.Policy; !p.Unread && p.DN != "" {
		name := "of the domain"
		if p.FineGrained() {
			name = p.Name
		}
		add("password policy", fmt.Sprintf("%s: at least %d characters, complexity %s, the last %d not again, minimum age %s", name,
			p.MinLength, onOff(p.Complex), p.History, wholeDays(p.MinAge)), p.DN)
	}
	return out
}

// wholeDays says a duration as policies are made: in days, where it is whole ones.
func wholeDays(d time.Duration) string {
	if d%(24*time.Hour) == 0 {
		return fmt.Sprintf("%d d", d/(24*time.Hour))
	}
	return d.String()
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}
