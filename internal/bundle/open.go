package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// RefusedError says which part of a bundle is not as it was made, and in what.
type RefusedError struct {
	File string // "": the zip itself
	Why  string
}

func (e *RefusedError) Error() string {
	if e.File == "" {
		return "the bundle is refused: " + e.Why
	}
	return fmt.Sprintf("the bundle is refused: %s: %s", e.File, e.Why)
}

func refuse(file, format string, args ...any) error {
	return &RefusedError{file, fmt.Sprintf(format, args...)}
}

// What a bundle may hold, unpacked.
const (
	maxFiles = 16
	maxBytes = 64 << 20
)

// Open reads a bundle. One that was cut or edited is a [RefusedError].
func Open(r io.ReaderAt, size int64) (*Bundle, error) {
	if size > maxBytes {
		return nil, refuse("", "it has %d bytes, and at most %d are read", size, maxBytes)
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, refuse("", "it is no whole zip file, so that it was cut, or is something else: %v", err)
	}
	texts, err := unpacked(z)
	if err != nil {
		return nil, err
	}
	b := &Bundle{}
	if err := b.Manifest.read(texts[manifestFile]); err != nil {
		return nil, err
	}
	if err := b.Manifest.check(texts); err != nil {
		return nil, err
	}
	return b, b.read(texts)
}

// unpacked are the files of the zip by name.
func unpacked(z *zip.Reader) (map[string][]byte, error) {
	known := []string{manifestFile, directoryFile, coverageFile, planFile, tenantFile, serverFile, journalFile, timingsFile}
	if len(z.File) > maxFiles {
		return nil, refuse("", "it has %d files, and a bundle has at most %d", len(z.File), maxFiles)
	}
	out := map[string][]byte{}
	left := int64(maxBytes)
	for _, f := range z.File {
		switch {
		case !slices.Contains(known, f.Name):
			return nil, refuse(fmt.Sprintf("%.80q", f.Name), "no bundle has a file of that name")
		case out[f.Name] != nil:
			return nil, refuse(f.Name, "it is there twice")
		}
		text, err := unpack(f, left)
		if err != nil {
			return nil, err
		}
		left -= int64(len(text))
		out[f.Name] = append([]byte{}, text...) // not nil where it is empty
	}
	if out[manifestFile] == nil {
		return nil, refuse(manifestFile, "it is missing")
	}
	return out, nil
}

func unpack(f *zip.File, most int64) ([]byte, error) {
	if f.UncompressedSize64 > uint64(most) {
		return nil, refuse(f.Name, "unpacked, the bundle has more than %d bytes", maxBytes)
	}
	r, err := f.Open()
	if err != nil {
		return nil, refuse(f.Name, "it cannot be unpacked, so that it was edited: %v", err)
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case err != nil:
		return nil, refuse(f.Name, "it was cut or edited: %v", err)
	case int64(len(text)) > most:
		return nil, refuse(f.Name, "unpacked, the bundle has more than %d bytes", maxBytes)
	}
	return text, nil
}

// read takes the manifest only as it was written.
func (m *Manifest) read(text []byte) error {
	var version struct {
		Format int `json:"formatVersion"`
	}
	body, sum, _ := strings.Cut(string(text), sumHead)
	body += "\n}"
	switch err := json.Unmarshal([]byte(body), &version); {
	case err != nil:
		return refuse(manifestFile, "it was edited: it is no longer a document")
	case version.Format > Format:
		return refuse(manifestFile, "it is of format %d, and this program reads %d: use a newer one", version.Format, Format)
	case version.Format < 1:
		return refuse(manifestFile, "it does not say of which format it is")
	}
	want := sha256.Sum256([]byte(body))
	if sum != hex.EncodeToString(want[:])+"\"\n}\n" {
		return refuse(manifestFile, "it was edited: its sum is another one")
	}
	return strictly(manifestFile, []byte(body), m)
}

// check holds all files against the manifest.
func (m *Manifest) check(texts map[string][]byte) error {
	listed := map[string]bool{manifestFile: true}
	for _, f := range m.Files {
		text, there := texts[f.Name]
		sum := sha256.Sum256(text)
		switch {
		case !there:
			return refuse(f.Name, "it is missing: the manifest names it")
		case listed[f.Name]:
			return refuse(manifestFile, "it names %s twice", f.Name)
		case int64(len(text)) != f.Bytes:
			return refuse(f.Name, "it was cut or edited: it has %d bytes, and was made with %d", len(text), f.Bytes)
		case hex.EncodeToString(sum[:]) != f.SHA256:
			return refuse(f.Name, "it was edited: its sum is another one")
		}
		listed[f.Name] = true
	}
	for name := range texts {
		if !listed[name] {
			return refuse(name, "it was added: the manifest does not name it")
		}
	}
	return nil
}

// read takes the documents, each as this program writes it.
func (b *Bundle) read(texts map[string][]byte) error {
	var bad []error
	take := func(name string, needed bool, into any) {
		text, there := texts[name]
		switch {
		case there:
			bad = append(bad, strictly(name, text, into))
		case needed:
			bad = append(bad, refuse(name, "it is missing"))
		}
	}
	take(directoryFile, true, &b.Directory)
	take(planFile, true, &b.Plan)
	take(timingsFile, true, &b.Timings)
	take(coverageFile, false, &b.Coverage)
	take(tenantFile, false, &b.Tenant)
	take(serverFile, false, &b.Server)
	if text, there := texts[journalFile]; there {
		b.Journal = []Record{}
		for line := range bytes.Lines(text) {
			var r Record
			bad = append(bad, strictly(journalFile, line, &r))
			b.Journal = append(b.Journal, r)
		}
	}
	for _, err := range bad {
		if err != nil {
			return err
		}
	}
	return nil
}

func strictly(name string, text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return refuse(name, "it is not a document of this format: %v", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return refuse(name, "something follows the document")
	}
	return nil
}
