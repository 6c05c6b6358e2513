package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"writeback/cloudconfig"
	"writeback/internal/shell"
	"writeback/steps"
)

// What the cloud stages find is sorted into checks by its code. A code that is
// in no list is told with the stage that found it.
var (
	ofServer = append([]string{"staging-server", "two-sync-products", "server-problem", "server-event", "answer-old", "answer-unmatched", "answer-short", "writeback-not-running"},
		cloudconfig.MismatchCodes...)
	ofTenant  = []string{"sync-disabled", "sync-stale", "wrong-tenant", "clock-skew", "tenant-part-unread"}
	ofLicence = []string{"licence-missing"}
	ofRoles   = []string{"role-missing"}
	ofSSPR    = []string{"sspr-for-nobody", "admin-sspr-off", "portal-on-server-off"}
	// unread are sources that could not be asked: where something hangs on them it
	// is not known, and nothing is wrong.
	unread = []string{"tenant-unread", "server-unread", "portal-unread", "registrations-unread", "audits-unread"}
	// contradicting are why a verdict was taken back.
	contradicting = []string{"evidence-conflict", "heartbeat-missing", "events-unread"}
	// ofVersion has a check of its own, which asks the same table.
	ofVersion = []string{"sync-version"}
	// aboutWriting are findings about a write that a plan would make.
	aboutWriting = []string{"writeback-by-hand", "sspr-by-hand", "undocumented-api", "graph-flag-unsupported"}
)

// staged are the two cloud stages.
func (x *examination) staged(ctx context.Context) ([]steps.StepPlan, error) {
	if x.Features == nil {
		return nil, x.unasked()
	}
	return asked(&x.features, func() ([]steps.StepPlan, error) { return x.Features(ctx) })
}

func (x *examination) unasked() error {
	if x.Unasked != "" {
		return errors.New(x.Unasked)
	}
	return errors.New("neither the tenant nor the sync server is asked")
}

