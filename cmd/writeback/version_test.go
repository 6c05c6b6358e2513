package main

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/tier"
	"writeback/wizard/tell"
)

// What the linker of a release stamps is what the program says it is, and the
// commit that the go command saw counts for nothing then.
func TestReleaseIsStamped(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "writeback.exe")
	stamps := "-X main.release=v1.2.3 -X main.commit=0123456789abcdef0123456789abcdef01234567 -X main.date=2026-01-02T03:04:05Z"
	if out, err := exec.Command("go", "build", "-ldflags", stamps, "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	said := func(args ...string) string {
		cmd := exec.Command(binary, args...)
		cmd.Env = []string{"HOME=" + t.TempDir()}
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%q: %v\n%s", args, err, out)
		}
		return string(out)
	}
	if got := said("version"); !strings.HasPrefix(got, "writeback v1.2.3 (commit 0123456789ab of 2026-01-02, go1") {
		t.Errorf("version says %q", got)
	}
	if got := said("--version"); !strings.HasSuffix(got, " v1.2.3\n") {
		t.Errorf("--version says %q", got)
	}
	var b tell.Build
	if err := json.Unmarshal([]byte(said("version", "--output", "json")), &b); err != nil {
		t.Fatal(err)
	}
	if b.Version != "v1.2.3" || b.Commit != "0123456789abcdef0123456789abcdef01234567" || b.Date != "2026-01-02T03:04:05Z" {
		t.Errorf("version --output json says %+v", b)
	}
}
