package stages

import (
	"fmt"
	"strings"

	"writeback/cloudconfig"
	"writeback/internal/shell"
	"writeback/steps"
)

// What a person has to do, in exact words. The names are those of Microsoft's
// own pages.

// byHand tells how to switch writeback on on the sync side.
func (w *Writeback) byHand(o Observation) steps.Finding {
	f := steps.Finding{Level: steps.LevelInfo, Code: "writeback-by-hand", Manual: true,
		Text: "it is not known that password writeback is enabled on the sync side; this part is done by a person"}
	host := w.Expected.Host
	if o.Server != nil {
		host = o.Server.Host
	}
	named, there := "the sync server", shell.Words("--sync-server HOST")
	if host != "" {
		named, there = shell.Name(host), shell.Words("--sync-server %s", host)
		if o.Server == nil && w.Expected.Asked == "" { // whoever may write that would have people sign in somewhere
			named += " (so says the description of the connector account)"
		}
	}
	cloud := o.Server != nil && o.Server.Product == "cloud"
	tried := w.tried(o)
	switch {
	case tried != nil && !cloud && w.Expected.Product != "cloud" && (w.Method != ByHand || tried.Text == ""):
		f.Text, f.Fix = w.afterSwitch(*tried, o)
	case w.Method == ByHandoff && !cloud:
		f.Text, f.Fix = w.handOver(o, named)
	case w.Expected.Product == "cloud" || cloud:
		f.Fix = numbered(append(w.clicks(named, true), "Prove it: have a pilot user reset a password, then writeback verify; or say it: "+w.attest(WritebackInfo.ID, o))...)
	default:
		all := append(w.clicks(named, false), "Prove it: writeback verify on that server, or with "+there.String()+"; or say it: "+w.attest(WritebackInfo.ID, o))
		if tried != nil {
			f.Text = triedText(*tried, o)
		}
		if tried != nil && tried.Outcome == steps.ToldFailed {
			all[2] = tickAgain
			all = append(all, removal(*tried, 1))
		}
		f.Fix = numbered(all...)
	}
	return f
}

// clicks is where the switch is: in the wizard of Microsoft Entra Connect, or, of Cloud
// Sync, on the tenant's page.
func (w *Writeback) clicks(host string, cloud bool) []string {
	if cloud {
		return []string{"Sign in to the Microsoft Entra admin center as Hybrid Identity Administrator.",
			"Open Password reset > On-premises integration: " + w.Links.SSPRPage(),
			"Tick " + cloudTitle + ", and save."}
	}
	return []string{"On " + host + " open Microsoft Entra Connect Sync and choose Configure > Customize synchronization options.",
		"Sign in with a cloud-only Hybrid Identity Administrator, and go on to Optional features.",
		"Tick Password writeback, and go on to Configure."}
}

const tickAgain = "Tick Password writeback, and go on to Configure; where it is ticked already, untick it first, and do this again."

// attest is the command by which somebody says that a stage is done: where no domain is at
// work here, the tenant is the place.
func (c *Cloud) attest(stage string, o Observation) string {
	line := shell.Words("writeback attest " + stage)
	if c.alone() && o.Tenant != nil && o.Tenant.ID != "" {
		line = append(line, shell.Words("--tenant %s", o.Tenant.ID)...)
	}
	return append(line, shell.Words("--by NAME")...).String()
}

// alone says that no domain is at work here.
func (c *Cloud) alone() bool { return len(c.Expected.Domains) == 0 || c.Expected.FromPlan }

// verifyAnswer is the command that reads an answer.
func (c *Cloud) verifyAnswer() string {
	if c.alone() {
		return "writeback verify --only writeback --handoff-answer FILE"
	}
	return "writeback verify --handoff-answer FILE"
}

// bringBack is the last step of every hand-off.
func (c *Cloud) bringBack() string { return "Bring the answer back: " + c.verifyAnswer() }

