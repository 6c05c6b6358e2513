package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"writeback/adperms/coverage"
	"writeback/adperms/directory"
	"writeback/internal/shell"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/wizard/plain"
)

// Coverage: which users' passwords can be written back, asked of every user of
// the domain. The effect of a plan is part of its preview; verify says how it is.

// measure is what the runner asks for the coverage; nil where it is not wanted.
func (a *app) measure(places []*place, verb string) func(context.Context, []steps.StepPlan) (json.RawMessage, error) {
	planned, wanted := map[string]bool{"plan": true, "apply": true, "setup": true, "verify": false}[verb]
	if !wanted || !a.settings.coverage || verb == "apply" && a.settings.yes { // nobody looks at it then
		return nil
	}
	return func(ctx context.Context, _ []steps.StepPlan) (doc json.RawMessage, err error) {
		out, err := a.usersOut(planned)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, out.end(err == nil)) }()
		users, why, err := a.synced(ctx)
		if err != nil {
			return nil, err
		}
		var all []coverage.Report
		for _, p := range places {
			q, ok := p.delegate.Question(planned)
			if !ok {
				return nil, nil
			}
			q.Synced = users
			r, err := p.cover(ctx, q, planned, out)
			if err != nil {
				return nil, fmt.Errorf("look at every user of %s (--coverage=false leaves that out): %w", shell.Name(p.domain()), err)
			}
			if why != "" {
				r.People.WithoutTenant = why
			}
			r.Domain = p.domain()
			all = append(all, r)
		}
		return json.Marshal(coverage.Sum(all...))
	}
}

// cover asks the question about one domain, and writes what it says of each user.
func (p *place) cover(ctx context.Context, q coverage.Question, planned bool, out *usersFile) (coverage.Report, error) {
	var r coverage.Report
	how := directory.Covering{Question: q}
	counting := p.counting()
	defer counting.End()
	how.Progress = counting.Tell
	if out != nil {
		how.Each = out.write
	}
	s, err := p.conn.Cover(ctx, how)
	switch {
	case err != nil:
		return r, err
	case planned:
		r = s.Predicted()
	default:
		r = s.Found()
	}
	p.users = r.Users
	return r, nil
}

// How long nobody hears anything of a scan, in a pipe and on a screen.
const (
	saidEvery  = 2 * time.Second
	shownEvery = 250 * time.Millisecond
)

// counting shows how many users were looked at.
func (p *place) counting() *plain.Counting {
	c := plain.Counting{Name: p.domain(), About: p.users, Every: saidEvery}
	if p.app.aside != nil && p.app.aside.diverted() {
		c.Every, c.Bar = shownEvery, true
	} else {
		c.Size = p.app.canvas()
	}
	return (&plain.Face{Err: p.app.err}).Counting(c)
}

// usersFile is --users-out while it is written: whole, or not at all.
type usersFile struct {
	file    *statedir.Whole
	w       *bufio.Writer
	planned bool
}

// usersOut begins the file; nil where there is to be none.
func (a *app) usersOut(planned bool) (*usersFile, error) {
	path := a.settings.usersOut
	if path == "" {
		return nil, nil
	}
	file, err := statedir.Begin(path)
	if err != nil {
		return nil, fmt.Errorf("--users-out %s: %w", path, err)
	}
	return &usersFile{file: file, w: bufio.NewWriterSize(file, 1<<16), planned: planned}, nil
}

// userLine is the contract's "users-out line". DNs are as the directory has
// them: what would deceive a reader of the file is an escape of JSON.
type userLine struct {
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
	line := userLine{DN: string(u.DN), Class: class, Disabled: u.Disabled, Service: u.Service, Reasons: v.After.Reasons.Codes(), By: v.By, Tenant: v.Tenant.Code()}
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
