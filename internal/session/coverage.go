package session

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"writeback/adperms/coverage"
	"writeback/adperms/directory"
	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/steps/stages"
)

// Coverage: which users' passwords can be written back, asked of every user of
// the domain. The effect of a plan is part of its preview; verify says how it is.

// measure is what the runner asks for the coverage; nil where it is not wanted.
func (s *Session) measure(verb string) func(context.Context, []steps.StepPlan) (*steps.Coverage, error) {
	in := s.caller.Settings
	planned, wanted := map[string]bool{plan: true, apply: true, setup: true, verify: false}[verb]
	if s.First() == nil || !wanted || !settings.Coverage.Of(in) || verb == apply && settings.Yes.Of(in) { // nobody looks at it then
		return nil
	}
	return func(ctx context.Context, _ []steps.StepPlan) (_ *steps.Coverage, err error) {
		out, err := usersOut(settings.UsersOut.Of(in), planned)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, out.end(err == nil)) }()
		users, why, err := s.synced(ctx)
		if err != nil {
			return nil, err
		}
		var all []coverage.Report
		for _, d := range s.Domains {
			q, ok := d.Delegate.Question(planned)
			if !ok {
				return nil, nil
			}
			q.Synced = users
			r, err := d.cover(ctx, q, planned, out)
			if err != nil {
				return nil, fmt.Errorf("look at every user of %s (--coverage=false leaves that out): %w", shell.Name(d.Name()), err)
			}
			if why != "" {
				r.People.WithoutTenant = why
			}
			r.Domain = d.Name()
			all = append(all, r)
		}
		c := stages.CoverageOf(coverage.Sum(all...))
		return &c, nil
	}
}

// cover asks the question about one domain, and writes what it says of each user.
func (d *Domain) cover(ctx context.Context, q coverage.Question, planned bool, out *usersFile) (coverage.Report, error) {
	var r coverage.Report
	how := directory.Covering{Question: q}
	tell, end := d.access.caller.Count(d.Name(), d.users)
	defer end()
	how.Progress = tell
	if out != nil {
		how.Each = out.write
	}
	found, err := d.Conn.Cover(ctx, how)
	switch {
	case err != nil:
		return r, err
	case planned:
		r = found.Predicted()
	default:
		r = found.Found()
	}
	d.users = r.Users
	return r, nil
}

// usersFile is --users-out while it is written: whole, or not at all.
type usersFile struct {
	file    *statedir.Whole
	w       *bufio.Writer
	planned bool
}

// usersOut begins the file; nil where there is to be none.
func usersOut(path string, planned bool) (*usersFile, error) {
	if path == "" {
		return nil, nil
	}
	file, err := statedir.Begin(path)
	if err != nil {
		return nil, fmt.Errorf("--users-out %s: %w", path, err)
	}
	return &usersFile{file: file, w: bufio.NewWriterSize(file, 1<<16), planned: planned}, nil
}

// UserLine is the contract's "users-out line". DNs are as the directory has
// them: what would deceive a reader of the file is an escape of JSON.
type UserLine struct {
	DN       string   `json:"dn"`
	Class    string   `json:"class"`
	Disabled bool     `json:"disabled,omitempty"`
	Service  bool     `json:"service,omitempty"`
	Before   *bool    `json:"before,omitempty"`
	After    *bool    `json:"after,omitempty"`
	Writable *bool    `json:"writable,omitempty"`
	Reasons  []string `json:"reasons"`
	By       string   `json:"by,omitempty"`     // the object that blocks
	Tenant   string   `json:"tenant,omitempty"` // how the tenant has the user; "": it was not asked, or does not say
}

func (f *usersFile) write(u *coverage.User, class string, v coverage.Verdict) error {
	before, after := v.Before.Writable(), v.After.Writable()
	line := UserLine{DN: string(u.DN), Class: class, Disabled: u.Disabled, Service: u.Service, Reasons: v.After.Reasons.Codes(), By: v.By, Tenant: v.Tenant.Code()}
	if f.planned {
		line.Before, line.After = &before, &after
	} else {
		line.Writable = &after
	}
	raw, err := json.Marshal(line)
	if err == nil {
		_, err = f.w.Write(append(steps.PlainJSON(raw), '\n'))
	}
	if err != nil {
		return fmt.Errorf("--users-out: %w", err)
	}
	return nil
}

// end keeps the file, or takes it away.
func (f *usersFile) end(whole bool) error {
	if f == nil {
		return nil
	}
	err := f.w.Flush()
	if whole && err == nil {
		err = f.file.Keep()
	} else {
		err = errors.Join(err, f.file.Drop())
	}
	if err != nil {
		return fmt.Errorf("--users-out: %w", err)
	}
	return nil
}
