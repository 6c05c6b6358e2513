package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"
)

// The bill of each program has the modules that the go command finds in it, in the
// same versions, and nothing else but Go itself; each has a licence, and what needs
// what has no end that is not there. The licences of all are in the archive.
func TestBills(t *testing.T) {
	dist, clone := released(t)
	f, err := gather(clone, testVersion)
	if err != nil {
		t.Fatal(err)
	}
	for _, tg := range tested(t) {
		in := unpacked(t, tg)
		path := filepath.Join(t.TempDir(), tg.program())
		if err := os.WriteFile(path, in[tg.program()], 0o755); err != nil {
			t.Fatal(err)
		}
		want := modulesOf(t, path)
		raw, err := os.ReadFile(filepath.Join(dist, archiveName(f, tg)+".cdx.json"))
		if err != nil {
			t.Fatal(err)
		}
		var b cyclonedx.BOM
		if err := cyclonedx.NewBOMDecoder(bytes.NewReader(raw), cyclonedx.BOMFileFormatJSON).Decode(&b); err != nil {
			t.Fatal(err)
		}
		if b.SpecVersion != cyclonedx.SpecVersion1_6 || b.Metadata.Component.Version != testVersion {
			t.Errorf("%s: CycloneDX %s of %s", tg, b.SpecVersion, b.Metadata.Component.Version)
		}
		sum := sha256.Sum256(in[tg.program()])
		if got := (*b.Metadata.Component.Hashes)[0].Value; got != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: the bill is of a program with hash %s", tg, got)
		}
		parties := string(in["THIRD-PARTY-LICENSES.txt"])
		for _, c := range *b.Components {
			if c.Licenses == nil || len(*c.Licenses) != 1 {
				t.Errorf("%s: %s has no licence", tg, c.Name)
			}
			if c.Name != "std" && want[c.Name] != c.Version {
				t.Errorf("%s: %s %s is in the bill, and in the program %q", tg, c.Name, c.Version, want[c.Name])
			}
			if c.Properties != nil && !strings.Contains(parties, "\n"+c.Name+" "+c.Version+"\n") {
				t.Errorf("%s: the licence of %s is not in the archive", tg, c.Name)
			}
			delete(want, c.Name)
		}
		for name := range want {
			t.Errorf("%s: %s is in the program and not in the bill", tg, name)
		}
		if len(*b.Components) < 40 {
			t.Errorf("%s: %d components", tg, len(*b.Components))
		}
		if tool := (*b.Metadata.Tools.Tools)[0]; tool.Name != "cyclonedx-gomod" {
			t.Errorf("%s: made by %s", tg, tool.Name)
		}
		edges(t, &b)
	}
}

// modulesOf asks the go command what is in a program: versions by module.
func modulesOf(t *testing.T, path string) map[string]string {
	t.Helper()
	out, err := exec.Command("go", "version", "-m", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\tdep\t(\S+)\t(\S+)`).FindAllStringSubmatch(string(out), -1) {
		all[m[1]] = m[2]
	}
	return all
}

// edges: what is told to need or to be needed is a part; and all parts are needed.
func edges(t *testing.T, b *cyclonedx.BOM) {
	t.Helper()
	parts := map[string]bool{b.Metadata.Component.BOMRef: true}
	for _, c := range *b.Components {
		if parts[c.BOMRef] {
			t.Errorf("%s is there twice", c.BOMRef)
		}
		parts[c.BOMRef] = true
	}
	needed := map[string]bool{b.Metadata.Component.BOMRef: true}
	for _, d := range *b.Dependencies {
		if !parts[d.Ref] {
			t.Errorf("%s needs something and is no part", d.Ref)
		}
		if d.Dependencies == nil {
			continue
		}
		for _, to := range *d.Dependencies {
			if needed[to] = true; !parts[to] {
				t.Errorf("%s needs %s, which is no part", d.Ref, to)
			}
		}
	}
	for p := range parts {
		if !needed[p] {
			t.Errorf("%s is a part that nothing needs", p)
		}
	}
}

// A licence that is not known is no licence.
func TestLicencesAreKnown(t *testing.T) {
	for text, want := range map[string]string{
		"Apache License\n   Version 2.0, January 2004":                                                   "Apache-2.0",
		"Permission is hereby granted, free of charge, to any person obtaining\na copy of this software": "MIT",
		"GNU GENERAL PUBLIC LICENSE\nVersion 3":                                                          "",
		"":                                                                                               "",
	} {
		if got := spdxOf([]string{text}); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	p := program{modules: []module{{path: "example.com/m", version: "v1.0.0", sum: "h1:x", dir: t.TempDir()}}}
	if err := licensed(&p); err == nil || !strings.Contains(err.Error(), "example.com/m v1.0.0") {
		t.Errorf("a module without a licence: %v", err)
	}
}
