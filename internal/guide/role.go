package guide

import (
	"context"
	"slices"
	"strings"

	"writeback/internal/settings"
	"writeback/wizard"
)

// What: the stages that whoever sits here may do. Few people hold all three keys.

// role asks for them first, where no flag says which stages are meant: what is left out
// needs no sign-in, and nothing of it is asked about.
func (g *Guide) role(context.Context) (asking, error) {
	s := g.set()
	named := s.Domain() != "" || settings.DC.Of(s) != ""
	if g.resumed || !s.Unset(settings.Only) || !s.Unset(settings.Skip) || g.caller.Practice == nil && named && s.Given(settings.Cloud) {
		return asking{}, nil
	}
	delegate, writeback, sspr := settings.Stages[0], settings.Stages[1], settings.Stages[2]
	stages := func(all ...string) string { return strings.Join(all, ",") }
	q := wizard.Question{
		Key: "only", Title: "What may you do here?", Kind: wizard.Choice,
		Why: "Writeback needs three things, often from three people. You sign in only for what you choose.",
		Help: "Active Directory: rights for the connector account on the users (delegate).\n" +
			"The sync server: password writeback is switched on there (writeback).\n" +
			"The tenant: on-premises integration of self-service password reset (sspr).\n" +
			"What this program cannot do, or you do not let it, it shows as steps for a person.",
		Options: []wizard.Option{
			{Value: stages(settings.Stages...), Label: "Everything", Note: "Active Directory, the sync server and the tenant"},
			{Value: delegate, Label: "Active Directory", Note: "needs Modify permissions on the domain's root; Domain Admins have it"},
			{Value: writeback, Label: "The sync server", Note: "needs an elevated PowerShell there, as a member of ADSyncAdmins"},
			{Value: sspr, Label: "The tenant", Note: "needs Authentication Policy, Hybrid Identity or Global Administrator"},
			{Value: stages(delegate, writeback), Label: "Active Directory and the sync server"},
			{Value: stages(writeback, sspr), Label: "The sync server and the tenant"},
			{Value: stages(delegate, sspr), Label: "Active Directory and the tenant"},
		},
	}
	q.Value, q.From = q.Options[0].Value, "writeback needs all three"
	return asking{Group: wizard.Group{Title: "Your part", Questions: []wizard.Question{q}}, take: func(_ context.Context, answers map[string]string) error {
		if chosen := strings.Split(answers["only"], ","); !slices.Contains(chosen, delegate) {
			g.leaveDomain()
		}
		return s.Answer(settings.Only, answers["only"])
	}}, nil
}

// leaveDomain forgets the domain that the environment or a file names. One that a flag
// names is meant.
func (g *Guide) leaveDomain() {
	for _, x := range []settings.Any{settings.Domains, settings.AllDomains, settings.DC} {
		if kind := g.set().Origin(x).Kind; kind == settings.IsEnvironment || kind == settings.IsFile {
			g.set().Drop(x)
		}
	}
}
