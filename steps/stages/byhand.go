package stages

import (
	"fmt"

	"writeback/cloudconfig"
	"writeback/steps"
)

// What a person has to do, in exact words. The names are those of Microsoft's
// own pages.

// byHand tells how to switch writeback on on the sync side.
func (w *Writeback) byHand(o Outlook) steps.Finding {
	f := steps.Finding{Level: steps.LevelInfo, Code: "writeback-by-hand", Manual: true,
		Text: "it is not known that password writeback is enabled on the sync side; this part is done by a person"}
	host := w.Expected.Host
	if o.Server != nil {
		host = o.Server.Host
	}
	if host == "" {
		host = "the sync server"
	}
	if w.Method == ByHandoff && w.Script != "" {
		f.Text = "the sync server is reached by a person: a script was left for it"
		f.Fix = fmt.Sprintf("1. Copy %s to %s and read it.\n2. Run it there in an elevated Windows PowerShell; it leaves a JSON file.\n"+
			"3. Bring the file back: writeback verify --handoff-answer FILE", w.Script, host)
		return f
	}
	f.Fix = fmt.Sprintf("1. On %s open Microsoft Entra Connect Sync and choose Configure > Customize synchronization options.\n"+
		"2. Sign in with a cloud-only Hybrid Identity Administrator, and go on to Optional features.\n"+
		"3. Tick Password writeback, and go on to Configure.\n"+
		"   (With Cloud Sync instead: tick Write back passwords with Microsoft Entra Connect cloud sync on %s)\n"+
		"4. Prove it: writeback verify on that server, or with --sync-server %s; or say it: writeback attest writeback --by NAME",
		host, w.Links.SSPRPage(), host)
	return f
}

// byHand tells what to tick on the page of the portal.
func (s *SSPR) byHand(main, unlock cloudconfig.Verdict) steps.Finding {
	f := steps.Finding{Level: steps.LevelInfo, Code: "sspr-by-hand", Manual: true,
		Text: fmt.Sprintf("the page Password reset > On-premises integration is set by a person (%s: %s; %s: %s)", ssprTitle, main.State, unlockTitle, unlock.State)}
	f.Fix = fmt.Sprintf("1. Sign in to the Microsoft Entra admin center as Authentication Policy Administrator (or Global Administrator).\n"+
		"2. Open Password reset > On-premises integration: %s\n"+
		"3. %s: %s\n4. %s: %s\n5. Save.\n"+
		"6. Prove it: have a pilot user reset a password, then writeback verify; or say it: writeback attest sspr --by NAME",
		s.Links.SSPRPage(), ssprTitle, "yes", unlockTitle, yesNo(s.Unlock))
	return f
}
