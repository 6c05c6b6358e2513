package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/CycloneDX/cyclonedx-go"
)

// bill is the bill of materials of a program, as CycloneDX 1.6 in JSON:
// cyclonedx-gomod says what is in it, with hashes and origins. To that come the
// licences, which module needs which, and what makes two bills of one program equal.
func bill(f facts, p program, source string) ([]byte, error) {
	b, err := inventory(f, p, source)
	if err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(p.path)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	b.SerialNumber = serial(sum)
	subject(b, f, p, sum)
	root := b.Metadata.Component.BOMRef
	refs := map[string]string{}
	for i := range *b.Components {
		refs[(*b.Components)[i].Name] = (*b.Components)[i].BOMRef
	}
	golang := refs[standard]
	edges := []cyclonedx.Dependency{edge(root, append([]string{golang}, refsOf(p.needs, refs)...)), edge(golang, nil)}
	for _, m := range p.modules {
		edges = append(edges, edge(refs[m.path], append([]string{golang}, refsOf(m.needs, refs)...)))
	}
	b.Dependencies = &edges
	b.Compositions = &[]cyclonedx.Composition{{Aggregate: cyclonedx.CompositionAggregateComplete, Dependencies: &[]cyclonedx.BOMReference{cyclonedx.BOMReference(root)}}}
	var out bytes.Buffer
	if err := cyclonedx.NewBOMEncoder(&out, cyclonedx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false).EncodeVersion(b, cyclonedx.SpecVersion1_6); err != nil {
		return nil, fmt.Errorf("writing the bill of materials: %w", err)
	}
	return out.Bytes(), nil
}

// standard is how cyclonedx-gomod names Go's own library.
const standard = "std"

// inventory has cyclonedx-gomod look into the program, and gives each part its
// licence. Where the tool names other modules than the program does, there is no
// release.
func inventory(f facts, p program, source string) (*cyclonedx.BOM, error) {
	raw, err := gomod(source, "bin", "-json", "-noserial", "-std", "-version", f.version, "-output", "-", p.path)
	if err != nil {
		return nil, err
	}
	var b cyclonedx.BOM
	if err := cyclonedx.NewBOMDecoder(bytes.NewReader(raw), cyclonedx.BOMFileFormatJSON).Decode(&b); err != nil {
		return nil, fmt.Errorf("reading what cyclonedx-gomod says of %s: %w", p.path, err)
	}
	if b.Components == nil || b.Metadata == nil || b.Metadata.Component == nil {
		return nil, fmt.Errorf("cyclonedx-gomod says nothing of %s", p.path)
	}
	of, placed := map[string]module{}, map[string]module{}
	for _, m := range p.modules {
		of[m.path] = m
		if m.place != "" {
			placed[m.place] = m
		}
	}
	found := *b.Components
	for i := range found {
		c := &found[i]
		if m, isPart := placed[c.Name]; isPart { // the tool names the directory
			c.Name, c.Version = m.path, m.version
			c.BOMRef = "pkg:golang/" + m.path + "@" + m.version
			c.PackageURL = c.BOMRef
		}
		if c.Name == standard {
			c.Licenses = underLicence("BSD-3-Clause")
			continue
		}
		m, there := of[c.Name]
		if !there || m.version != c.Version {
			return nil, fmt.Errorf("cyclonedx-gomod finds %s %s in %s, which holds %q", c.Name, c.Version, p.path, m.version)
		}
		delete(of, c.Name)
		c.Licenses = underLicence(m.spdx)
		if m.sum != "" {
			c.Properties = &[]cyclonedx.Property{{Name: "go:sum", Value: m.sum}}
		}
	}
	for left := range of {
		return nil, fmt.Errorf("cyclonedx-gomod does not find %s in %s", left, p.path)
	}
	return &b, nil
}

// gomod runs cyclonedx-gomod, which is a module of its own: nobody else needs what
// it needs.
func gomod(source string, args ...string) ([]byte, error) {
	path, err := goCommand(here(), filepath.Join(source, ".ci", "bill"), "tool", "-n", "cyclonedx-gomod")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(strings.TrimSpace(string(path)), args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("cyclonedx-gomod %s: %w: %s", args[0], err, strings.TrimSpace(said.String()))
	}
	return out, nil
}

// subject says what the bill is of. When the tool ran, and the hashes of the tool,
// which whoever builds it may have otherwise, say nothing about the program.
func subject(b *cyclonedx.BOM, f facts, p program, sum [32]byte) {
	b.Metadata.Timestamp = f.date.Format(time.RFC3339)
	b.Metadata.Lifecycles = &[]cyclonedx.Lifecycle{{Phase: cyclonedx.LifecyclePhaseBuild}}
	if t := b.Metadata.Tools; t != nil && t.Tools != nil {
		for i := range *t.Tools {
			(*t.Tools)[i].Hashes = nil
		}
	}
	b.Metadata.Properties = nil // paths and hashes of before, which follow in their own places
	c := b.Metadata.Component
	c.Licenses = underLicence("Apache-2.0")
	c.Hashes = &[]cyclonedx.Hash{{Algorithm: cyclonedx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}}
	c.Properties = &[]cyclonedx.Property{
		{Name: "writeback:commit", Value: f.commit}, {Name: "writeback:target", Value: p.target.String()}, {Name: "writeback:file", Value: p.target.program()},
		{Name: "writeback:go", Value: p.goes},
	}
}

// serial makes the number that each bill must have of the program's hash: a UUID
// of version 8, whose bits are the maker's own (RFC 9562, section 5.8).
func serial(sum [32]byte) string {
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:16])
}

// underLicence is one licence by its identifier, or several by an expression.
func underLicence(spdx string) *cyclonedx.Licenses {
	if strings.Contains(spdx, " ") {
		return &cyclonedx.Licenses{{Expression: spdx}}
	}
	return &cyclonedx.Licenses{{License: &cyclonedx.License{ID: spdx}}}
}

func refsOf(paths []string, refs map[string]string) (out []string) {
	for _, p := range paths {
		out = append(out, refs[p])
	}
	return out
}

func edge(from string, to []string) cyclonedx.Dependency {
	d := cyclonedx.Dependency{Ref: from}
	if len(to) > 0 {
		d.Dependencies = &to
	}
	return d
}
