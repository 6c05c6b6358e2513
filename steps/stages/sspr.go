package stages

import (
	"context"
	"errors"
	"fmt"

	"writeback/cloudconfig"
	"writeback/steps"
)

// SSPRInfo names the stage.
var SSPRInfo = steps.Info{ID: "sspr", Title: "Self-service password reset: on-premises integration"}

// SSPR is the stage that has the tenant hand resets to the sync product, and
// lets users unlock without resetting, or not.
type SSPR struct {
	*Cloud
	Method Method
	Unlock bool // "allow users to unlock accounts without resetting their password"
	// Unconsented says that nobody has consented yet to what ByPortal writes through.
	Unconsented bool
	// Left says that a plan file has lines that ByPortal would write, and that nobody has
	// consented: they are left to a person.
	Left bool
}

// Step is the stage as a step of the engine.
func (s *SSPR) Step() steps.Step {
	return steps.Define[Observation, SetPolicy](SSPRInfo, s)
}

// The settings of the page, in its own words.
const (
	ssprTitle   = "Enable password write back for synced users"
	cloudTitle  = "Write back passwords with Microsoft Entra Connect cloud sync"
	unlockTitle = "Allow users to unlock accounts without resetting their password"
)

// Inspect looks at all sources, and whether who is signed in may write. Where
// that cannot be seen, the portal itself will say.
func (s *SSPR) Inspect(ctx context.Context) (Observation, error) {
	o, err := s.inspect(ctx)
	if err != nil || o.Tenant == nil || s.done(o) {
		return o, err
	}
	if roles, err := s.Tenant.Roles(ctx); err == nil {
		o.Roles = append([]cloudconfig.Role{}, roles...) // to have none is not to be unknown
	}
	return o, ctx.Err()
}

// done says that both settings are as they were asked for.
func (s *SSPR) done(o Observation) bool {
	return on(cloudconfig.Judge(cloudconfig.SSPROn, o.Testimony, o.At)) && s.asWished(cloudconfig.Judge(cloudconfig.UnlockOn, o.Testimony, o.At))
}

// Plan sets what is not as wished and may be written, and tells a person the
// rest.
func (s *SSPR) Plan(o Observation) ([]SetPolicy, []steps.Finding, error) {
	main := cloudconfig.Judge(cloudconfig.SSPROn, o.Testimony, o.At)
	unlock := cloudconfig.Judge(cloudconfig.UnlockOn, o.Testimony, o.At)
	findings := s.common(SSPRInfo.ID, o)
	findings = append(findings, conflicts(main, ssprTitle)...)
	findings = append(findings, conflicts(unlock, unlockTitle)...)
	findings = append(findings, apart(main, o)...)
	findings = append(findings, aboutAdmins(o)...)
	findings = append(findings, forNobody(o)...)
	if s.done(o) {
		return nil, findings, nil
	}
	if s.Method == ByPortal && o.Page != nil {
		changes := s.byPortal(*o.Page)
		if len(changes) > 0 {
			if o.Roles != nil && !cloudconfig.MaySetPolicy(o.Roles) {
				findings = append(findings, steps.Finding{Level: steps.LevelWarning, Code: "role-missing",
					Text: "who is signed in is none of " + cloudconfig.PolicyRoles() + ": the portal will refuse to set the page",
					Fix:  "sign in with one of these roles (activate it first, where it is only eligible)"})
			}
			return changes, append(findings, s.undocumented()), nil
		}
	}
	return nil, append(findings, s.byHand(main, unlock, o)), nil
}

// Reason is what the tenant's setting does to every user's password, and whether the
// plan mends it.
func (s *SSPR) Reason(ctx context.Context) (r cloudconfig.Reason, planned bool, err error) {
	o, err := s.inspect(ctx)
	if err != nil {
		return r, false, err
	}
	r = cloudconfig.Judge(cloudconfig.SSPROn, o.Testimony, o.At).SSPRReason()
	changes, _, err := s.Plan(o)
	return r, len(changes) > 0, err
}

func on(v cloudconfig.Verdict) bool {
	return v.State == cloudconfig.Verified || v.State == cloudconfig.Attested
}

// asWished says that unlocking is as --account-unlock has it. A person's word
// on the stage is one on its settings as they were wished.
func (s *SSPR) asWished(v cloudconfig.Verdict) bool {
	if v.State == cloudconfig.Attested {
		return true
	}
	return s.Unlock && v.State == cloudconfig.Verified || !s.Unlock && v.State == cloudconfig.IsOff
}

