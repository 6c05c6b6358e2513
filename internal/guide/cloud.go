package guide

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/steps/stages"
	"writeback/wizard"
)

// The cloud: the tenant, the sync server, and the one consent that has to be
// given. Every question can be left as it is: then a person does that part, with
// exact words.

// asks says that the questions of a cloud stage are to be asked: in a session
// that does not go on with an older one, where the stage is wanted.
func (g *Guide) asks(stage string) bool {
	return !g.resumed && !g.caller.Skipped()[stage] && settings.Sync.Of(g.set()) != "none" &&
		(len(settings.Only.Of(g.set())) > 0 || g.set().Given(settings.Cloud))
}

// byHand is no sign-in at all.
const byHand = "none"

func (g *Guide) tenant(context.Context) (asking, error) {
	if g.asked["auth"] || !g.set().Unset(settings.Auth) || !g.asks(stages.WritebackInfo.ID) && !g.asks(stages.SSPRInfo.ID) {
		return asking{}, nil
	}
	var questions []wizard.Question
	if s := g.set(); s.Answerable(settings.Tenant) {
		q := wizard.Question{
			Key: "tenant", Title: "Which Microsoft Entra tenant is it?", Value: settings.Tenant.Of(s), From: g.origin(settings.Tenant),
			Why:  "So that a sign-in to another tenant is noticed. It can be left empty.",
			Help: "Its ID, or one of its verified domains.",
		}
		if q.Value == "" && g.account.Tenant != "" {
			q.Value, q.From = g.account.Tenant, "the connector account's description"
		}
		questions = append(questions, q)
	}
	return asking{Group: wizard.Group{Title: "The tenant", Questions: append(questions, g.authQuestion())}, take: g.takeTenant}, nil
}

func (g *Guide) authQuestion() wizard.Question {
	q := wizard.Question{
		Key: "auth", Title: "How to sign in to the tenant?", Kind: wizard.Choice, From: "what works here",
		Why: "The program reads how the tenant stands and what proves that writeback works.",
		Help: "Without a sign-in the steps in the tenant are shown for a person to do.\n" +
			"Signing in as an application (secret, certificate) and with given tokens is done with flags: writeback setup --help.",
		Options: []wizard.Option{
			{Value: settings.Browser, Label: "In the browser of this computer"},
			{Value: settings.DeviceCode, Label: "With a code, in a browser anywhere"},
			{Value: settings.AzureCLI, Label: "As the Azure CLI is signed in", Note: "az login; it can change the tenant's settings, too"},
			{Value: settings.AzurePowerShell, Label: "As Azure PowerShell is signed in", Note: "Connect-AzAccount; it can change the tenant's settings, too"},
			{Value: byHand, Label: "Not at all", Note: "a person does the steps in the tenant"},
		},
		Value: g.authFound(),
	}
	return q
}

// authFound is the way to sign in that works where we run.
func (g *Guide) authFound() string {
	if _, err := exec.LookPath("az"); err == nil {
		return settings.AzureCLI
	}
	display, _ := g.caller.LookupEnv("DISPLAY")
	wayland, _ := g.caller.LookupEnv("WAYLAND_DISPLAY")
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" || display+wayland != "" {
		return settings.Browser
	}
	return settings.DeviceCode
}

func (g *Guide) takeTenant(_ context.Context, answers map[string]string) error {
	s := g.set()
	if tenant, is := answers["tenant"]; is && (tenant != "" || settings.Tenant.Of(s) != "") {
		if err := s.Answer(settings.Tenant, tenant); err != nil {
			return err
		}
	}
	g.asked["auth"] = true
	if answers["auth"] == byHand {
		s.Forget(settings.Auth)
		return nil
	}
	return s.Answer(settings.Auth, answers["auth"])
}

// refusedByTenant has the sign-in to the tenant asked for again.
func (g *Guide) refusedByTenant(err error) bool {
	fix, refused := session.RefusedByTenant(err)
	if !refused || !g.set().Answerable(settings.Auth) || !g.asked["auth"] {
		return false
	}
	g.caller.SignOut()
	g.problem = err.Error()
	if fix != "" {
		g.problem += "\n" + fix
	}
	g.set().Forget(settings.Auth)
	delete(g.asked, "auth")
	return true
}

