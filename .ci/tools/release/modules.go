package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// module is one that is linked into a program.
type module struct {
	path, version string
	sum           string   // as go.sum has it; "" for a part of this repository
	place         string   // the directory that it is in, for a part of this repository: ./wizard/…
	needs         []string // paths of the modules that its linked packages import
	dir           string
	packages      []string // directories of its linked packages
	spdx          string   // its licence, by the identifier of spdx.org
	texts         []string // its licences and notices, word by word
}

// program is what a built program says of itself (go version -m), with what the
// go command knows of the modules in it.
type program struct {
	target  target
	path    string
	goes    string   // the version of Go: go1.26.8
	modules []module // in the order of their paths; not the program's own
	needs   []string // what the program's own packages import
}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir string
	Standard        bool
	Imports         []string
	Module          *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// examine reads which modules are in the program at path: from the program, which
// cannot be wrong, with directories and imports from go list in source. Where the
// two differ there is no release.
func examine(t target, path, source string) (program, error) {
	p := program{target: t, path: path}
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return p, fmt.Errorf("reading the modules of %s: %w", path, err)
	}
	p.goes = info.GoVersion
	all, err := goCommand(t, source, "list", "-deps", "-json=ImportPath,Dir,Standard,Imports,Module", "./cmd/writeback")
	if err != nil {
		return p, err
	}
	known, own, err := byModule(all)
	if err != nil {
		return p, err
	}
	p.needs = own
	for _, d := range info.Deps {
		m, there := known[d.Path]
		if !there || m.version != d.Version {
			return p, fmt.Errorf("%s holds %s %s, go list knows %q", path, d.Path, d.Version, m.version)
		}
		delete(known, d.Path)
		if d.Replace == nil {
			m.sum = d.Sum
		} else {
			m.place = d.Replace.Path
		}
		p.modules = append(p.modules, m)
	}
	for left := range known {
		return p, fmt.Errorf("%s does not hold %s, which go list names", path, left)
	}
	slices.SortFunc(p.modules, func(a, b module) int { return strings.Compare(a.path, b.path) })
	return p, nil
}

// byModule gathers packages, as go list prints them, by their modules. own is what
// the main module's packages import.
func byModule(list []byte) (out map[string]module, own []string, err error) {
	var all []listed
	of := map[string]string{} // package → module
	for d := json.NewDecoder(bytes.NewReader(list)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, nil, fmt.Errorf("reading go list: %w", err)
		}
		if !p.Standard && p.Module != nil {
			all = append(all, p)
			of[p.ImportPath] = p.Module.Path
		}
	}
	out = map[string]module{}
	mine, needs := map[string]bool{}, map[string]map[string]bool{}
	for _, p := range all {
		from := mine
		if !p.Module.Main {
			m := out[p.Module.Path]
			m.path, m.version, m.dir = p.Module.Path, p.Module.Version, p.Module.Dir
			m.packages = append(m.packages, p.Dir)
			out[m.path] = m
			if needs[m.path] == nil {
				needs[m.path] = map[string]bool{}
			}
			from = needs[m.path]
		}
		for _, i := range p.Imports {
			if to := of[i]; to != "" && to != p.Module.Path {
				from[to] = true
			}
		}
	}
	for path, m := range out {
		m.needs = slices.Sorted(maps.Keys(needs[path]))
		out[path] = m
	}
	return out, slices.Sorted(maps.Keys(mine)), nil
}
