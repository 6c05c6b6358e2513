package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"writeback/steps"
	"writeback/wizard"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var stages = []steps.Info{
	{ID: "delegate", Title: "Permissions in Active Directory"},
	{ID: "writeback", Title: "Password writeback on the sync side"},
	{ID: "sspr", Title: "Self-service password reset: on-premises integration"},
}

const (
	connectorDN = "CN=MSOL_4f2a9c11d0e3,CN=Users,DC=corp,DC=example"
	userClass   = "bf967aba-0de6-11d0-a285-00aa003049e2"
	connectorID = "S-1-5-21-1004336348-1177238915-682003330-1131"
)

func grant(target, right, guid string) steps.Change {
	return steps.Change{
		Verb: steps.VerbAdd, Target: target, Line: "allow CORP\\MSOL_4f2a9c11d0e3: " + right + ", on descendant user objects",
		SDDL:       "(OA;CIIO;CR;" + guid + ";" + userClass + ";" + connectorID + ")",
		Equivalent: `dsacls "` + target + `" /G "CORP\MSOL_4f2a9c11d0e3:CA;` + right + `;user" /I:S`,
	}
}

func somePlan() steps.Plan {
	root := "DC=corp,DC=example"
	return steps.Plan{
		FormatVersion: 1, Created: noon,
		Target:   steps.Target{Forest: "corp.example", Domain: "corp.example", DC: "dc1.corp.example", Tenant: "7d1f7c3e-52a1-4f0e-9f5f-0c6c5b4f8f11"},
		Coverage: measured(`{"users":520,"disabled":18,"before":12,"after":508,"blocked":[{"reason":"protected-account","count":9,"text":"they are in a protected group: AdminSDHolder's task replaces their permissions within the hour","examples":["CN=Anna,CN=Users,DC=corp,DC=example"]},{"reason":"inheritance-blocked","text":"a protected DACL keeps them from inheriting the rights","count":3,"examples":[],"where":[{"dn":"OU=Plant,DC=corp,DC=example","count":3}],"fix":"grant the rights there as well: --scope OU=Plant,DC=corp,DC=example"}]}`),
		Settings: map[string]steps.Setting{
			"domain": {Value: "corp.example", From: "answer"}, "dc": {Value: "ldaps://dc1.corp.example", From: "found in DNS"},
			"scope": {Value: []any{root}, From: "default"}, "connector": {Value: connectorDN, From: "answer"},
		},
		Steps: []steps.StepPlan{
			{ID: "delegate", Title: stages[0].Title, State: steps.StateChange,
				Changes: []steps.Change{
					grant(root, "Reset Password", "00299570-246d-11d0-a768-00aa006e0529"),
					grant(root, "write lockoutTime", "28630ebf-41d5-11d1-a9c1-0000f80367c1"),
					grant(root, "write pwdLastSet", "bf967a0a-0de6-11d0-a285-00aa003049e2"),
					{Verb: steps.VerbSet, Target: "OU=Plant,DC=corp,DC=example", Line: "block inheritance: no", Before: "blocked", After: "not blocked"},
				},
				Findings: []steps.Finding{{Level: steps.LevelWarning, Code: "inheritance-blocked", Text: "OU=Plant,DC=corp,DC=example does not inherit from above: 3 users below it", Fix: "grant the rights there, too: --scope OU=Plant,DC=corp,DC=example"}},
				Evidence: []steps.Evidence{{State: steps.EvidenceVerified, What: "Authenticated Users hold Unexpire Password on DC=corp,DC=example", Source: "dc1.corp.example", At: noon}},
			},
			{ID: "writeback", Title: stages[1].Title, State: steps.StateOK,
				Evidence: []steps.Evidence{{State: steps.EvidenceAttested, What: "password writeback is enabled", Source: "sync01", At: noon, By: "administrator"}}},
			{ID: "sspr", Title: stages[2].Title, State: steps.StateManual, Findings: []steps.Finding{byHand()}},
		},
	}
}

const portalLink = "https://entra.microsoft.com/#view/Microsoft_AAD_IAM/PasswordResetMenuBlade/~/OnPremisesIntegration"