// apart is the conflict that users feel: the portal says on, the server off.
func apart(main cloudconfig.Verdict, o Observation) []steps.Finding {
	server := cloudconfig.Judge(cloudconfig.WritebackOn, o.Testimony, o.At)
	if !on(main) || server.State != cloudconfig.IsOff {
		return nil
	}
	return []steps.Finding{{Level: steps.LevelWarning, Code: "portal-on-server-off",
		Text: fmt.Sprintf("the tenant hands resets over (%s), but writeback is off on the sync side (%s)", main.By.What, server.By.What),
		Fix:  "enable writeback on the sync side, or users' resets fail"}}
}

// aboutAdmins: administrators reset their own passwords by another policy.
func aboutAdmins(o Observation) []steps.Finding {
	if o.Tenant == nil || o.Tenant.AdminSSPR == nil || *o.Tenant.AdminSSPR {
		return nil
	}
	return []steps.Finding{{Level: steps.LevelInfo, Code: "admin-sspr-off",
		Text: "self-service reset is off for administrators (authorizationPolicy.allowedToUseSSPR): synchronised users who hold an administrator role get SSPR_009",
		Fix:  "nothing, if that is meant; else switch it on, which can take an hour"}}
}

func (s *SSPR) undocumented() steps.Finding {
	f := steps.Finding{Level: steps.LevelWarning, Code: "undocumented-api",
		Text: "these settings are written through the portal's own service, which Microsoft does not document: --allow-undocumented-api is the consent",
		Fix:  "without it the settings are made by hand on the same page"}
	if s.Unconsented {
		f.Text = "these settings would be written through the portal's own service, which Microsoft does not document: writeback apply needs --allow-undocumented-api, which is the consent"
	}
	return f
}

// byPortal plans one write per setting, as the page itself was seen to send.
func (s *SSPR) byPortal(p PolicyPage) (out []SetPolicy) {
	if !p.PasswordWritebackSupported {
		out = append(out, SetPolicy{Tenant: p.Tenant, Setting: SettingWriteback, Before: false, After: true})
	}
	if p.AccountUnlockEnabled != s.Unlock {
		out = append(out, SetPolicy{Tenant: p.Tenant, Setting: SettingUnlock, Before: p.AccountUnlockEnabled, After: s.Unlock})
	}
	return out
}

// InPlace are the settings that the plan would write, were they not as wished
// already.
func (s *SSPR) InPlace(o Observation) (out []SetPolicy) {
	if s.Method != ByPortal && !s.Left || o.Page == nil {
		return nil
	}
	if s.Left {
		out = s.byPortal(*o.Page)
	}
	if o.Page.PasswordWritebackSupported {
		out = append(out, SetPolicy{Tenant: o.Page.Tenant, Setting: SettingWriteback, Before: false, After: true})
	}
	if o.Page.AccountUnlockEnabled == s.Unlock {
		out = append(out, SetPolicy{Tenant: o.Page.Tenant, Setting: SettingUnlock, Before: !s.Unlock, After: s.Unlock})
	}
	return out
}

// Prove says what the verdicts rest on.
func (s *SSPR) Prove(o Observation) []steps.Evidence {
	return append(
		evidence(cloudconfig.Judge(cloudconfig.SSPROn, o.Testimony, o.At), ssprTitle, o.At),
		evidence(cloudconfig.Judge(cloudconfig.UnlockOn, o.Testimony, o.At), unlockTitle, o.At)...)
}

// Probe counts for whom self-service reset is on at all.
func (s *SSPR) Probe(ctx context.Context) ([]steps.Evidence, []steps.Finding, error) {
	if s.Tenant == nil {
		return nil, nil, nil
	}
	r, err := s.Tenant.Registrations(ctx)
	if err != nil {
		f, err := unseen(ctx, "registrations-unread", "it could not be counted for whom self-service reset is on", "sign in with AuditLog.Read.All", err)
		return nil, []steps.Finding{f}, err
	}
	e := steps.Evidence{State: steps.EvidenceVerified, At: s.now().UTC(), Source: "Microsoft Graph, userRegistrationDetails",
		What: fmt.Sprintf("of %d synchronised users the policy allows %d to reset, %d are registered, %d both", r.Users, r.Enabled, r.Registered, r.Capable)}
	whom := s.whom()
	if r.Enabled > 0 || r.Users == 0 || whom == cloudconfig.ForNobody || whom == cloudconfig.ForEverybody {
		return []steps.Evidence{e}, nil, nil // the page's own answer is newer than the report, and the plan has it
	}
	text := fmt.Sprintf("self-service password reset is enabled for none of the %d synchronised users: nobody can reset a forgotten password", r.Users)
	if whom == cloudconfig.ForGroup {
		text = fmt.Sprintf("self-service password reset is enabled for a group, and none of the %d synchronised users is in it, as the tenant's report has it: nobody can reset a forgotten password", r.Users)
	}
	return []steps.Evidence{e}, []steps.Finding{letThemReset(text, "writeback verify counts whom the policy allows, as the tenant's report has it")}, nil
}

