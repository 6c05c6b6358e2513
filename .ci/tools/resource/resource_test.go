package resource

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tc-hib/winres"
)

var update = flag.Bool("update", false, "write the objects in cmd/writeback anew")

// The objects in cmd/writeback, which every build for Windows takes in, are what
// this package makes today. -update writes them anew.
func TestObjectsAreUpToDate(t *testing.T) {
	for _, arch := range []string{"amd64", "arm64"} {
		path := filepath.Join("..", "..", "..", "cmd", "writeback", File(arch))
		var want bytes.Buffer
		if err := Write(&want, arch, ""); err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if have, err := os.ReadFile(path); !bytes.Equal(have, want.Bytes()) {
			t.Errorf("%s is another (%v): go test ./resource -update writes it anew", path, err)
		}
	}
}

func TestVersionInfo(t *testing.T) {
	info, err := versionInfo("v1.20.3-rc.1")
	if err != nil {
		t.Fatal(err)
	}
	if info.FileVersion != [4]uint16{1, 20, 3, 0} || !info.Flags.Prerelease {
		t.Errorf("v1.20.3-rc.1 is %v, prerelease %v", info.FileVersion, info.Flags.Prerelease)
	}
	for _, wrong := range []string{"1.2.3", "v1.2", "v1.2.3+dirty", "v1.2.70000", "main"} {
		if _, err := versionInfo(wrong); err == nil {
			t.Errorf("%q is a release", wrong)
		}
	}
}

// Who starts the program is asked for no more rights; and the file that Windows
// reads is the same each time.
func TestManifestAndBytes(t *testing.T) {
	var one, two bytes.Buffer
	for _, b := range []*bytes.Buffer{&one, &two} {
		if err := Write(b, "amd64", "v1.2.3"); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("two objects of one version differ")
	}
	set := &winres.ResourceSet{}
	set.SetManifest(manifest)
	text := string(set.Get(winres.RT_MANIFEST, winres.ID(1), 0x409))
	for _, want := range []string{`level="asInvoker"`, `uiAccess="false"`, "longPathAware", "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"} {
		if !strings.Contains(text, want) {
			t.Errorf("the manifest lacks %s:\n%s", want, text)
		}
	}
}
