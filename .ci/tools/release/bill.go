package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/CycloneDX/cyclonedx-go"
)

// bill is the bill of materials of a program, as CycloneDX 1.6 in JSON: what the
// program itself says is in it, with licences, and with which module needs which.
func bill(f facts, p program) ([]byte, error) {
	raw, err := os.ReadFile(p.path)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	root := "pkg:golang/writeback@" + f.version
	b := cyclonedx.NewBOM()
	b.SerialNumber = serial(sum)
	b.Metadata = &cyclonedx.Metadata{
		Timestamp:  f.date.Format(time.RFC3339),
		Lifecycles: &[]cyclonedx.Lifecycle{{Phase: cyclonedx.LifecyclePhaseBuild}},
		Component: &cyclonedx.Component{
			BOMRef: root, Type: cyclonedx.ComponentTypeApplication, Name: "writeback", Version: f.version, PackageURL: root,
			Licenses: underLicence("Apache-2.0"),
			Hashes:   &[]cyclonedx.Hash{{Algorithm: cyclonedx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}},
			Properties: &[]cyclonedx.Property{
				{Name: "writeback:commit", Value: f.commit}, {Name: "writeback:target", Value: p.target.String()}, {Name: "writeback:file", Value: p.target.program()},
			},
		},
	}
	golang := "pkg:golang/std@" + strings.TrimPrefix(p.goes, "go")
	parts := []cyclonedx.Component{{
		BOMRef: golang, Type: cyclonedx.ComponentTypeLibrary, Name: "std", Version: p.goes, PackageURL: golang,
		Description: "Go's runtime and standard library", Licenses: underLicence("BSD-3-Clause"),
	}}
	refs := map[string]string{}
	for _, m := range p.modules {
		// In lower case, as the type golang of the package URL's specification wants it.
		refs[m.path] = "pkg:golang/" + strings.ToLower(m.path) + "@" + url.PathEscape(m.version)
		parts = append(parts, componentOf(m, refs[m.path]))
	}
	b.Components = &parts
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

func componentOf(m module, ref string) cyclonedx.Component {
	c := cyclonedx.Component{
		BOMRef: ref, Type: cyclonedx.ComponentTypeLibrary, Name: m.path, Version: m.version, PackageURL: ref, Licenses: underLicence(m.spdx),
	}
	if m.sum != "" {
		c.Properties = &[]cyclonedx.Property{{Name: "go:sum", Value: m.sum}}
	}
	return c
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