// handOver tells how a script gets to the sync server, and its answer back. Where an
// answer is there already, what comes next follows from it.
func (w *Writeback) handOver(o Observation, host string) (text, fix string) {
	text = "the sync server is reached by a person"
	run := "Run it there in an elevated Windows PowerShell: it leaves an answer in JSON and changes nothing."
	var retry cloudconfig.Retry
	again := false
	if o.Server != nil {
		retry, again = o.Server.Retry()
	}
	switch {
	case again:
		text, run = retry.Why, retry.How+"."
		if retry.Elsewhere {
			host = "that server"
		}
	case w.Switches:
		run = "Run it there in an elevated Windows PowerShell: it switches password writeback on, and leaves an answer in JSON."
	case o.Server == nil:
	case o.unbound() || o.Doubted:
		return "the answer of " + o.Server.Host + " does not count", numbered(
			"Fix what is reported above about this server, or accept it by name.", "Run the script on the right server, and bring that answer: "+w.verifyAnswer())
	case w.switchable(o):
		return o.Server.Host + " says that password writeback is off", numbered(
			"Have the script left that switches it on: writeback plan --handoff-answer FILE --handoff-script SCRIPT",
			"Run it on "+host+" in an elevated Windows PowerShell.", w.bringBack())
	case o.Server.Reset != nil && !o.Server.Reset.Running():
		why, what := notRunning(*o.Server)
		return why, numbered(what+".", "Run the script there once more.", w.bringBack())
	default:
		run = "Run the script on " + host + " once more, to see how it stands now."
	}
	switch {
	case w.Script != "":
		return text, numbered("Copy "+shell.Name(w.Script)+" to "+host+" and read it.", run, w.bringBack())
	case o.Server != nil:
		return text, numbered(run, w.bringBack())
	}
	return text, numbered("Have a script left for "+host+": writeback plan --writeback-method handoff --handoff-script FILE",
		"Run it there, and bring its answer back: "+w.verifyAnswer())
}

// notRunning says why a writeback that is enabled does not work, and what to do.
func notRunning(s cloudconfig.Server) (why, what string) {
	host, again := shell.Name(s.Host), "disable writeback there and enable it again"
	state := fmt.Sprintf("ServiceStatus %s, OnboardingRequiredStatus %s", s.Reset.ServiceStatus, s.Reset.OnboardingStatus)
	if s.Reset.ServiceStatus == "Started" {
		return fmt.Sprintf("writeback is enabled on %s and its service runs, but it is not registered: %s", s.Host, state), "on " + host + ", " + again
	}
	return fmt.Sprintf("writeback is enabled on %s, but its service does not run: %s", s.Host, state),
		"restart the service Microsoft Azure AD Sync (ADSync) on " + host + "; if that does not help, " + again
}

// byHand tells what to tick on the page of the portal. The switch of Cloud Sync is on it,
// too, and nowhere else: what the page says of it is told with the evidence.
func (s *SSPR) byHand(main, unlock cloudconfig.Verdict, o Observation) steps.Finding {
	all := append(s.clicks(s.product(o) == "cloud"), "Prove it: have a pilot user reset a password, then writeback verify; or say it: "+s.attest(SSPRInfo.ID, o))
	if s.Left {
		all = append(all, "Or consent to the portal's own service, which Microsoft does not document, and apply again: --allow-undocumented-api")
	}
	return steps.Finding{Level: steps.LevelInfo, Code: "sspr-by-hand", Manual: true,
		Text: fmt.Sprintf("the page Password reset > On-premises integration is set by a person (%s: %s; %s: %s)", ssprTitle, main.State, unlockTitle, unlock.State),
		Fix:  numbered(all...),
	}
}

// clicks is what to tick on the page, and to save.
func (s *SSPR) clicks(cloud bool) []string {
	all := []string{
		"Sign in to the Microsoft Entra admin center as " + cloudconfig.PolicyRoles() + ".",
		"Open Password reset > On-premises integration: " + s.Links.SSPRPage(),
		ssprTitle + ": yes",
	}
	if cloud {
		all = append(all, cloudTitle+": yes")
	}
	return append(all, unlockTitle+": "+yesNo(s.Unlock), "Save.")
}

func numbered(all ...string) string {
	for i := range all {
		all[i] = fmt.Sprintf("%d. %s", i+1, all[i])
	}
	return strings.Join(all, "\n")
}
