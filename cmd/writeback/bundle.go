package main

import (
	"context"
	"os"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"writeback/internal/bundle"
	"writeback/internal/output"
	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/wizard"
	"writeback/wizard/tell"
)

func (a *app) bundleCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "bundle [RUN]",
		Short: "Pack what a report of a problem needs, with every name replaced",
		Long: `bundle reads what plan and explain read, and packs it into a zip file that can be sent
to strangers: permissions, settings and codes, what tenant and sync server answer, how
long requests took, and the journal of RUN where one is named (latest is the newest).

Only the protocol's own words pass: schema names, well-known SIDs, codes, versions. All
other names, SIDs and GUIDs are replaced (within one bundle a name always gets the same
substitute), and free text is left out. Passwords and tokens are never read into it. The
table of substitutes stays in the state directory; nobody else needs it.

A list of the parts, with counts, is shown before the file is written. Nothing is changed
anywhere.`,
		Example: `  writeback bundle -o report.zip --domain corp.example --ad-user admin@corp.example
  writeback bundle latest -o report.zip --practice`,
		Args: atMost(1, "run"),
		RunE: a.verb(func(ctx context.Context, args []string) error {
			file := settings.BundleOut.Of(a.settings)
			if file == "" {
				return usagef("where is the bundle to go? -o FILE.zip writes one")
			}
			if file == "-" {
				return usagef("a bundle cannot go to standard output: name a file, -o FILE.zip")
			}
			if err := output.Check(file); err != nil {
				return err
			}
			return session.Cancelled(ctx, a.bundle(ctx, file, args))
		}),
	}
}

func (a *app) bundle(ctx context.Context, file string, run []string) error {
	m := bundle.New(version(), runtime.GOOS, time.Now())
	if len(run) == 1 {
		r, err := a.runOf(run[0])
		if err != nil {
			return err
		}
		m.Journal(r.Records)
	}
	timer := a.caller().Timed()
	s, err := a.open(ctx, session.Purpose{Verb: "bundle"})
	if err != nil {
		return err
	}
	defer s.session.Close()
	if s.session.First() == nil && s.session.Tenant == nil && (s.session.Writeback == nil || s.session.Writeback.Server == nil) {
		return usagef("there is nothing to read: name a domain with --domain, or sign in to the tenant with --auth")
	}
	if err := s.session.Bundle(ctx, m); err != nil {
		return err
	}
	m.Timings(timer)
	b := m.Bundle()
	text, err := b.Pack()
	if err != nil {
		return err
	}
	_, absent := os.Lstat(file)
	doc := tell.Bundle{File: file, Replaces: absent == nil, Replaced: m.Names().Counts(), LeftOut: m.LeftOut()}
	for _, f := range b.Manifest.Files {
		doc.Files = append(doc.Files, tell.BundleFile{Name: f.Name, Entries: f.Entries, Bytes: f.Bytes})
	}
	if err := a.allowBundle(ctx, s, doc); err != nil {
		return err
	}
	if doc.Names, err = output.SaveBundle(settings.StateDir.Of(a.settings), file, text, m.Names()); err != nil {
		return err
	}
	doc.Written = true
	return s.renderer.Bundled(doc)
}

// allowBundle shows what goes in, and asks.
func (a *app) allowBundle(ctx context.Context, s *work, doc tell.Bundle) error {
	yes := settings.Yes.Of(a.settings)
	if err := s.renderer.Bundling(doc, yes); err != nil || yes {
		return err
	}
	if s.renderer.JSON {
		return wizard.ErrNoTerminal
	}
	ok, err := s.renderer.Approve(ctx, "bundle")
	if err == nil && !ok {
		err = wizard.ErrDeclined
	}
	return err
}
