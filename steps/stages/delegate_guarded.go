package stages

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/cloudconfig"
	"writeback/steps"
)

// Whoever may reset an administrator's password is an administrator. The rights
// must not reach a protected account, unless a person has named it: what our change
// would give is an error; what the connector account has already is not ours to take
// away, and a warning.

const (
	codeProtected  = "protected-in-scope"
	codeNotChecked = "protected-not-checked"
)

// Acceptable are the findings of level error that a person may accept, each with
// what --accept names after the code; "" for nothing.
var Acceptable = map[string]string{codeProtected: "DN", codeNotChecked: "", codeUnproven: "", codeUnseen: "SID", cloudconfig.TenantUnproven: "", cloudconfig.HostUnproven: ""}

// guards reads the protected accounts that a change of a scope could reach.
func (d *Delegate) guards(ctx context.Context, have Delegation) (coverage.Guards, error) {
	var scopes []string
	for _, o := range have.Objects {
		if o.Scope && d.refusedScope(o).Code == "" {
			scopes = append(scopes, o.DN)
		}
	}
	if d.watching || len(scopes) == 0 {
		return coverage.Guards{}, nil
	}
	g, err := d.Directory.Guarded(ctx, have.Objects[0].SID, scopes)
	if err != nil {
		return g, fmt.Errorf("look for protected accounts in the scope: %w", err)
	}
	return g, nil
}

// aboutGuards tells which protected accounts the changes reach.
func (d *Delegate) aboutGuards(have Delegation, changes []ACEChange) (out []steps.Finding) {
	q := coverage.Question{Connector: d.Connector.SID, Token: have.Trustee.Token, Edits: editsOf(have, changes)}
	for _, g := range have.Guards.Accounts {
		e, err := coverage.Exposed(q, g)
		if err != nil {
			e.Unknown = true // the edit has a finding of its own
		}
		if f, ok := d.aboutGuard(g, e); ok {
			if f.Level == steps.LevelError && slices.ContainsFunc(have.Objects, func(o Seen) bool { return o.GUID == g.GUID }) {
				f.Fix = "name another scope: " + acceptFix(g)
			}
			out = append(out, f)
		}
	}
	if len(changes) == 0 {
		return out // what the answer lacks is of no consequence
	}
	return append(out, d.aboutGaps(have.Guards)...)
}

func (d *Delegate) aboutGuard(g coverage.Guarded, e coverage.Exposure) (steps.Finding, bool) {
	account := fmt.Sprintf("%s, a protected account (%s)", steps.Plain(g.DN), protectors(g.By))
	connector := steps.Plain(d.Connector.DN)
	f := steps.Finding{Level: steps.LevelError, Code: codeProtected,
		Accept: codeProtected + "=" + g.DN, AcceptAlso: g.SID.String() + " " + g.GUID.String(),
		Fix: "choose a scope without it, or wait until AdminSDHolder's task has protected its DACL (within the hour): " + acceptFix(g)}
	switch {
	case e.Unknown:
		f.Text = fmt.Sprintf("whether %s would get rights on %s is not known: permissions there, or between it and the scope, are not shown", connector, account)
	case len(e.Gained) > 0:
		f.Text = fmt.Sprintf("%s would get %s on %s: whoever has the connector account could take it over", connector, rightNames(e.Gained), account)
	case len(e.Now) > 0:
		f.Level, f.Fix = steps.LevelWarning, "find out who granted it, and have it taken away; writeback does not remove what others set"
		if run := d.Consented[f.Accept]; run != "" {
			f.Fix = "whoever approved run " + run + " accepted this by name. To take back what is left of that run: writeback undo " + run
		}
		f.Text = fmt.Sprintf("%s has %s on %s already: whoever has the connector account can take it over", connector, rightNames(e.Now), account)
	default:
		return f, false
	}
	return f, true
}

func acceptFix(g coverage.Guarded) string {
	return "if the connector account may take it over, say --accept " + codeProtected + "=" + g.SID.String()
}

// aboutGaps says where protected accounts may have been missed.
func (d *Delegate) aboutGaps(g coverage.Guards) (out []steps.Finding) {
	if g.More {
		out = append(out, steps.Finding{Level: steps.LevelError, Code: codeProtected,
			Text: fmt.Sprintf("more than %d protected accounts in the scope take permissions from above: no more are looked at", len(g.Accounts)),
			Fix:  "choose a scope that holds fewer of them, or have their DACLs protected"})
	}
	if len(g.Unseen) > 0 {
		out = append(out, steps.Finding{Level: steps.LevelError, Code: codeNotChecked, Accept: codeNotChecked,
			Text: "whether protected accounts are in the scope is not known: " + strings.Join(g.Unseen, "; "),
			Fix:  "plan with an account that may read them; if you know that the scope holds none, say --accept " + codeNotChecked})
	}
	if g.Forest != "" {
		out = append(out, steps.Finding{Level: steps.LevelInfo, Code: codeNotChecked,
			Text: fmt.Sprintf("accounts of this domain that are protected by a group of %s alone, such as Enterprise Admins, are not seen from here", steps.Plain(g.Forest))})
	}
	return out
}

func protectors(by []adperms.Protected) string {
	var names []string
	for _, p := range by {
		names = append(names, p.Words())
	}
	return strings.Join(names, ", ")
}

func rightNames(rights []adperms.Right) string {
	var names []string
	for _, r := range rights {
		names = append(names, r.Name)
	}
	return strings.Join(names, ", ")
}
