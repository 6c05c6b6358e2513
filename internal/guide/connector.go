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
	if !about || g.resumed || g.undoing != nil {
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

// stages asks how far to go, where no flag speaks of stages or of the cloud.
func (g *Guide) stages(context.Context) (asking, error) {
	s := g.set()
	if g.resumed || !s.Unset(settings.Only) || !s.Unset(settings.Skip) || s.Given(settings.Cloud) {
		return asking{}, nil
	}
	q := wizard.Question{
		Key: "only", Title: "What is to be set up?", Kind: wizard.Choice,
		Why: "Writeback needs all three: the rights in AD, the sync server, the tenant. Each can be done on its own.",
		Help: "1. The rights of the connector account on users (delegate).\n" +
			"2. Password writeback on the sync server (writeback).\n" +
			"3. On-premises integration of self-service password reset in the tenant (sspr).\n" +
			"What this program cannot do, or you do not let it, it shows as steps for a person.",
		Options: []wizard.Option{
			{Value: strings.Join(settings.Stages, ","), Label: "All of it", Note: "the tenant and the sync server are asked about next"},
			{Value: settings.Stages[0], Label: "The rights in Active Directory", Note: "nothing but this domain is touched"},
			{Value: strings.Join(settings.Stages[:2], ","), Label: "The rights and the sync server"},
		},
	}
	q.Value, q.From = q.Options[0].Value, "what writeback needs"
	return asking{Group: wizard.Group{Title: "What to do", Questions: []wizard.Question{q}}, take: func(_ context.Context, answers map[string]string) error {
		return s.Answer(settings.Only, answers["only"])
	}}, nil
}
