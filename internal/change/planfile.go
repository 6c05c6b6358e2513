package change

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"writeback/internal/output"
	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/internal/statedir"
	"writeback/steps"
)

// Save writes the file whole or not at all.
func Save(path string, p steps.Plan) error {
	if err := statedir.WriteWhole(path, func(w io.Writer) error { return steps.WritePlan(w, p) }); err != nil {
		return fmt.Errorf("save the plan: %w", err)
	}
	return nil
}

// Load reads a plan file that nobody else can have written.
func Load(path string) (*steps.Plan, error) {
	f, err := statedir.OpenGuarded(path)
	if err != nil {
		return nil, settings.Usagef("plan file %s: %w", path, err)
	}
	defer f.Close()
	p, err := steps.ReadPlan(settings.PlainText(f))
	if err != nil {
		return nil, settings.Usagef("plan file %s: %w", path, err)
	}
	return &p, nil
}

// Approved reads the plan file, and takes from it what was not said otherwise.
func Approved(s *settings.Settings, file string) (*steps.Plan, error) {
	if file == "" {
		return nil, nil
	}
	p, err := Load(file)
	if err != nil {
		return nil, err
	}
	if err := s.TakePlan(*p, file); err != nil {
		return nil, err
	}
	of := strings.Split(strings.ToLower(p.Target.Domain), settings.Joiner)
	for _, d := range settings.Domains.Of(s) {
		if s.Origin(settings.Domains).Kind == settings.IsPlan && !slices.Contains(of, strings.ToLower(d)) {
			return nil, settings.Usagef("plan file %s is for %s, and its settings name the domain %s: plan again", shell.Name(file), shell.Name(p.Target.Domain), shell.Name(d))
		}
	}
	if s.Origin(settings.Domains).Kind == settings.IsPlan && settings.DC.Of(s) == "" && sendsPassword(s) && !strings.EqualFold(suffix(settings.ADUser.Of(s)), p.Target.Domain) {
		var there shell.Line
		for _, d := range strings.Split(p.Target.Domain, settings.Joiner) {
			there = append(there, shell.Words("--domain %s", d)...)
		}
		return nil, settings.Usagef("plan file %s is for %s: if that is where the password of %s is to be sent, say %s", shell.Name(file),
			shell.Name(p.Target.Domain), shell.Name(settings.ADUser.Of(s)), there)
	}
	if host := settings.SyncServer.Of(s); host != "" && s.Origin(settings.SyncServer).Kind == settings.IsPlan && !slices.Contains([]string{settings.ByHand, settings.ByHandoff, settings.ByGraph}, settings.WritebackMethod.Of(s)) {
		return nil, settings.Usagef("plan file %s names the sync server %s: if that is where cmdlets are to be run as you, say %s", shell.Name(file), shell.Name(host), shell.Option("--"+settings.SyncServer.Name, host))
	}
	return p, s.Check()
}

// sendsPassword says that the sign-in shows a password, or something made of
// it, to whoever is at the other end.
func sendsPassword(s *settings.Settings) bool {
	return settings.ADUser.Of(s) != "" && settings.Keytab.Of(s) == ""
}

// suffix is the domain in a UPN.
func suffix(user string) string { return user[strings.LastIndexByte(user, '@')+1:] }

// KeepsOthers refuses to save a plan over one that holds lines of somebody else than me,
// which this call leaves out.
func KeepsOthers(s *settings.Settings, file, read, me string) error {
	if file == "" || read != "" && output.Same(file, read) {
		return nil
	}
	old, err := Load(file)
	if err != nil {
		return nil // it is no plan, or there is none
	}
	var theirs []string
	for _, step := range old.Steps {
		if stage := steps.StageOf(step.ID); step.Planned() && step.PlannedBy != nil && step.PlannedBy.By != me && s.LeavesOut(stage) {
			theirs = append(theirs, stage)
		}
	}
	if len(theirs) == 0 {
		return nil
	}
	return settings.Usagef("--out %s: that file is the plan of change %s, and holds lines of %s that would be lost: plan under it (writeback plan %[1]s …), or name another file",
		shell.Name(file), old.ChangeID, strings.Join(theirs, ", "))
}