func byHand() steps.Finding {
	return steps.Finding{Level: steps.LevelInfo, Code: "sspr-by-hand", Manual: true,
		Text: "the page Password reset > On-premises integration is set by a person",
		Fix: "1. Sign in to the Microsoft Entra admin center as Authentication Policy Administrator (or Global Administrator).\n" +
			"2. Open Password reset > On-premises integration: " + portalLink + "\n" +
			"3. Enable password write back for synced users: yes\n4. Save.\n" +
			"5. Prove it: have a pilot user reset a password, then writeback verify; or say it: writeback attest sspr --by NAME"}
}

func someRun() steps.Run {
	r := steps.Run{ID: "20261122T120000Z-4f2a", State: steps.RunDone, Target: somePlan().Target, Started: noon, Ended: noon}
	for i, c := range somePlan().Steps[0].Changes {
		r.Made = append(r.Made, steps.Owned{Seq: i + 1, Step: "delegate", Change: c, At: noon})
	}
	return r
}

func notEmpty(s string) error {
	if strings.TrimSpace(s) == "" {
		return errors.New("a name is needed here")
	}
	if !strings.Contains(s, ".") {
		return fmt.Errorf("%q is not a DNS name: it has no dot in it", s)
	}
	return nil
}

func someGroup() wizard.Group {
	return wizard.Group{Title: "Where is it to be set up?", Questions: []wizard.Question{
		{Key: "domain", Title: "Which Active Directory domain?", Why: "The rights are granted in this domain.", Help: "The DNS name of the domain, like corp.example.\nIts domain controllers are found in DNS.", Value: "corp.example", From: "found: this computer is a member", Check: notEmpty},
		{Key: "dc", Title: "Which domain controller?", Why: "One of them is used for the whole run, so that nothing waits for replication.", Help: "A name, or a URL with ldaps:// before it.", Value: "dc1.corp.example", From: "found in DNS", Check: notEmpty},
		{Key: "connector", Title: "Which account does the sync server use in this domain?", Why: "It is the one that gets the rights.", Help: "Entra Connect makes one called MSOL_ and twelve digits.", Kind: wizard.Choice, Value: connectorDN, Options: []wizard.Option{
			{Value: connectorDN, Label: "MSOL_4f2a9c11d0e3", Note: "for sync01, tenant contoso.onmicrosoft.com, created 2024-03-11"},
			{Value: "CN=MSOL_00aa11bb22cc,CN=Users,DC=corp,DC=example", Label: "MSOL_00aa11bb22cc", Note: "for oldsync, tenant contoso.onmicrosoft.com, created 2019-05-02"},
			{Value: "", Label: "another one", Note: "its name is asked for next"}}},
	}}
}

func signIn(problem string) wizard.Group {
	return wizard.Group{Title: "Sign in to corp.example", Problem: problem, Questions: []wizard.Question{
		{Key: "ad-user", Title: "Sign in as whom?", Why: "Somebody who may change permissions on the domain.", Value: "administrator@corp.example", From: "signed in here", Check: notEmpty},
		{Key: "ad-password", Title: "Password", Why: "It is used for this sitting and written nowhere.", Help: "It goes to the domain controller over TLS and to nobody else.", Kind: wizard.Secret},
	}}
}

// scene is a screen as a person may meet it.
type scene struct {
	name string
	make func(*stand)
}

// stand holds a model without a terminal.
type stand struct {
	t       *testing.T
	m       *model
	replies chan outcome
	stopped int
	quit    bool
	opened  []string
	copied  []string
}

func newStand(t *testing.T, w, h int, colour bool) *stand {
	t.Helper()
	s := &stand{t: t, replies: make(chan outcome, 1)}
	s.m = newModel(Options{Title: "writeback", Stages: stages, Colour: colour,
		Open: func(url string) error { s.opened = append(s.opened, url); return nil },
		Copy: func(text string) error { s.copied = append(s.copied, text); return nil },
	}, func() { s.stopped++ })
	s.send(tea.WindowSizeMsg{Width: w, Height: h})
	return s
}

func (s *stand) send(msgs ...tea.Msg) {
	s.t.Helper()
	for _, msg := range msgs {
		s.m.Update(msg)
	}
	s.sound()
}

// sound fails where the screen has panicked.
func (s *stand) sound() {
	s.t.Helper()
	if s.m.crash != "" {
		s.t.Fatal(s.m.crash)
	}
}