// whom is what the last inspection saw of the page Password reset > Properties.
func (s *SSPR) whom() cloudconfig.Enablement {
	if s.memo == nil || s.memo.Page == nil {
		return cloudconfig.EnablementUnknown
	}
	return s.memo.Page.Whom
}

// forNobody is a tenant that lets nobody reset, by the page's own answer.
func forNobody(o Observation) []steps.Finding {
	if o.Page == nil || o.Page.Whom != cloudconfig.ForNobody {
		return nil
	}
	return []steps.Finding{letThemReset("self-service password reset is enabled for nobody (Password reset > Properties: None): nobody can reset a forgotten password",
		"writeback verify reads the page's own answer")}
}

// letThemReset is the step for a person where nobody may reset.
func letThemReset(text, prove string) steps.Finding {
	return steps.Finding{Level: steps.LevelWarning, Code: "sspr-for-nobody", Manual: true, Text: text,
		Fix: numbered(
			"Sign in to the Microsoft Entra admin center as Authentication Policy Administrator (or Global Administrator).",
			"Open Password reset > Properties.",
			"Choose All, or Selected with a group that has these users, and save.",
			"Prove it: "+prove)}
}

// Setting is one of the two settings that may be written.
type Setting string

// The settings.
const (
	SettingWriteback Setting = "writeback"
	SettingUnlock    Setting = "unlock"
)

// SetPolicy is the one kind of change of the stage.
type SetPolicy struct {
	Tenant  string  `json:"tenant"`
	Setting Setting `json:"setting"`
	Before  bool    `json:"before"`
	After   bool    `json:"after"`
}

// Describe uses the words of the page.
func (c SetPolicy) Describe() steps.Change {
	title := map[Setting]string{SettingWriteback: ssprTitle, SettingUnlock: unlockTitle}[c.Setting]
	return steps.Change{Verb: steps.VerbSet, Target: "Password reset > On-premises integration of tenant " + steps.Plain(c.Tenant),
		Line: title, Before: yesNo(c.Before), After: yesNo(c.After)}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

var errNoPage = errors.New("this run has no token for the portal: sign in with --auth azure-cli or azure-powershell, or give --portal-token-file")

// Apply writes the one setting, if it still is what the plan showed.
func (s *SSPR) Apply(ctx context.Context, c SetPolicy) (SetPolicy, error) {
	is, err := s.read(ctx, c)
	if err != nil {
		return c, steps.NotMade(err)
	}
	if is != c.Before {
		return c, steps.NotMade(fmt.Errorf("%q is %s by now: plan again", c.Describe().Line, yesNo(is)))
	}
	return c, s.write(ctx, c, c.After)
}

// Undo writes back what was there before, if the setting is still ours.
func (s *SSPR) Undo(ctx context.Context, c SetPolicy) error {
	is, err := s.read(ctx, c)
	if err != nil || is == c.Before {
		return err
	}
	return s.write(ctx, c, c.Before)
}

// Resolve looks whether the setting is as it was to be.
func (s *SSPR) Resolve(ctx context.Context, c SetPolicy) (SetPolicy, bool, error) {
	is, err := s.read(ctx, c)
	return c, err == nil && is == c.After, err
}

func (s *SSPR) read(ctx context.Context, c SetPolicy) (bool, error) {
	s.Forget()
	if s.Page == nil {
		return false, errNoPage
	}
	p, err := s.Page.Policy(ctx)
	if err != nil {
		return false, err
	}
	if p.Tenant != c.Tenant {
		return false, fmt.Errorf("the portal's token is for tenant %s, the change is for %s", p.Tenant, c.Tenant)
	}
	if c.Setting == SettingUnlock {
		return p.AccountUnlockEnabled, nil
	}
	return p.PasswordWritebackSupported, nil
}

func (s *SSPR) write(ctx context.Context, c SetPolicy, to bool) error {
	defer s.Forget()
	if c.Setting == SettingUnlock {
		return s.Page.SetUnlock(ctx, to)
	}
	return s.Page.SetWriteback(ctx, to)
}

// BackUp saves the whole answer of the portal before the first write.
func (s *SSPR) BackUp(ctx context.Context, c SetPolicy) (string, any, error) {
	if s.Page == nil {
		return "", nil, errNoPage
	}
	p, err := s.Page.Policy(ctx)
	if err != nil {
		return "", nil, err
	}
	return c.Tenant, map[string]any{"policy": p.Raw, "source": p.Source, "at": p.At}, nil
}
