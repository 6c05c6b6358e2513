package session

import (
	"slices"
	"strings"

	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/steps"
)

// GoOnInterrupted takes the settings of the interrupted run, where neither the command
// line nor the environment says which domain is meant and there is just one: of the
// domains that the configuration file names, where it names any.
func (c *Caller) GoOnInterrupted(store *steps.Store) error {
	if s := c.Settings; s.Said(settings.Domains) || s.Said(settings.DC) || s.Unset(settings.Domains) && !s.Unset(settings.DC) {
		return nil
	}
	open, err := store.History().Unfinished(c.Wants)
	if err != nil {
		return err
	}
	open = slices.DeleteFunc(open, func(r steps.Run) bool { return !c.Settings.Meant(r.Target) })
	switch len(open) {
	case 0:
		return nil
	case 1:
		c.Change = ChangeOf(open[0])
		if c.Settings.Domain() != "" { // what is done is the file's to say
			return c.Settings.GoOnAt(open[0])
		}
		return c.Settings.GoOnWith(open[0])
	}
	var domains []string
	for _, r := range open {
		domains = append(domains, shell.Name(r.Target.Name()))
	}
	return settings.Usagef("runs in several places were interrupted: name the one to continue with --domain, or with --tenant ID and --only: %s", strings.Join(domains, ", "))
}

// UndoesAll refuses --only and --skip where they leave out a part of what the run
// made: undo takes back a whole run, and passing over the flag would be a surprise.
func (c *Caller) UndoesAll(run steps.Run) error {
	for _, o := range run.Made {
		for _, x := range []settings.Key[[]string]{settings.Only, settings.Skip} {
			if !c.Wants(o.Step) && c.Settings.ByFlag(x) {
				return settings.Usagef("undo takes back all that run %s made, also of the stage %s: leave --%s out", run.ID, steps.StageOf(o.Step), x.Name)
			}
		}
	}
	return nil
}
