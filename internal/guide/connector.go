package guide

import (
	"context"
	"slices"
	"strings"
	"time"

	"writeback/adperms"
	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/internal/visible"
	"writeback/steps"
	"writeback/wizard"
)

// For whom: the account that the sync product uses in AD. Accounts that look like one are
// offered with what tells them apart. A single candidate is preselected. With several,
// none is: a guess would be a grant.

const typed = "typed"

func (g *Guide) connector(ctx context.Context) (asking, error) {
	s := g.set()
	if settings.Connector.Of(s) != "" {
		return asking{}, g.knowConnector(ctx)
	}
	if g.unlisted {
		return asking{Group: connectorGroup(wizard.Question{Check: notEmpty("name the account")}), take: g.takeConnector}, nil
	}
	done := g.busy("Looking for the account of the sync product")
	all, err := g.first.Accounts(ctx)
	done()
	if err != nil {
		return asking{}, g.mayReconnect(err)
	}
	if len(all) == 0 {
		g.unlisted = true
		return g.connector(ctx)
	}
	return asking{Group: connectorGroup(listed(all)), take: g.takeConnector}, nil
}

func connectorGroup(q wizard.Question) wizard.Group {
	q.Key, q.Title = "connector", "Which account does the sync product use in Active Directory?"
	q.Why = "It gets the rights to reset passwords: no other account does."
	q.Help = "Entra Connect shows it as the account of its AD connector (MSOL_… in express installations); Cloud Sync " +
		"uses a managed service account (pGMSA_…$). It is not the service's own account (ADSyncMSA…, AAD_…).\n" +
		"DN, UPN, sAMAccountName or SID will do."
	return wizard.Group{Title: "The connector account", Questions: []wizard.Question{q}}
}

// listed offers accounts. What their descriptions say is a hint, and shown as
// that.
func listed(all []adperms.Connector) wizard.Question {
	q := wizard.Question{Kind: wizard.Choice}
	for _, k := range all {
		q.Options = append(q.Options, wizard.Option{Value: k.DN, Label: visible.Line(k.SAM), Note: noteOn(k)})
	}
	q.Options = append(q.Options, wizard.Option{Value: typed, Label: "Another account", Note: "to be typed"})
	if len(all) == 1 && !all[0].Disabled {
		q.Value, q.From = all[0].DN, "the only one found"
	}
	return q
}

func noteOn(k adperms.Connector) string {
	note := session.About(k)
	if !k.Created.IsZero() {
		note = "created " + k.Created.Format(time.DateOnly) + ", " + note
	}
	return visible.Line(note)
}

// takeConnector looks the account up at once: a name that is none is typed again.
func (g *Guide) takeConnector(ctx context.Context, answers map[string]string) error {
	name := answers["connector"]
	if name == typed {
		g.unlisted = true
		return nil
	}
	if err := g.connected(ctx); err != nil {
		return err
	}
	account, err := g.first.Account(ctx, name)
	if err == nil {
		err = g.first.Suits(ctx, account)
	}
	if err != nil {
		return g.mayReconnect(err)
	}
	g.account = account
	if g.unlisted {
		name = account.DN
	}
	return g.set().Answer(settings.Connector, name)
}

// knowConnector reads what the description of an account says that was named
// beforehand: later questions are filled in with it.
func (g *Guide) knowConnector(ctx context.Context) error {
	if g.account.DN != "" || g.asked["connector"] {
		return nil
	}
	account, err := g.first.Account(ctx, settings.Connector.Of(g.set()))
	if err != nil {
		return g.mayReconnect(err)
	}
	g.account, g.asked["connector"] = account, true
	return nil
}

// Rename forgets the account that was named, by whatever means: the person decides.
func (g *Guide) Rename(problem error) func() {
	about := session.NoSuchAccount(problem)
	for _, b := range wizard.BlockedIn(problem) {
		about = about || slices.ContainsFunc(b.Findings, func(f steps.Finding) bool { return strings.HasPrefix(f.Code, "connector-") })
	}
	if !about || g.resumed || g.undoing != nil || !g.needsDomain() {
		return nil
	}
	return func() {
		g.set().Drop(settings.Connector)
		g.account, g.unlisted = adperms.Connector{}, false
		delete(g.asked, "connector")
		if g.session != nil {
			g.session.CloseOthers()
			g.session, g.flow = nil, nil
		}
		g.begun = false
	}
}
