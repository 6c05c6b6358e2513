package stages

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"writeback/cloudconfig"
	"writeback/internal/shell"
	"writeback/steps"
)

// What came back of a switch decides what comes next, whoever ran it and in whichever
// call its answer was brought: never the same script again.

// switchedTo is a wish in the words of [Switch.Describe].
func switchedTo(on bool) string {
	if on {
		return "enabled"
	}
	return "disabled"
}

// answerOf is the answer at hand, as the journal remembers it.
func (c *Cloud) answerOf(o Observation) *steps.Told {
	s := o.Server
	t := &steps.Told{Step: WritebackInfo.ID, Host: s.Host, At: s.At, Object: s.Cloud, Ignored: c.strange(o)}
	switch k := s.Switch; {
	case k == nil:
		t.Outcome = steps.ToldInspected
		if s.Reset != nil {
			t.After = switchedTo(s.Reset.Enabled)
		}
	default:
		t.Object, t.After = cmp.Or(k.Connector, s.Cloud), switchedTo(k.Enable)
		t.Outcome, t.Reason, t.Says, t.Text = k.Outcome, k.Reason, k.Says, k.Why
	}
	return t
}

// strange says why a server is not the one that the run is about; "": nothing tells so.
func (c *Cloud) strange(o Observation) string {
	if c.isOther(*o.Server) {
		return o.Server.Host + " runs another sync product than the one that this is for"
	}
	for _, m := range o.Mismatches {
		if m.OfAnother() {
			return m.Text
		}
	}
	return ""
}

// Answer is what is to be remembered of the answer that a person brought: what became
// of a switch, or that the server was looked at since the switch that is remembered.
func (w *Writeback) Answer(ctx context.Context) (t steps.Told, worth bool, err error) {
	if w.Server == nil {
		return t, false, nil
	}
	if s, err := w.askServer(ctx, false); err != nil || !s.Told || s.Switch == nil && w.Told == nil {
		return t, false, err
	}
	o, err := w.inspect(ctx)
	if err != nil || o.Server == nil {
		return t, false, err
	}
	t = *w.answerOf(o)
	if s := o.Server; s.Switch == nil {
		worth = w.Told != nil && w.Told.Outcome != steps.ToldInspected && t.At.After(w.Told.At) && t.Ignored == "" && s.Reset != nil && !s.Staging
		return t, worth, nil
	}
	return t, true, nil
}

// tried is the switch that decides what comes next: that of the answer at hand, or that
// of the journal where nothing newer is at hand. nil: none does. A server that is asked
// now shows itself what was made.
func (w *Writeback) tried(o Observation) *steps.Told {
	t := w.Told
	if s := o.Server; s != nil && s.Told && (t == nil || !t.At.After(s.At)) {
		t = w.answerOf(o)
	}
	switch {
	case t == nil || t.After != switchedTo(true):
		return nil
	case t.Outcome == steps.ToldRefused:
		return t
	case t.Outcome == steps.ToldInspected, t.Ignored != "":
		return nil
	case t.Outcome == steps.ToldFailed, t.Outcome == steps.ToldDoubt:
		return t
	case o.Server == nil, o.Server.Told && o.Server.At.Before(t.At): // nothing newer is at hand
		return t
	}
	return nil
}

// afterSwitch tells what comes after a switch that was handed over.
func (w *Writeback) afterSwitch(t steps.Told, o Observation) (text, fix string) {
	host, text := "the sync server", triedText(t, o)
	if t.Host != "" {
		host = shell.Name(t.Host)
	}
	var retry cloudconfig.Retry
	again := false
	if o.Server != nil && o.Server.Switch != nil {
		retry, again = o.Server.Retry()
	}
	switch {
	case t.Outcome == steps.ToldMade, t.Outcome == steps.ToldAlready:
		what := map[string]string{steps.ToldMade: "it switched password writeback on", steps.ToldAlready: "password writeback was on already"}[t.Outcome]
		return fmt.Sprintf("%s answered at %s that %s; nothing newer says how it stands", t.Host, t.At.UTC().Format(time.RFC3339), what),
			numbered(w.inspectAt(host), w.bringBack()+"; or sign in to the tenant, whose audit log shows it: --auth METHOD")
	case again:
		return text, numbered(strings.ReplaceAll(retry.How, "the script", "the script that changes nothing")+".", goOn)
	case t.Outcome == steps.ToldDoubt:
		return text, numbered(w.inspectAt(host), w.bringBack())
	case t.Outcome == steps.ToldRefused:
		return text, numbered("Fix what the answer names.", w.inspectAt("the server that is to switch"), goOn)
	}
	return text, numbered(cures(t, host, "Where the cmdlet asks for a sign-in on "+host+": use a cloud-only administrator.", w.inspectAt(host), goOn)...)
}

