package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Licences ask to go with the program, and so do notices (Apache License 2.0,
// section 4d): those of each linked module, of each linked package that has one of
// its own, and of Go.

// legal finds the files that hold them.
var legal = regexp.MustCompile(`(?i)^(licen[cs]e|copying|copyright|notice|unlicense|patents)([-._].*)?$`)

// known tells licences by words that only they have, the most particular first.
var known = []struct{ spdx, words string }{
	{"Apache-2.0", "Apache License Version 2.0"},
	{"MPL-2.0", "Mozilla Public License, version 2.0"},
	{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"ISC", "Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted"},
	{"BSD-3-Clause", "may be used to endorse or promote products derived from"},
	{"BSD-2-Clause", "Redistributions in binary form must reproduce the above copyright notice"},
}

// licensed reads the licences of every module of a program. A module without one,
// or with one that is not known here, makes no release: somebody has to look.
func licensed(p *program) error {
	for i := range p.modules {
		m := &p.modules[i]
		if m.sum == "" {
			m.spdx = "Apache-2.0" // ours: a part of this repository
			continue
		}
		texts, err := legalTexts(m.dir, m.packages)
		if err != nil {
			return fmt.Errorf("licence of %s: %w", m.path, err)
		}
		m.texts, m.spdx = texts, spdxOf(texts)
		if u, there := unwritten[m.path+" "+m.version]; there && len(texts) == 0 {
			m.texts, m.spdx = []string{u.text}, u.spdx
		}
		if m.spdx == "" {
			return fmt.Errorf("licence of %s %s: of %d texts in %s none is known", m.path, m.version, len(texts), m.dir)
		}
	}
	return nil
}

// legalTexts reads what stands in the module's root, and between it and its linked
// packages.
func legalTexts(root string, packages []string) (out []string, err error) {
	seen := map[string]bool{}
	dirs := []string{root}
	for _, d := range packages {
		for ; strings.HasPrefix(d, root+string(filepath.Separator)); d = filepath.Dir(d) {
			if !seen[d] {
				seen[d] = true
				dirs = append(dirs, d)
			}
		}
	}
	slices.Sort(dirs)
	for _, d := range dirs {
		files, err := os.ReadDir(d)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, f := range files {
			if !f.Type().IsRegular() || !legal.MatchString(f.Name()) || strings.HasSuffix(f.Name(), ".go") {
				continue
			}
			raw, err := os.ReadFile(filepath.Join(d, f.Name()))
			if err != nil {
				return nil, err
			}
			text := strings.TrimSpace(strings.ReplaceAll(string(raw), "\r\n", "\n"))
			if !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out, nil
}

// spdxOf names the licences among texts, as an expression by SPDX; "" for none.
func spdxOf(texts []string) string {
	var all []string
	for _, text := range texts {
		flat := strings.ToLower(strings.Join(strings.Fields(text), " "))
		for _, k := range known {
			if strings.Contains(flat, strings.ToLower(k.words)) {
				if !slices.Contains(all, k.spdx) {
					all = append(all, k.spdx)
				}
				break
			}
		}
	}
	slices.Sort(all)
	return strings.Join(all, " AND ")
}

// thirdParties is the file that goes with a program: every text once, below the
// modules that it belongs to.
func thirdParties(p program, golang string) string {
	var b strings.Builder
	// The source has to be told of, too (Mozilla Public License 2.0, section 3.2).
	fmt.Fprintf(&b, "writeback for %s holds code of others, unchanged, under the licences below.\n"+
		"The source of each is what \"go mod download NAME@VERSION\" fetches, by the names and\nversions below.\n", p.target)
	of := map[string][]string{golang: {"Go " + strings.TrimPrefix(p.goes, "go") + " (runtime and standard library)"}}
	order := []string{golang}
	for _, m := range p.modules {
		for _, text := range m.texts {
			if of[text] == nil {
				order = append(order, text)
			}
			of[text] = append(of[text], m.path+" "+m.version)
		}
	}
	for _, text := range order {
		fmt.Fprintf(&b, "\n%s\n%s\n%s\n\n%s\n", strings.Repeat("=", 80), strings.Join(of[text], "\n"), strings.Repeat("-", 80), text)
	}
	return b.String()
}

// golangLicence reads the licence of the Go that the program is built with.
func golangLicence(t target, source string) (string, error) {
	root, err := goCommand(t, source, "env", "GOROOT")
	if err != nil {
		return "", err
	}
	dir := strings.TrimSpace(string(root))
	texts, err := legalTexts(dir, nil)
	if err != nil || len(texts) == 0 {
		return "", fmt.Errorf("licence of Go in %s: %d texts: %w", dir, len(texts), err)
	}
	return strings.Join(texts, "\n\n"), nil
}
