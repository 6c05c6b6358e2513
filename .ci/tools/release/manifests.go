package main

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"time"
)

// Package repositories take a text that says where an archive is and which hash it
// has. These are filled from the archives themselves.

//go:embed templates
var templates embed.FS

// made are the manifests, each by its template, and where it is written to.
var made = []struct{ template, path string }{
	{"writeback.rb", "homebrew/writeback.rb"},
	{"winget.yaml", "winget/Writeback.Writeback.yaml"},
	{"winget.installer.yaml", "winget/Writeback.Writeback.installer.yaml"},
	{"winget.locale.en-US.yaml", "winget/Writeback.Writeback.locale.en-US.yaml"},
	{"scoop.json", "scoop/writeback.json"},
}

// published is an archive as a manifest names it.
type published struct {
	URL, Sum, Directory string
	On, Winget, Scoop   string // the processor, as Homebrew, winget and Scoop call it
}

// system is one that Homebrew runs on.
type system struct {
	On       string
	Archives []published
}

// manifests writes those that there are archives for.
func manifests(f facts, sums map[string]string, out string) error {
	of := map[string][]published{}
	for _, t := range targets {
		top := archiveName(f, t)
		for name, sum := range sums {
			if name != top+".zip" && name != top+".tar.gz" {
				continue
			}
			p := published{URL: f.downloads + "/" + name, Sum: sum, Directory: top, On: "on_intel", Winget: "x64", Scoop: "64bit"}
			if t.arch == "arm64" {
				p.On, p.Winget, p.Scoop = "on_arm", "arm64", "arm64"
			}
			of[t.os] = append(of[t.os], p)
		}
	}
	values := map[string]any{
		"Number": f.number(), "Home": f.home, "Day": f.date.Format(time.DateOnly), "Windows": of["windows"],
		"Summary": strings.ToUpper(summary[:1]) + summary[1:], "Description": strings.ReplaceAll(description, "\n", " "),
	}
	var brew []system
	for os, on := range map[string]string{"darwin": "on_macos", "linux": "on_linux"} {
		if len(of[os]) > 0 {
			brew = append(brew, system{on, of[os]})
		}
	}
	slices.SortFunc(brew, func(a, b system) int { return strings.Compare(b.On, a.On) })
	values["Brew"] = brew
	for _, m := range made {
		if strings.HasPrefix(m.path, "homebrew") && len(brew) == 0 || !strings.HasPrefix(m.path, "homebrew") && len(of["windows"]) == 0 {
			continue
		}
		raw, err := fill(m.template, values)
		if err != nil {
			return err
		}
		if err := put(filepath.Join(out, "manifests", filepath.FromSlash(m.path)), raw); err != nil {
			return err
		}
	}
	return nil
}

func fill(name string, values map[string]any) ([]byte, error) {
	t, err := template.New(name).Option("missingkey=error").Funcs(template.FuncMap{"upper": strings.ToUpper}).ParseFS(templates, "templates/"+name)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, values); err != nil {
		return nil, fmt.Errorf("filling %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// checksums writes SHA256SUMS, which sha256sum -c reads, over the files in dir, and
// returns the sums by name.
func checksums(dir string) (map[string]string, error) {
	all, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for _, f := range all {
		raw, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(raw)
		sums[f.Name()] = hex.EncodeToString(sum[:])
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(&b, "%s  %s\n", sums[name], name)
	}
	return sums, put(filepath.Join(dir, "SHA256SUMS"), []byte(b.String()))
}