// triedText says why the last switch was not made, and when where that is remembered.
func triedText(t steps.Told, o Observation) string {
	text := cmp.Or(t.Text, "the last switch was "+t.Outcome)
	if o.Server == nil || !t.At.Equal(o.Server.At) {
		text += fmt.Sprintf(" (answered at %s)", t.At.UTC().Format(time.RFC3339))
	}
	return text
}

// goOn is the new plan after a switch that was not made.
const goOn = "Bring its answer back, and have the script left that switches writeback on: writeback plan --handoff-answer FILE --handoff-script SCRIPT"

// inspectAt has somebody run the script that changes nothing, which may be left already.
func (w *Writeback) inspectAt(host string) string {
	if w.Script != "" && !w.Switches {
		return "Copy " + shell.Name(w.Script) + " to " + host + ", read it, and run it there in an elevated Windows PowerShell: it changes nothing."
	}
	return "Run the script that changes nothing on " + host + ", in an elevated Windows PowerShell (writeback plan --writeback-method handoff --handoff-script FILE leaves it)."
}

// cures are what is known to help where the cmdlet failed, in this order. signIn is
// for a cmdlet that wants one; onAgain has writeback switched on anew.
func cures(t steps.Told, host, signIn string, onAgain ...string) (out []string) {
	if !strings.Contains(strings.ToLower(t.Says+t.Text), "invalid state") {
		out = append(out, signIn)
	}
	out = append(out, "Switch writeback off, to have it switched on anew. On "+host+", in an elevated Windows PowerShell: "+ofConnector(t, "Set-ADSyncAADPasswordResetConfiguration -Connector %s -Enable $false"))
	first := len(out) + 1
	out = append(out, onAgain...)
	return append(out, removal(t, first))
}

// removal is the last cure, for a person: after it writeback is switched on again by a
// step of before.
func removal(t steps.Told, step int) string {
	return fmt.Sprintf("If that fails, too, delete the configuration of password writeback there, and go on with step %d: to switch it on makes a new one. This program never runs this: %s",
		step, ofConnector(t, "Remove-ADSyncAADPasswordResetConfiguration -Connector %s"))
}

// ofConnector is a cmdlet with the connector that was to be switched.
func ofConnector(t steps.Told, words string) string {
	if t.Object == "" {
		return shell.Words(strings.ReplaceAll(words, "%s", "NAME")).String() + " (NAME is the connector to Microsoft Entra ID, as Get-ADSyncConnector lists it)"
	}
	return shell.Words(words, t.Object).String()
}

// failedBefore tells, beside a switch that is planned, that the last one failed.
func (w *Writeback) failedBefore(o Observation) []steps.Finding {
	t := w.tried(o)
	if t == nil || t.Outcome != steps.ToldFailed {
		return nil
	}
	f := switchFailed(*t, o.Server)
	f.Text = fmt.Sprintf("the last switch, at %s: %s", t.At.UTC().Format(time.RFC3339), f.Text)
	return []steps.Finding{f}
}

// switchFailed is a switch that failed where this program can try it again.
func switchFailed(t steps.Told, s *cloudconfig.Server) steps.Finding {
	t.Object = cmp.Or(s.Cloud, t.Object)
	return steps.Finding{Level: steps.LevelWarning, Code: "switch-failed", Text: cmp.Or(t.Text, "it failed"),
		Fix: numbered(cures(t, shell.Name(s.Host), "Where the cmdlet asked for a sign-in, which shows on that server alone: hand the script over (--writeback-method handoff), for a cloud-only administrator to run.",
			"Have it switched on by a new plan: writeback apply")...)}
}

// Notices are what a write turned up: the cmdlet's failure, with what helps.
func (w *Writeback) Notices() []steps.Finding {
	out := slices.Clone(w.failed)
	w.failed = nil
	return out
}
