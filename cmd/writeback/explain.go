package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/cloudconfig"
	"writeback/cloudconfig/graph"
	"writeback/internal/session"
	"writeback/steps"
	"writeback/wizard"
)

func (a *app) explainCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "explain USER",
		Short: "Why this user's password can, or cannot, be written back",
		Long: `explain tells for one user how each right of the connector account is decided: by
which ACE, set on which object, and what stands in the way; then what else decides,
such as a protected group, the password policy in force, or a disabled account. It
ends with one sentence. USER is a DN, a UPN, a sAMAccountName or a SID.

Nothing is written. The exit code is 0 whatever the answer is.`,
		Args: exactly("user"),
		RunE: a.verb(func(ctx context.Context, args []string) error { return a.explainUser(ctx, args[0]) }),
	}
}

func (a *app) explainUser(ctx context.Context, name string) error {
	s, err := a.open(ctx, session.Purpose{Verb: "explain"})
	if err != nil {
		return err
	}
	defer s.session.Close()
	at, account, err := find(ctx, s.session.Domains, name)
	if err != nil {
		return session.Cancelled(ctx, err)
	}
	e, told, err := explanation(ctx, s.session, at, account)
	if err != nil {
		return session.Cancelled(ctx, err)
	}
	if s.session.Tenant != nil && adperms.NotCounted(account, at.Delegate.Connector.SID).Code == "" {
		if err := explainInTenant(ctx, s.session.Tenant, &e, &told, account); err != nil {
			return session.Cancelled(ctx, err)
		}
	}
	if adperms.NotCounted(account, at.Delegate.Connector.SID).Code == "" {
		if err := errors.Join(explainSide(ctx, s.session, &told), explainOnServer(ctx, s.session, at, &told)); err != nil {
			return session.Cancelled(ctx, err)
		}
	}
	told.answer(&e)
	e.Advice = advice()
	return s.face.Explained(e)
}

// reasonsOf are what is known of one user, now and after the plan, and what stands in
// the way of everybody.
type reasonsOf struct {
	now, after []adperms.Reason
	side       coverage.Side
}

// answer fills in the reasons, and what follows from them.
func (r reasonsOf) answer(e *wizard.Explanation) {
	e.Reasons = whys(r.now)
	now, after := coverage.Judge(r.now), coverage.Judge(r.after)
	e.Writable = now.Can()
	if e.After != nil {
		*e.After = after.Can()
	}
	e.Verdict = coverage.Sentence(now, after, e.After != nil, r.side)
}

func (r *reasonsOf) add(more ...adperms.Reason) {
	r.now, r.after = coverage.Sorted(append(r.now, more...)), coverage.Sorted(append(r.after, more...))
}

// explainInTenant adds what the tenant says of the user. A tenant that cannot be
// asked is told as that, for what AD says stands without it.
func explainInTenant(ctx context.Context, tenant *session.TenantClient, e *wizard.Explanation, told *reasonsOf, u adperms.Account) error {
	p, err := tenant.Client.Person(ctx, u.SID.String(), u.UPN)
	switch {
	case ctx.Err() != nil:
		return err
	case err != nil:
		told.add(adperms.Reason{Code: "tenant-user-unread", Weight: adperms.Notes,
			Text: "the tenant could not be asked about the user: " + err.Error(), Fix: graph.FixOf(err)})
		return nil
	}
	for _, r := range cloudconfig.PersonReasons(p, time.Now()) {
		if len(u.ProtectedBy) > 0 {
			r.Fix = "" // an administrator's account is not to be synchronized
		}
		told.add(adperms.Reason{Code: r.Code, Weight: adperms.Weight(r.Weight), Text: r.Text, Fix: r.Fix})
	}
	for _, f := range p.Facts() {
		e.Facts = append(e.Facts, wizard.Fact{What: f.What, Value: f.Says, Source: "Microsoft Graph"})
	}
	return nil
}

// find looks the user up in one domain after the other. Where it is in none, the
// first domain says so.
func find(ctx context.Context, places []*session.Domain, name string) (*session.Domain, adperms.Account, error) {
	var first error
	for _, p := range places {
		u, err := p.Conn.Account(ctx, name)
		var none *directory.NoSuchPrincipalError
		var gone *directory.NotFoundError
		if err == nil || !errors.As(err, &none) && !errors.As(err, &gone) {
			return p, u, err
		}
		if first == nil {
			first = err
		}
	}
	return nil, adperms.Account{}, first
}

