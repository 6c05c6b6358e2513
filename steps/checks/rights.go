package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/cloudconfig"
	"writeback/steps"
)

// elsewhere are the findings of the stage delegate that other checks tell.
var elsewhere = []string{"schema-mismatch", adperms.NotAnAccount, adperms.OutOfUse, adperms.PastItsEnd, adperms.MustChange, adperms.PastPassword, adperms.CardOnly, adperms.TierZero, unproven, "dc-not-synchronized", "read-only-dc", "no-right-to-write", "unexpire-missing"}

// delegatedRights is the stage delegate as it stands.
func delegatedRights(ctx context.Context, x *examination) (answer, error) {
	if a := x.refusedScopes(ctx); len(a.findings) > 0 {
		return a, nil
	}
	s, err := x.delegated(ctx)
	if err != nil {
		return answer{}, err
	}
	a := saw(x.Place.DC, "everything that the documents ask for is granted")
	a.evidence = s.Evidence
	for _, f := range s.Findings {
		if f.Level == steps.LevelError && f.Accept == "" && barsAccount(f.Code) {
			return unchecked("nothing is granted to an account that is refused (%s): the check %s says why", f.Code, tells(f.Code)), nil
		}
	}
	if n := len(s.Changes); n > 0 {
		a.text = count(n, "right") + " of the connector account missing"
		a = a.warn("rights-missing", "writeback plan shows what is missing, writeback apply grants it", "missing: %s", strings.Join(lines(s.Changes), "; "))
	}
	for _, f := range s.Findings {
		if f.Level != steps.LevelInfo && !slices.Contains(elsewhere, f.Code) {
			a.findings = append(a.findings, f)
		}
	}
	return a, nil
}

// refusedScopes tells what was named as a scope and is none: by the rule of the stage,
// which does not look at anything where one of them is not there.
func (x *examination) refusedScopes(ctx context.Context) answer {
	a := saw(x.Place.DC, "a scope that cannot be one")
	for _, dn := range x.scoped()[1:] { // the first is the root
		o, err := x.read(ctx, dn)
		var none interface{ NotFound() bool }
		switch {
		case err == nil:
		case !adperms.DNWithin(dn, x.Place.DomainDN):
			o = adperms.Object{DN: dn} // of another domain: this DC does not have it
		case errors.As(err, &none) && none.NotFound():
			a = a.fail(adperms.NotAScope, "correct --scope, or sign in as somebody who may see it", "%v", err)
			continue
		default:
			continue // the stage says why
		}
		if r := adperms.RefusedScope(o, x.Place.DomainDN, x.Place.Domain); r.Code != "" {
			a = a.fail(r.Code, r.Fix, "%s", r.Text)
		}
	}
	return a
}

// barsAccount says of an error that it is why nothing is planned for the account.
func barsAccount(code string) bool {
	return strings.HasPrefix(code, "connector-") || slices.Contains(cloudconfig.OfAnother, code)
}

// tells is the check that such a finding is in.
func tells(code string) string {
	switch {
	case slices.Contains(toldByStage, code):
		return "connector-account"
	case slices.Contains(cloudconfig.OfAnother, code):
		return "sync-server"
	}
	return "connector-state"
}

func lines(all []steps.Change) (out []string) {
	for _, c := range all {
		out = append(out, c.Line+" on "+c.Target)
	}
	return out
}

func (x *examination) delegated(ctx context.Context) (steps.StepPlan, error) {
	if x.Delegation == nil {
		return steps.StepPlan{}, fmt.Errorf("it is not known which account is to have them: %s", nameIt)
	}
	return asked(&x.delegation, func() (steps.StepPlan, error) { return x.Delegation(ctx) })
}

// unexpireRight looks for the right that the DC checks on the domain object
// itself: Authenticated Users hold it by default, and hardened domains take it
// from them.
func unexpireRight(ctx context.Context, x *examination) (answer, error) {
	root, err := x.object(ctx, x.Place.DomainDN)
	if err != nil {
		return answer{}, err
	}
	return x.eachConnector(ctx, func(a answer, c adperms.Account) (answer, error) {
		d := adperms.Access(root.Target, c.Token, adperms.UnexpirePassword)
		if d.Granted {
			a.text = "has it"
			if d.Ground == adperms.ByACE {
				a.text += " by " + d.ACE.SDDL()
			}
			return a, nil
		}
		a.text = "does not have it"
		return a.warn("unexpire-missing", "writeback apply grants it (--unexpire auto)",
			"%s does not have Unexpire Password on %s: a password that is written back expires at once, and the user must choose another at the next sign-in", c.DN, x.Place.DomainDN), nil
	})
}

