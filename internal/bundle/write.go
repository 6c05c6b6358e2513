package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// The files of a bundle. There are no others, and no folders.
const (
	manifestFile  = "manifest.json"
	directoryFile = "directory.json"
	coverageFile  = "coverage.json"
	planFile      = "plan.json"
	tenantFile    = "tenant.json"
	serverFile    = "server.json"
	journalFile   = "journal.jsonl"
	timingsFile   = "timings.json"
)

// part is one file before it is in the zip.
type part struct {
	File
	text []byte
}

// Pack is the bundle as the bytes of a zip; its manifest then names the files. The same bundle
// gives the same bytes: nothing of the computer that made it is in the zip itself.
func (b *Bundle) Pack() ([]byte, error) {
	parts, err := b.parts()
	if err != nil {
		return nil, err
	}
	b.Manifest.Files = nil
	for _, p := range parts {
		b.Manifest.Files = append(b.Manifest.Files, p.File)
	}
	manifest, err := b.Manifest.signed()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range append([]part{{File{Name: manifestFile}, manifest}}, parts...) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.Name, Method: zip.Deflate})
		if err == nil {
			_, err = w.Write(p.text)
		}
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", p.Name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack the bundle: %w", err)
	}
	return out.Bytes(), nil
}

// parts are all files but the manifest.
func (b *Bundle) parts() (out []part, err error) {
	add := func(name string, entries int, v any) {
		if err != nil {
			return
		}
		var text []byte
		if text, err = json.MarshalIndent(v, "", " "); err == nil {
			out = append(out, newPart(name, entries, append(text, '\n')))
		}
	}
	objects, examples := 0, 0
	for _, d := range b.Directory.Domains {
		objects += len(d.Entries)
	}
	add(directoryFile, objects, b.Directory)
	if b.Coverage != nil {
		for _, d := range b.Coverage.Domains {
			examples += len(d.Examples)
		}
		add(coverageFile, examples, b.Coverage)
	}
	add(planFile, len(b.Plan.Steps), b.Plan)
	if b.Tenant != nil {
		add(tenantFile, 1, b.Tenant)
	}
	if b.Server != nil {
		add(serverFile, 1, b.Server)
	}
	if b.Journal != nil && err == nil {
		var lines bytes.Buffer
		for _, r := range b.Journal {
			line, err := json.Marshal(r)
			if err != nil {
				return nil, err
			}
			lines.Write(append(line, '\n'))
		}
		out = append(out, newPart(journalFile, len(b.Journal), lines.Bytes()))
	}
	add(timingsFile, len(b.Timings), b.Timings)
	return out, err
}

func newPart(name string, entries int, text []byte) part {
	sum := sha256.Sum256(text)
	return part{File{name, entries, int64(len(text)), hex.EncodeToString(sum[:])}, text}
}

// sumHead is what the manifest's last member begins with.
const sumHead = ",\n \"sum\": \""

// signed is the manifest's text. Its last member is the SHA-256 of the text without that
// member. There is no key: the sum finds what was cut or edited, and not who did it.
func (m Manifest) signed() ([]byte, error) {
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	return append(bytes.TrimSuffix(text, []byte("\n}")), sumHead+hex.EncodeToString(sum[:])+"\"\n}\n"...), nil
}
