package main

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"go.yaml.in/yaml/v3"
)

// sums reads SHA256SUMS of the release: sums by file.
func sums(t *testing.T) map[string]string {
	t.Helper()
	dist, _ := released(t)
	raw, err := os.ReadFile(filepath.Join(dist, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		f := strings.Fields(line)
		out[f[1]] = f[0]
	}
	return out
}

// fits holds an address and a sum in a manifest against the archives. It returns
// the archive's name.
func fits(t *testing.T, all map[string]string, url, sum string) string {
	t.Helper()
	name, ours := strings.CutPrefix(url, testURL+"/")
	if !ours || all[name] == "" || all[name] != strings.ToLower(sum) {
		t.Errorf("%s with %s: the release has %s", url, sum, all[name])
	}
	return name
}

func manifest(t *testing.T, name string) []byte {
	t.Helper()
	dist, _ := released(t)
	raw, err := os.ReadFile(filepath.Join(dist, "manifests", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// perSystem is how many targets of a system are released.
func perSystem(t *testing.T, systems ...string) (n int) {
	t.Helper()
	for _, tg := range tested(t) {
		for _, s := range systems {
			if tg.os == s {
				n++
			}
		}
	}
	return n
}

// winget's three manifests parse, belong together, and name the archives. The path
// of the program is that in the archive.
func TestWinget(t *testing.T) {
	all := sums(t)
	for name, kind := range map[string]string{"": "version", ".installer": "installer", ".locale.en-US": "defaultLocale"} {
		var m struct {
			PackageIdentifier, PackageVersion, ManifestType, ManifestVersion string
			ShortDescription, License                                        string
			Installers                                                       []struct {
				Architecture, InstallerUrl, InstallerSha256 string
				NestedInstallerFiles                        []struct{ RelativeFilePath, PortableCommandAlias string }
			}
		}
		raw := manifest(t, "winget/Writeback.Writeback"+name+".yaml")
		keys := regexp.MustCompile(`(?m)^([- ]*)([A-Z][A-Za-z0-9]+):`) // yaml.v3 wants lower case
		if err := yaml.Unmarshal(keys.ReplaceAllFunc(raw, bytes.ToLower), &m); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, raw)
		}
		if m.PackageIdentifier != "Writeback.Writeback" || m.PackageVersion != testVersion[1:] || m.ManifestType != kind || m.ManifestVersion != "1.12.0" {
			t.Errorf("%s: %+v", name, m)
		}
		if !strings.Contains(string(raw), "$schema=https://aka.ms/winget-manifest."+kind+".1.12.0.schema.json\n") {
			t.Errorf("%s names no schema, or another's:\n%s", name, raw)
		}
		if kind == "defaultLocale" && (len(m.ShortDescription) < 3 || len(m.ShortDescription) > 256 || m.License != "Apache-2.0") {
			t.Errorf("%s: %q, %q", name, m.ShortDescription, m.License)
		}
		if kind != "installer" {
			continue
		}
		if len(m.Installers) != perSystem(t, "windows") {
			t.Errorf("%d installers", len(m.Installers))
		}
		for _, i := range m.Installers {
			archive := fits(t, all, i.InstallerUrl, i.InstallerSha256)
			want := strings.TrimSuffix(archive, ".zip") + `\writeback.exe`
			if len(i.NestedInstallerFiles) != 1 || i.NestedInstallerFiles[0].RelativeFilePath != want || i.NestedInstallerFiles[0].PortableCommandAlias != "writeback" {
				t.Errorf("%s: %+v", i.Architecture, i.NestedInstallerFiles)
			}
		}
	}
}

func TestScoop(t *testing.T) {
	var m struct {
		Version, Description, Homepage, License, Bin string
		Architecture                                 map[string]struct {
			URL, Hash  string
			ExtractDir string `json:"extract_dir"`
		}
	}
	d := json.NewDecoder(bytes.NewReader(manifest(t, "scoop/writeback.json")))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		t.Fatal(err)
	}
	if m.Version != testVersion[1:] || m.Homepage != testHome || m.License != "Apache-2.0" || m.Bin != "writeback.exe" || len(m.Architecture) != perSystem(t, "windows") {
		t.Errorf("%+v", m)
	}
	for arch, a := range m.Architecture {
		if name := fits(t, sums(t), a.URL, a.Hash); a.ExtractDir+".zip" != name {
			t.Errorf("%s: %+v", arch, a)
		}
	}
}

// The formula's blocks are closed, and each of its addresses has the sum of the
// archive. Ruby itself looks at it where it is there.
func TestHomebrew(t *testing.T) {
	raw := manifest(t, "homebrew/writeback.rb")
	begun := len(regexp.MustCompile(`(?m)(\bdo$|^class |^  def )`).FindAll(raw, -1))
	if ended := len(regexp.MustCompile(`(?m)^ *end$`).FindAll(raw, -1)); begun != ended || begun < 5 {
		t.Errorf("%d blocks begin, %d end:\n%s", begun, ended, raw)
	}
	pairs := regexp.MustCompile(`url "([^"]+)"\n +sha256 "([0-9a-f]{64})"`).FindAllSubmatch(raw, -1)
	if len(pairs) != perSystem(t, "linux", "darwin") {
		t.Errorf("%d archives:\n%s", len(pairs), raw)
	}
	for _, p := range pairs {
		fits(t, sums(t), string(p[1]), string(p[2]))
	}
	if ruby, err := exec.LookPath("ruby"); err == nil {
		cmd := exec.Command(ruby, "-c")
		cmd.Stdin = bytes.NewReader(raw)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}
}

// Windows reads the release's version, the names and the manifest from the program:
// looked for in its bytes as MS-documented structures, not with what wrote them.
func TestWindowsResource(t *testing.T) {
	looked := 0
	for _, tg := range tested(t) {
		if tg.os != "windows" {
			continue
		}
		looked++
		f, err := pe.NewFile(bytes.NewReader(unpacked(t, tg)["writeback.exe"]))
		if err != nil {
			t.Fatal(err)
		}
		section := f.Section(".rsrc")
		if section == nil {
			t.Fatalf("%s has no resources", tg)
		}
		raw, err := section.Data()
		if err != nil {
			t.Fatal(err)
		}
		// VS_FIXEDFILEINFO: signature, structure version, then the file's version as
		// two words of 32 bits, the high halves first.
		at := bytes.Index(raw, []byte{0xbd, 0x04, 0xef, 0xfe})
		if at < 0 {
			t.Fatalf("%s has no version resource", tg)
		}
		high, low := binary.LittleEndian.Uint32(raw[at+8:]), binary.LittleEndian.Uint32(raw[at+12:])
		if high != 1<<16|2 || low != 3<<16 {
			t.Errorf("%s: the file's version is %d.%d.%d.%d", tg, high>>16, high&0xffff, low>>16, low&0xffff)
		}
		for _, text := range []string{"FileDescription", "Switch on Microsoft Entra password writeback", "ProductVersion", testVersion[1:], "writeback.exe"} {
			var wide []byte
			for _, c := range utf16.Encode([]rune(text)) {
				wide = binary.LittleEndian.AppendUint16(wide, c)
			}
			if !bytes.Contains(raw, wide) {
				t.Errorf("%s does not say %q", tg, text)
			}
		}
		for _, text := range []string{`level="asInvoker"`, "longPathAware", "\x89PNG"} {
			if !bytes.Contains(raw, []byte(text)) {
				t.Errorf("%s has no %q", tg, text)
			}
		}
	}
	if looked != perSystem(t, "windows") || looked == 0 {
		t.Errorf("%d programs for Windows", looked)
	}
}