func (s *stand) prompt(sc screen, at station) {
	s.replies = make(chan outcome, 1)
	s.send(promptMsg{screen: sc, at: at, reply: s.replies})
}

// keyMsg is a key by its name in Bubble Tea.
func keyMsg(name string) tea.KeyMsg {
	for t, n := range map[tea.KeyType]string{
		tea.KeyEnter: "enter", tea.KeyTab: "tab", tea.KeyShiftTab: "shift+tab", tea.KeyUp: "up", tea.KeyDown: "down", tea.KeyLeft: "left", tea.KeyRight: "right",
		tea.KeyPgUp: "pgup", tea.KeyPgDown: "pgdown", tea.KeyHome: "home", tea.KeyEnd: "end", tea.KeyEsc: "esc", tea.KeyF1: "f1", tea.KeyCtrlC: "ctrl+c",
		tea.KeyBackspace: "backspace", tea.KeyDelete: "delete", tea.KeyCtrlU: "ctrl+u", tea.KeyCtrlW: "ctrl+w", tea.KeyCtrlK: "ctrl+k", tea.KeyCtrlA: "ctrl+a",
	} {
		if n == name {
			return tea.KeyMsg{Type: t}
		}
	}
	if name == " " {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune(" ")}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

// press presses keys, and does what they ask to have done outside.
func (s *stand) press(names ...string) {
	s.t.Helper()
	for _, n := range names {
		ticking := s.m.ticker
		if _, cmd := s.m.Update(keyMsg(n)); cmd != nil && s.m.ticker == ticking {
			msg := cmd()
			_, quit := msg.(tea.QuitMsg)
			s.quit = s.quit || quit
			s.send(msg)
		}
		s.sound()
	}
}

func (s *stand) typed(text string) {
	for _, r := range text {
		s.press(string(r))
	}
}

func reviewOf(p steps.Plan) wizard.Review { return wizard.Review{Plan: p, Pending: p.Pending()} }

func (s *stand) review(r wizard.Review) {
	s.send(planMsg{r.Plan})
	s.prompt(ofPlan(r), reviewing)
}

func (s *stand) approval() {
	r := ofPlan(reviewOf(somePlan()))
	s.send(planMsg{somePlan()})
	s.prompt(r, reviewing)
	s.press("c")
	s.prompt(newApprove("corp.example", r), approving)
}

// begun is a run of which two changes are made and one is under way.
func (s *stand) begun() {
	s.approval()
	s.typed("corp.example")
	s.press("enter")
	p := somePlan()
	c := p.Steps[0].Changes
	s.events(steps.RunOpened{Run: "20261122T120000Z-4f2a", Target: p.Target}, steps.StepInspecting{Info: stages[0]}, steps.StepStarted{Info: stages[0], Changes: c})
	for i := range 2 {
		s.events(steps.ChangeStarted{Step: "delegate", Change: c[i], N: i + 1, Of: len(c)}, steps.ChangeMade{Step: "delegate", Change: c[i]})
	}
	s.events(steps.ChangeStarted{Step: "delegate", Change: c[2], N: 3, Of: len(c)})
}

func (s *stand) events(all ...steps.Event) {
	for _, e := range all {
		s.send(eventMsg{e})
	}
}

var errRefused = errors.New("add 1 ACE to DC=corp,DC=example: the directory refused it: insufficient access rights (LDAP 50)")

// ended is a run that made all its changes.
func (s *stand) ended() {
	s.begun()
	c := somePlan().Steps[0].Changes
	s.events(steps.ChangeMade{Step: "delegate", Change: c[2]}, steps.ChangeStarted{Step: "delegate", Change: c[3], N: 4, Of: 4}, steps.ChangeMade{Step: "delegate", Change: c[3]})
	for _, r := range resultOf(steps.ResultManual, 4).Steps {
		s.events(steps.StepFinished{Result: r})
	}
	s.events(steps.RunFinished{State: steps.ResultManual})
}

func (s *stand) failed() {
	s.begun()
	c := somePlan().Steps[0].Changes
	s.events(steps.ChangeFailed{Step: "delegate", Change: c[2], Err: errRefused})
}

// measured is a coverage as a document has it.
func measured(doc string) *steps.Measured {
	var m steps.Measured
	if err := m.UnmarshalJSON([]byte(doc)); err != nil {
		panic(err)
	}
	return &m
}