// preWindows is BUILTIN\Pre-Windows 2000 Compatible Access.
var preWindows = secdesc.MustSID("S-1-5-32-554")

// samAccess looks whether the connector account may ask the SAM about users, as
// writeback does (NetUserGetInfo): as a member of Pre-Windows 2000 Compatible
// Access, where Authenticated Users are in it, or by rights of its own on the
// samServer object. The registry may restrict it on top (RestrictRemoteSam), which
// LDAP does not show: the sync server tells of its own.
func samAccess(ctx context.Context, x *examination) (answer, error) {
	if len(x.Connectors) == 0 {
		return x.eachConnector(ctx, nil)
	}
	server, err := x.object(ctx, "CN=Server,CN=System,"+x.Place.DomainDN)
	if err != nil {
		return answer{}, err
	}
	return x.eachConnector(ctx, func(a answer, c adperms.Account) (answer, error) {
		member := c.Token.Has(preWindows)
		reads := readsAndLists(server, c.Token)
		switch {
		case member && reads:
			a.text = "is in Pre-Windows 2000 Compatible Access and reads the samServer object"
		case reads:
			a.text = "is not in Pre-Windows 2000 Compatible Access, and reads the samServer object by other rights"
		default:
			a.text = "cannot read the samServer object"
			a = a.warn("sam-access", "put Authenticated Users into Pre-Windows 2000 Compatible Access, or give the connector account Read on CN=Server,CN=System; check RestrictRemoteSam, too",
				"%s may not read and list %s (%s): Microsoft names this among the reasons for access denied when a password is written back (33004)", c.DN, server.DN, membership(member))
		}
		if r, is := x.remoteSAM(ctx, c); is {
			a = a.warn(r.Code, r.Fix, "%s", r.Text)
		}
		return a, nil
	})
}

// remoteSAM is what the sync server, where it is asked, tells of restricted calls.
func (x *examination) remoteSAM(ctx context.Context, c adperms.Account) (cloudconfig.Reason, bool) {
	if x.Server == nil {
		return cloudconfig.Reason{}, false
	}
	s, err := x.serverOf(ctx)
	if err != nil {
		return cloudconfig.Reason{}, false // the check sync-server says so
	}
	if all, err := x.staged(ctx); err != nil || len(said(all, cloudconfig.MismatchCodes)) > 0 {
		return cloudconfig.Reason{}, false // it is not known whose server it is
	}
	return s.RemoteSAM(c.SAM, adperms.BarredFromSAM(s.RestrictRemoteSAM, c))
}

func membership(member bool) string {
	if member {
		return "it is in Pre-Windows 2000 Compatible Access, which has no right there"
	}
	return "it is not in Pre-Windows 2000 Compatible Access"
}

func readsAndLists(o target, token adperms.Token) bool {
	for _, mask := range []secdesc.AccessMask{secdesc.ReadProperty, secdesc.ListChildren} {
		if !adperms.Access(o.Target, token, adperms.Right{Mask: mask}).Granted {
			return false
		}
	}
	return true
}

// operatorRights looks whether who is signed in could make the changes. Where
// nothing is missing, that they could not is only worth a note.
func operatorRights(ctx context.Context, x *examination) (answer, error) {
	var without []string
	if a := x.refusedScopes(ctx); len(a.findings) > 0 {
		return unchecked("nothing is granted on what is no scope: the check delegated-rights says why"), nil
	}
	for _, dn := range x.scoped() {
		o, err := x.read(ctx, dn)
		if err != nil {
			return answer{}, err
		}
		if !o.MayWriteDACL() {
			without = append(without, o.DN)
		}
	}
	who := x.Place.Operator
	if who == "" {
		who = "the account that is signed in"
	}
	if len(without) == 0 {
		return saw(x.Place.DC, "%s may change the permissions of %s", who, strings.Join(x.scoped(), " and ")), nil
	}
	a := saw(x.Place.DC, "%s may not change the permissions of %s", who, strings.Join(without, " and "))
	s, err := x.delegated(ctx)
	needed := err != nil || len(s.Changes) > 0
	const fix = "sign in as somebody who has Modify permissions there, such as a member of Domain Admins, before writeback apply"
	if !needed {
		return a.note("no-right-to-write", "", "the rights are granted already: nothing has to be changed there"), nil
	}
	return a.warn("no-right-to-write", fix, "%s, so that writeback apply would be refused", a.text), nil
}

// scoped are the DNs whose permissions may have to be changed.
func (x *examination) scoped() []string {
	out := []string{x.Place.DomainDN}
	for _, dn := range x.Scopes {
		if !slices.ContainsFunc(out, func(have string) bool { return strings.EqualFold(have, dn) }) {
			out = append(out, dn)
		}
	}
	return out
}