// server asks which product writes back, and how it is reached.
func (g *Guide) server(context.Context) (asking, error) {
	s := g.set()
	switch {
	case !g.asks(stages.WritebackInfo.ID):
		return asking{}, nil
	case !g.asked["server"] && s.Unset(settings.WritebackMethod) && s.Unset(settings.Sync):
		return asking{Group: wizard.Group{Title: "The sync server", Questions: []wizard.Question{g.productQuestion(), g.methodQuestion()}},
			take: g.takeServer}, nil
	case settings.WritebackMethod.Of(s) == settings.ByRemoting && s.Answerable(settings.WritebackMethod) && settings.SyncServer.Of(s) == "":
		return asking{Group: wizard.Group{Title: "The sync server", Questions: []wizard.Question{{
			Key: "sync-server", Title: "On which computer does the sync product run?",
			Why:   "PowerShell remoting signs in to it as you.",
			Help:  "What is filled in comes from the connector account's description, which whoever may change that account can write: look at it.",
			Value: g.account.Host, From: "the connector account's description", Check: notEmpty("name the computer"),
		}}}}, nil
	case settings.WritebackMethod.Of(s) == settings.ByHandoff && settings.HandoffScript.Of(s) == "" && settings.HandoffAnswer.Of(s) == "":
		return asking{Group: wizard.Group{Title: "The script for the sync server", Questions: []wizard.Question{{
			Key: "handoff-script", Title: "Where is the script to be left?", Value: "writeback-syncserver.ps1", From: "this directory",
			Why:   "Somebody runs it on the sync server, and its answer is read back with --handoff-answer.",
			Check: notEmpty("name a file"),
		}}}}, nil
	}
	return asking{}, nil
}

func (g *Guide) productQuestion() wizard.Question {
	q := wizard.Question{
		Key: "sync", Title: "Which product syncs this domain with the tenant?", Kind: wizard.Choice,
		Why:  "It is what writes the passwords back.",
		Help: "Entra Connect is a server with the Synchronization Service; Cloud Sync is an agent that is configured in the portal.",
		Options: []wizard.Option{
			{Value: string(adperms.EntraConnect), Label: "Microsoft Entra Connect"},
			{Value: string(adperms.CloudSync), Label: "Microsoft Entra Cloud Sync"},
		},
	}
	if g.account.Product != "" {
		q.Value, q.From = string(g.account.Product), "as the connector account looks"
	}
	return q
}

func (g *Guide) methodQuestion() wizard.Question {
	q := wizard.Question{
		Key: "writeback-method", Title: "How is the sync server reached?", Kind: wizard.Choice,
		Why:  "Writeback is switched on there. Entra Connect can be reached by program; Cloud Sync is switched on by hand.",
		Help: "Nothing is done there before you approve it.",
		Options: []wizard.Option{
			{Value: settings.ByHand, Label: "By hand", Note: "a person is shown what to do"},
			{Value: settings.OnThisServer, Label: "It is this computer"},
			{Value: settings.ByRemoting, Label: "With PowerShell remoting", Note: "as you, from here"},
			{Value: settings.ByHandoff, Label: "With a script", Note: "that somebody runs there"},
		},
		Value: settings.ByHand, From: "what works anywhere",
	}
	if g.caller.Practice != nil {
		// In the world that is inside the program neither remoting nor a script
		// that is carried elsewhere would lead anywhere.
		q.Options = []wizard.Option{
			{Value: settings.Auto, Label: "Inside this program", Note: "the practice one; a real one is reached here, by PowerShell remoting, or with a script"},
			q.Options[0],
		}
		q.Value, q.From = settings.Auto, "practice"
		return q
	}
	if host, err := os.Hostname(); err == nil && runtime.GOOS == "windows" && sameHost(host, g.account.Host) {
		q.Value, q.From = settings.OnThisServer, "the connector account's description names this computer"
	}
	return q
}

func sameHost(a, b string) bool {
	a, _, _ = strings.Cut(a, ".")
	b, _, _ = strings.Cut(b, ".")
	return a != "" && strings.EqualFold(a, b)
}

func (g *Guide) takeServer(ctx context.Context, answers map[string]string) error {
	if answers["sync"] == string(adperms.CloudSync) && answers["writeback-method"] != settings.ByHand {
		return errors.New("for Cloud Sync it is switched on by hand: choose that")
	}
	if err := g.fill(ctx, answers); err != nil {
		return err
	}
	g.asked["server"] = true
	return nil
}

// reachesPortal says that a sign-in can have tokens for the portal's own service:
// it gives them to Microsoft's applications alone, and what it would do with
// others nobody has to consent to.
func reachesPortal(auth string) bool {
	return slices.Contains([]string{settings.AzureCLI, settings.AzurePowerShell, settings.GivenToken}, auth)
}

// consent asks whether the portal's own service may be written through.
func (g *Guide) consent(context.Context) (asking, error) {
	s := g.set()
	if !g.asks(stages.SSPRInfo.ID) || !reachesPortal(settings.Auth.Of(s)) || settings.SSPRMethod.Of(s) == settings.ByHand || !s.Unset(settings.AllowUndocumented) || !s.Unset(settings.SSPRMethod) {
		return asking{}, nil
	}
	return asking{Group: wizard.Group{Title: "The settings in the tenant", Questions: []wizard.Question{{
		Key: "allow-undocumented-api", Title: "May the program change the tenant's settings by itself?", Kind: wizard.Choice,
		Why: "Microsoft documents no interface for them: the program would use the portal's own service.",
		Help: "The service may change any day. The program reads before and after each write, and the plan shows every one.\n" +
			"Otherwise a person makes two clicks in the portal, which the plan describes.",
		Options: []wizard.Option{
			{Value: "false", Label: "No, a person does it in the portal"},
			{Value: "true", Label: "Yes, through the undocumented service"},
		},
		Value: "false", From: "the careful way",
	}}}}, nil
}