// said are the findings of both stages with one of the codes, each once.
func said(all []steps.StepPlan, codes []string) (out []steps.Finding) {
	for _, s := range all {
		for _, f := range s.Findings {
			if slices.Contains(codes, f.Code) && !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// unreadBy gives why a source could not be asked, as an answer.
func unreadBy(all []steps.StepPlan, code string) (answer, bool) {
	why := said(all, []string{code})
	if len(why) == 0 {
		return answer{}, false
	}
	return unchecked("%s: %s", why[0].Text, why[0].Fix), true
}

// ofStage is a stage's own findings: those that no other check tells.
func ofStage(s steps.StepPlan) (out []steps.Finding) {
	for _, f := range s.Findings {
		if f.Level == steps.LevelInfo && !f.Manual || slices.Contains(slices.Concat(ofServer, ofTenant, ofLicence, ofRoles, ofSSPR, unread, ofVersion, aboutWriting), f.Code) {
			continue
		}
		out = append(out, f)
	}
	return out
}

func stageOf(all []steps.StepPlan, id string) (steps.StepPlan, bool) {
	i := slices.IndexFunc(all, func(s steps.StepPlan) bool { return s.ID == id })
	if i < 0 || all[i].State == steps.StateSkipped {
		return steps.StepPlan{}, false
	}
	return all[i], true
}

func writebackFeature(ctx context.Context, x *examination) (answer, error) {
	return x.feature(ctx, "writeback", "writeback-off", "password writeback is off on the sync side", nil)
}

func ssprFeature(ctx context.Context, x *examination) (answer, error) {
	return x.feature(ctx, "sspr", "sspr-off", "the tenant does not hand self-service resets over", ofSSPR)
}

// feature is a cloud stage as it stands: its first evidence is the verdict.
func (x *examination) feature(ctx context.Context, id, off, text string, more []string) (answer, error) {
	all, err := x.staged(ctx)
	if err != nil {
		return answer{}, err
	}
	s, there := stageOf(all, id)
	if !there || len(s.Evidence) == 0 {
		return unchecked("the stage %s is left out", id), nil
	}
	verdict := s.Evidence[0]
	a := answer{text: verdict.What, source: verdict.Source, evidence: s.Evidence}
	switch verdict.State {
	case steps.EvidenceVerified, steps.EvidenceAttested:
	case steps.EvidenceOff:
		a = a.warn(off, "writeback plan shows what is needed", "%s", text)
	default:
		a = unchecked("nothing proves it either way%s", because(all))
		if len(said([]steps.StepPlan{s}, contradicting)) > 0 {
			a = unchecked("what is seen contradicts itself")
		}
		a.source, a.evidence = verdict.Source, s.Evidence
	}
	a.findings = append(append(a.findings, ofStage(s)...), said(all, more)...)
	if !a.unseen { // else the text has it
		for _, f := range said([]steps.StepPlan{s}, unread) {
			a = a.note(f.Code, f.Fix, "%s", f.Text)
		}
	}
	return a, nil
}

// because names the sources that could not be asked.
func because(all []steps.StepPlan) string {
	var out []string
	for _, f := range said(all, unread) {
		out = append(out, f.Text)
	}
	if len(out) == 0 {
		return ""
	}
	return ": " + strings.Join(out, "; ")
}

func tenantSync(ctx context.Context, x *examination) (answer, error) {
	return x.tenantPart(ctx, "the tenant is the right one and is synchronised", ofTenant)
}

func tenantLicence(ctx context.Context, x *examination) (answer, error) {
	return x.tenantPart(ctx, "the tenant has a licence that includes password writeback", ofLicence)
}

// tenantPart is what the stages have to say of the tenant under some codes.
func (x *examination) tenantPart(ctx context.Context, fine string, codes []string) (answer, error) {
	if x.Roles == nil {
		return answer{}, x.unasked()
	}
	all, err := x.staged(ctx)
	if err != nil {
		return answer{}, err
	}
	if a, is := unreadBy(all, "tenant-unread"); is {
		return a, nil
	}
	a := saw("Microsoft Graph", "%s", fine)
	a.findings = said(all, codes)
	if part := hidden(all, codes); part != "" {
		return unchecked("%s", part), nil
	}
	if a.state() != OK {
		a.text = a.findings[0].Text
	}
	return a, nil
}

// hidden says which part that decides a check could not be read.
func hidden(all []steps.StepPlan, codes []string) string {
	part := map[bool]string{true: "licence", false: "synchronisation"}[slices.Equal(codes, ofLicence)]
	for _, f := range said(all, []string{"tenant-part-unread"}) {
		if f.Level != steps.LevelInfo && strings.Contains(f.Text, part) {
			return f.Text
		}
	}
	return ""
}

// tenantRoles names the roles, and warns where the page would have to be set and
// none of them may.
func tenantRoles(ctx context.Context, x *examination) (answer, error) {
	if x.Roles == nil {
		return answer{}, x.unasked()
	}
	roles, err := x.Roles(ctx)
	if err != nil {
		return answer{}, err
	}
	var names []string
	for _, r := range roles {
		names = append(names, r.Name)
	}
	a := saw("Microsoft Graph", "%s", strings.Join(names, ", "))
	if len(names) == 0 {
		a.text = "no directory role"
	}
	if cloudconfig.MaySetPolicy(roles) {
		return a, nil
	}
	fix := "sign in as " + cloudconfig.PolicyRoles() + " (activate the role first, where it is only eligible)"
	all, err := x.staged(ctx)
	if s, there := stageOf(all, "sspr"); err == nil && there && s.State != steps.StateOK {
		return a.warn("role-missing", fix, "who is signed in has no role that may set Password reset > On-premises integration, and it is not known to be as it should be"), nil
	}
	return a.note("role-missing", "", "who is signed in has no role that may set Password reset > On-premises integration; nothing has to be set there"), nil
}

// serverOf reads the sync server once.
func (x *examination) serverOf(ctx context.Context) (cloudconfig.Server, error) {
	if x.Server == nil {
		return cloudconfig.Server{}, errors.New("the sync server is not asked: run doctor on it, or give --sync-server HOST, or --handoff-answer FILE")
	}
	return asked(&x.server, func() (cloudconfig.Server, error) { return x.Server(ctx) })
}

func syncServer(ctx context.Context, x *examination) (answer, error) {
	s, err := x.serverOf(ctx)
	if err != nil {
		return answer{}, err
	}
	all, err := x.staged(ctx)
	if err != nil {
		return answer{}, err
	}
	a := saw("sync server "+s.Host, "%s", serverText(s))
	a.findings = said(all, ofServer)
	if !s.Scheduler && s.Product == "connect" {
		a = a.warn("scheduler-off", "Set-ADSyncScheduler -SyncCycleEnabled $true on "+shell.Name(s.Host)+", unless somebody stopped it on purpose", "the sync cycle of %s is switched off: new users do not arrive", s.Host)
	}
	if s.NoMaintenance && s.Product == "connect" {
		a = a.warn("maintenance-off", "on "+shell.Name(s.Host)+" switch the scheduler's maintenance on again, which Get-ADSyncScheduler shows as MaintenanceEnabled, unless somebody stopped it on purpose",
			"the maintenance of the scheduler on %s is switched off: it renews the keys that password reset uses", s.Host)
	}
	return a, nil
}

// serverText says what runs on the server, and what it logged last.
func serverText(s cloudconfig.Server) string {
	var parts []string
	if s.Product != "" {
		parts = append(parts, cloudconfig.ProductName(s.Product))
	}
	for _, c := range s.Connectors {
		parts = append(parts, "forest "+c.Forest+" as "+c.Account)
	}
	if relays := s.RelaysTold(); relays != "" {
		parts = append(parts, relays)
	}
	if e, ok := lastEvent(s.Events); ok {
		m, _ := cloudconfig.Meaning(e.ID)
		parts = append(parts, fmt.Sprintf("last event %d at %s (%s)", e.ID, e.At.UTC().Format(time.RFC3339), m.Text))
	}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ", ")
}

func lastEvent(all []cloudconfig.Event) (last cloudconfig.Event, ok bool) {
	for _, e := range all {
		if !ok || e.At.After(last.At) {
			last, ok = e, true
		}
	}
	return last, ok
}

// syncVersion is the version as cloudconfig has it. What is said against one is a
// warning, unless the tenant shows the same.
func syncVersion(ctx context.Context, x *examination) (answer, error) {
	s, err := x.serverOf(ctx)
	if err != nil {
		return answer{}, err
	}
	product, version := s.Judged(x.Sync)
	if version == "" {
		return unchecked("%s did not tell the version of its sync product", s.Host), nil
	}
	a := saw("sync server "+s.Host, "%s %s", cloudconfig.ProductName(product), version)
	v := cloudconfig.Versions(product, version, x.Cloud, x.now)
	const current = "install a current version"
	switch v.State {
	case cloudconfig.VersionUnknown:
		return unchecked("the version %q of %s is not one that can be compared", version, s.Host), nil
	case cloudconfig.VersionNewer:
		return a.note("sync-version", "", "%s", v.Text), nil
	case cloudconfig.VersionFine:
		a.text = v.Text
		return a, nil
	}
	if stale := x.stale(ctx); v.Witnessed(stale != "", x.now) {
		return a.fail("sync-version", current, "%s; and %s", v.Text, stale), nil
	}
	return a.warn("sync-version", current, "%s", v.Text), nil
}

// stale is what the tenant says about a synchronisation that is late; "": it is
// not, or that is not known.
func (x *examination) stale(ctx context.Context) string {
	if x.Features == nil {
		return ""
	}
	all, err := x.staged(ctx)
	if late := said(all, []string{"sync-stale"}); err == nil && len(late) > 0 {
		return late[0].Text
	}
	return ""
}
