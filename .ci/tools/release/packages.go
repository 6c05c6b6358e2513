package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb" // a packager is known where it is linked
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm"
)

// formats are the packages for Linux, and where zsh finds completions of theirs.
var formats = []struct{ name, zsh string }{
	{"deb", "/usr/share/zsh/vendor-completions"},
	{"rpm", "/usr/share/zsh/site-functions"},
}

// packages writes the packages of a program for Linux to dir. Nothing is needed by
// them (the program is linked statically), and nothing in them runs.
func packages(f facts, p program, c contents, work, dir string) error {
	for _, format := range formats {
		info, err := describe(f, p, c, format.name, format.zsh, filepath.Join(work, format.name+"-"+p.target.arch))
		if err != nil {
			return fmt.Errorf("%s for %s: %w", format.name, p.target, err)
		}
		packager, err := nfpm.Get(format.name)
		if err != nil {
			return err
		}
		info = nfpm.WithDefaults(info)
		var b bytes.Buffer
		if err := packager.Package(info, &b); err != nil {
			return fmt.Errorf("packing %s for %s: %w", format.name, p.target, err)
		}
		if err := put(filepath.Join(dir, packager.ConventionalFileName(info)), b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// describe lays the files of a package out in stage, and says which go where.
func describe(f facts, p program, c contents, format, zsh, stage string) (*nfpm.Info, error) {
	all, err := c.installed(p, zsh)
	if err != nil {
		return nil, err
	}
	all = append(all, licensing(f, p, c, format)...)
	info := &nfpm.Info{
		Name: "writeback", Arch: p.target.arch, Platform: "linux", Version: f.number(), Release: "1",
		Section: "admin", Priority: "optional", Maintainer: f.maintainer, Vendor: "The writeback authors", Homepage: f.home,
		Description: summary + "\n" + description, License: "Apache-2.0", MTime: f.date,
	}
	info.RPM.BuildHost, info.RPM.Compression, info.RPM.Summary = "localhost", "gzip", strings.ToUpper(summary[:1])+summary[1:]
	info.RPM.Group = "System/Management"
	if info.Changelog, err = changelog(f, stage); err != nil {
		return nil, err
	}
	if format == "rpm" {
		info.Description = description // the summary stands apart there
		info.Contents = append(info.Contents, owned(f, all)...)
	}
	for _, one := range all {
		at := filepath.Join(stage, filepath.FromSlash(one.name))
		if err := put(at, one.raw); err != nil {
			return nil, err
		}
		content := &files.Content{Source: at, Destination: one.name, FileInfo: &files.ContentFileInfo{
			Owner: "root", Group: "root", Mode: os.FileMode(one.mode()), MTime: f.date, Size: int64(len(one.raw)),
		}}
		switch {
		case strings.HasPrefix(one.name, rpmLicences):
			content.Type = files.TypeRPMLicense
		case format == "rpm" && (strings.HasPrefix(one.name, docs) || strings.HasPrefix(one.name, "/usr/share/man/")):
			content.Type = files.TypeRPMDoc
		}
		info.Contents = append(info.Contents, content)
	}
	return info, nil
}

// Where documents and licences lie.
const (
	docs        = "/usr/share/doc/writeback/"
	rpmLicences = "/usr/share/licenses/writeback/"
)

// licensing is what says whose the package's content is, where each kind of
// package has it (Debian policy, section 12.5; rpm's %license).
func licensing(f facts, p program, c contents, format string) []file {
	const others = "THIRD-PARTY-LICENSES.txt"
	if format == "rpm" {
		return []file{{name: rpmLicences + "LICENSE", raw: c.licence}, {name: rpmLicences + others, raw: c.parties[p.target]}}
	}
	text := fmt.Sprintf("writeback %s.\nIts source: %s, commit %s.\n\nCopyright (C) %d the writeback authors.\n"+
		"Licensed under the Apache License, Version 2.0: on Debian systems, its text is in\n/usr/share/common-licenses/Apache-2.0.\n\n"+
		"The program holds code of others; their licences are in %s beside this file.\n", f.version, f.home, f.commit, f.date.Year(), others)
	// Go links statically; lintian asks that somebody says so.
	const known = "writeback: statically-linked-binary [usr/bin/writeback]\n"
	return []file{
		{name: docs + "copyright", raw: []byte(text)}, {name: docs + others, raw: c.parties[p.target]},
		{name: "/usr/share/lintian/overrides/writeback", raw: []byte(known)},
	}
}

// owned are the directories that are the package's alone: rpm leaves those behind
// that no package owns.
func owned(f facts, all []file) (out []*files.Content) {
	for _, d := range directories("/", all) {
		if strings.HasPrefix(d+"/", docs) || strings.HasPrefix(d+"/", rpmLicences) {
			out = append(out, &files.Content{Destination: d, Type: files.TypeDir, FileInfo: &files.ContentFileInfo{Owner: "root", Group: "root", Mode: 0o755, MTime: f.date}})
		}
	}
	return out
}

// changelog writes what nfpm makes the packages' own logs of: one entry that leads
// to the program's.
func changelog(f facts, stage string) (string, error) {
	path := filepath.Join(stage, "changelog.yaml")
	text := fmt.Sprintf("- semver: %s\n  date: %s\n  packager: %q\n  deb:\n    urgency: medium\n    distributions: [stable]\n"+
		"  changes:\n    - note: %q\n", f.number(), f.date.Format("2006-01-02T15:04:05Z"), f.maintainer, "See /usr/share/doc/writeback/docs/CHANGELOG.md")
	return path, put(path, []byte(text))
}