// explanation puts together what the directory says.
func explanation(ctx context.Context, in *session.Session, s *session.Domain, u adperms.Account) (wizard.Explanation, reasonsOf, error) {
	var told reasonsOf
	e := wizard.Explanation{FormatVersion: steps.FormatVersion, User: u.DN, Name: nameOfUser(u), Connector: s.Delegate.Connector.DN,
		Rights: []wizard.RightPath{}, Reasons: []wizard.Why{}}
	q, looked := s.Delegate.Question(true)
	if !looked {
		if _, err := s.Delegate.Inspect(ctx); err != nil {
			return e, told, err
		}
		q, _ = s.Delegate.Question(true)
	}
	if len(u.ProtectedBy) > 0 {
		q.Fresh = map[string]bool{string(u.SID.Bytes()): true} // also where it is below no scope
	}
	q.Protected = func(secdesc.SID) (bool, error) { return len(u.ProtectedBy) > 0, nil }
	q.Holder = func() ([]byte, error) { return s.Conn.SDHolder(ctx) }
	q.ListObject = func() (bool, error) { return s.Conn.ListObjectMode(ctx) }
	class, err := s.Conn.Class(ctx, u.Class)
	if err != nil {
		return e, told, err
	}
	above, err := s.Conn.Above(ctx, u.DN)
	if err != nil {
		return e, told, err
	}
	user := coverage.User{DN: []byte(u.DN), SID: u.SID.Bytes(), Class: class, Descriptor: u.Object.Descriptor,
		AdminCount: u.Object.AdminCount > 0, Disabled: u.Disabled}
	x, err := coverage.Explain(q, user, above)
	if err != nil {
		return e, told, err
	}
	near := coverage.NearMisses(q, user, above, x.Decisions)
	names, err := s.Conn.Names(ctx, trustees(x, near))
	if err != nil {
		return e, told, err
	}
	at := time.Now()
	told = reasonsOf{now: q.Reasons(x.Outcome, x.By, u, at), after: q.Reasons(x.After, x.By, u, at)}
	if adperms.NotCounted(u, q.Connector).Code == "" {
		former, err := s.Conn.FormerNames(ctx, gone(near, names))
		if err != nil {
			return e, told, err
		}
		reasons, err := coverage.NearReasons(q, user, above, near, names, former)
		if err != nil {
			return e, told, err
		}
		told.add(reasons...)
		if r := q.Elsewhere(user, above, x.Decisions, in.GrantedOn(s)); r.Code != "" {
			told.add(r)
		}
		for _, r := range s.Delegate.RefusedScopes() {
			if !slices.Contains(x.Reasons.All(), coverage.OutOfScope) {
				r.Weight = adperms.Notes // another scope has it
			}
			told.add(r)
		}
		if unfit := s.Delegate.Unfit(); unfit.Code != "" {
			told.add(unfit)
		}
		e.Writable = x.Writable()
		if after := x.After.Writable(); x.Edited {
			e.After = &after
		}
	}
	for i, d := range x.Decisions {
		p := path(coverage.Rights[i], d, names)
		if !d.Granted && d.ThroughGroup(q.Connector) {
			if err := membership(ctx, s, &p, d.ACE.Trustee); err != nil {
				return e, told, err
			}
		}
		e.Rights = append(e.Rights, p)
	}
	e.Facts = facts(u)
	return e, told, nil
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
func path(r adperms.Right, d coverage.Decision, names map[secdesc.SID]string) wizard.RightPath {
	p := wizard.RightPath{Right: r.Name, Granted: d.Granted, From: d.From}
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

// membership says how a deny for a group hits the connector account.
func membership(ctx context.Context, s *session.Domain, p *wizard.RightPath, group secdesc.SID) error {
	way, err := s.Conn.MembershipPath(ctx, s.Delegate.Connector.DN, group)
	if err != nil {
		return ctx.Err() // the deny is told without it
	}
	all, err := s.Conn.Names(ctx, way)
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

func nameOr(names map[secdesc.SID]string, s secdesc.SID) string {
	if n := names[s]; n != "" {
		return n
	}
	return s.String()
}

// whys are reasons as a document has them.
func whys(all []adperms.Reason) []wizard.Why {
	out := make([]wizard.Why, 0, len(all))
	for _, r := range all {
		out = append(out, wizard.Why{Code: r.Code, Weight: string(r.Weight), Text: r.Text, Fix: r.Fix})
	}
	return out
}

// facts are what a help desk asks next.
func facts(u adperms.Account) (out []wizard.Fact) {
	add := func(what, value, source string) {
		out = append(out, wizard.Fact{What: what, Value: value, Source: source})
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
			p.MinLength, onOff(p.Complex), p.History, days(p.MinAge)), p.DN)
	}
	return out
}

// days says a duration as policies are made: in days, where it is whole ones.
func days(d time.Duration) string {
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
