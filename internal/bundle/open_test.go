package bundle

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"writeback/cloudconfig"
	"writeback/steps"
)

// whole is a bundle with a file of each kind.
func whole(t testing.TB) (*Bundle, []byte) {
	t.Helper()
	m := New("v1.2.3", "linux", at)
	m.Domain(Read{RootDSE: map[string][]string{"defaultNamingContext": {"DC=corp,DC=example"}},
		Objects: []Object{{DN: "CN=ann,DC=corp,DC=example", Values: map[string][][]byte{"objectClass": {[]byte("top"), []byte("user")}, "userAccountControl": {[]byte("512")}}}}})
	m.Plan(steps.Plan{Steps: []steps.StepPlan{{ID: "delegate", State: steps.StateOK}}})
	n := 1
	m.Coverage(steps.Coverage{Users: 1, Before: &n, After: &n}, true, []Example{{DN: "CN=ann,DC=corp,DC=example", Codes: []string{"disabled"}}})
	m.Tenant(cloudconfig.Tenant{ID: "contoso.onmicrosoft.com"}, nil)
	m.Server(cloudconfig.Server{Host: "SYNC01", At: at})
	m.Journal([]steps.Record{{Seq: 1, Time: at, Kind: steps.KindOpened}, {Seq: 2, Time: at, Kind: steps.KindClosed}})
	timer := &Timer{}
	timer.Add("ldap", "search", 3, time.Second, false)
	m.Timings(timer)
	b := m.Bundle()
	text, err := b.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b, text
}

func open(text []byte) (*Bundle, error) { return Open(bytes.NewReader(text), int64(len(text))) }

func TestOpenReadsWhatPackWrote(t *testing.T) {
	b, text := whole(t)
	got, err := open(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b, got); diff != "" {
		t.Error(diff)
	}
	again, err := got.Pack()
	if err != nil || !bytes.Equal(again, text) {
		t.Errorf("packed again it is another one: %v", err)
	}
}

// refused wants an error that names the file.
func refused(t *testing.T, what, file string, text []byte) {
	t.Helper()
	_, err := open(text)
	var r *RefusedError
	if !errors.As(err, &r) || !strings.Contains(r.File, file) || r.Why == "" {
		t.Errorf("%s: %v", what, err)
	}
}

func TestCutBundles(t *testing.T) {
	_, text := whole(t)
	for i := range 50 {
		refused(t, "cut", "", text[:len(text)*i/50])
	}
	refused(t, "cut by a byte", "", text[:len(text)-1])
}

// rebuilt is the zip with its files changed: its own checksums fit again.
func rebuilt(t *testing.T, text []byte, change func(name string, text []byte) (names []string, to []byte)) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		names, to := change(f.Name, raw)
		for _, name := range names {
			one, err := w.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			one.Write(to)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestEditedBundles(t *testing.T) {
	b, text := whole(t)
	same := func(name string, text []byte) ([]string, []byte) { return []string{name}, text }
	if _, err := open(rebuilt(t, text, same)); err != nil {
		t.Fatalf("what is only packed anew is refused: %v", err)
	}
	files := []string{manifestFile}
	for _, f := range b.Manifest.Files {
		files = append(files, f.Name)
	}
	if len(files) != 8 {
		t.Fatalf("it has %v", files)
	}
	only := func(file string, do func(name string, text []byte) ([]string, []byte)) func(string, []byte) ([]string, []byte) {
		return func(name string, text []byte) ([]string, []byte) {
			if name == file {
				return do(name, text)
			}
			return same(name, text)
		}
	}
	for _, file := range files {
		for i := range 20 {
			refused(t, file+" edited", file, rebuilt(t, text, only(file, func(name string, text []byte) ([]string, []byte) {
				text[len(text)*i/20] ^= 1
				return []string{name}, text
			})))
		}
		refused(t, file+" cut", file, rebuilt(t, text, only(file, func(name string, text []byte) ([]string, []byte) { return []string{name}, text[:len(text)/2] })))
		refused(t, file+" longer", file, rebuilt(t, text, only(file, func(name string, text []byte) ([]string, []byte) { return []string{name}, append(text, ' ') })))
		refused(t, file+" missing", file, rebuilt(t, text, only(file, func(string, []byte) ([]string, []byte) { return nil, nil })))
		refused(t, file+" doubled", file, rebuilt(t, text, only(file, func(name string, text []byte) ([]string, []byte) { return []string{name, name}, text })))
		refused(t, file+" renamed", "", rebuilt(t, text, only(file, func(name string, text []byte) ([]string, []byte) { return []string{"../" + name}, text })))
	}
	refused(t, "added", "", rebuilt(t, text, only(planFile, func(name string, text []byte) ([]string, []byte) { return []string{name, "extra.json"}, text })))
	refused(t, "newer", manifestFile, rebuilt(t, text, only(manifestFile, func(name string, text []byte) ([]string, []byte) {
		return []string{name}, bytes.Replace(text, []byte(`"formatVersion": 1`), []byte(`"formatVersion": 2`), 1)
	})))
	many := rebuilt(t, text, only(planFile, func(name string, text []byte) ([]string, []byte) {
		return slices.Repeat([]string{name}, maxFiles), text
	}))
	refused(t, "too many files", "", many)
	bomb := rebuilt(t, text, only(directoryFile, func(name string, _ []byte) ([]string, []byte) { return []string{name}, make([]byte, maxBytes+1) }))
	refused(t, "larger than it may be", directoryFile, bomb)
}

// What the manifest does not name is refused, although its sum is right.
func TestFilesBesideTheManifest(t *testing.T) {
	b, text := whole(t)
	files := b.Manifest.Files
	b.Manifest.Files = files[1:]
	manifest, err := b.Manifest.signed()
	if err != nil {
		t.Fatal(err)
	}
	refused(t, "added", files[0].Name, rebuilt(t, text, func(name string, text []byte) ([]string, []byte) {
		if name == manifestFile {
			return []string{name}, manifest
		}
		return []string{name}, text
	}))
}

// A bundle from anywhere is read or refused, and what is read can be packed and restored.
func FuzzOpen(f *testing.F) {
	_, text := whole(f)
	f.Add(text)
	f.Add(text[:len(text)/2])
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := open(text)
		if err != nil {
			var r *RefusedError
			if !errors.As(err, &r) {
				t.Fatalf("it is no refusal: %v", err)
			}
			return
		}
		for _, d := range b.Directory.Domains {
			d.Restore(at)
		}
		if _, err := b.Pack(); err != nil {
			t.Fatal(err)
		}
	})
}

// A document from anywhere, in a bundle whose sums are right, is read or refused.
func FuzzDocuments(f *testing.F) {
	b, _ := whole(f)
	parts, err := b.parts()
	if err != nil {
		f.Fatal(err)
	}
	for i, p := range parts {
		f.Add(uint8(i), p.text)
	}
	f.Fuzz(func(t *testing.T, which uint8, text []byte) {
		texts, m := map[string][]byte{}, Manifest{Format: Format}
		for i, p := range parts {
			if i == int(which)%len(parts) {
				p = newPart(p.Name, 0, text)
			}
			texts[p.Name], m.Files = p.text, append(m.Files, p.File)
		}
		signed, err := m.signed()
		if err != nil {
			t.Fatal(err)
		}
		texts[manifestFile] = signed
		var read Bundle
		if err := errors.Join(read.Manifest.read(signed), read.Manifest.check(texts)); err != nil {
			t.Fatal(err)
		}
		if read.read(texts) != nil {
			return
		}
		for _, d := range read.Directory.Domains {
			d.Restore(at)
		}
		if _, err := read.Pack(); err != nil {
			t.Fatal(err)
		}
	})
}

// A directory from anywhere becomes a domain without an end.
func FuzzRestore(f *testing.F) {
	f.Add("CN=ann,OU=a,DC=x", "DC=x", "S-1-5-21-1-2-3-512", "513")
	f.Add(",", "", "S-1-5-32-544", "")
	f.Fuzz(func(t *testing.T, dn, nc, group, primary string) {
		d := Domain{RootDSE: map[string][]string{"defaultNamingContext": {nc}, "configurationNamingContext": {"CN=Configuration," + nc}},
			Entries: []Entry{{DN: dn, Groups: []string{group}, Values: map[string][]Octets{"primaryGroupID": {Octets(primary)}, "pwdLastSet": {Octets(primary)}}}}}
		if got := d.Restore(at); len(got) == 0 {
			t.Error("nothing came of it")
		}
	})
}
