package paste

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/tier"
)

const wineServer = "/usr/lib/wine/wineserver"

// Cmd pastes each text, and each line of it, into cmd.exe of Wine: as a file of
// commands, which also obeys what a typed line does not (%1, %%). It returns what
// was obeyed.
func Cmd(t *testing.T, texts []string) []string {
	t.Helper()
	tier.Takes(t, "Wine")
	for _, name := range []string{"wine", wineServer} {
		if _, err := exec.LookPath(name); err != nil {
			t.Fatalf("%s is not installed", name)
		}
	}
	texts = Lines(texts)
	dir := t.TempDir()
	for i, text := range texts {
		write(t, filepath.Join(dir, fmt.Sprintf("t%d.bat", i)), []byte("@echo off\r\n"+strings.ReplaceAll(text, "\n", "\r\n")+"\r\n"))
	}
	var all strings.Builder
	all.WriteString("@echo off\r\n")
	for i := range texts {
		fmt.Fprintf(&all, "call t%d.bat <nul >nul 2>nul\r\n@echo off\r\nif exist canary >>bad echo %d\r\nif exist canary rd canary\r\n", i, i)
	}
	all.WriteString("echo end>end\r\n")
	write(t, filepath.Join(dir, "all.bat"), []byte(all.String()))
	wine(t, dir, "cmd", "/c", "all.bat")
	if _, err := os.Stat(filepath.Join(dir, "end")); err != nil {
		t.Fatalf("cmd.exe did not come to the end: %v", err)
	}
	bad, err := os.ReadFile(filepath.Join(dir, "bad"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return obeyed(t, fmt.Sprintf("%d %s", len(texts), bad), texts)
}

// wine runs a program on a Windows of its own, which is thrown away.
func wine(t *testing.T, dir string, args ...string) string {
	t.Helper()
	prefix := filepath.Join(t.TempDir(), "prefix")
	if err := os.Mkdir(prefix, 0o700); err != nil {
		t.Fatal(err)
	}
	env := []string{"WINEPREFIX=" + prefix, "WINEARCH=win64", "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml,winemenubuilder.exe=",
		"PATH=" + os.Getenv("PATH"), "HOME=" + prefix, "USER=wine", "LC_ALL=C.UTF-8"}
	t.Cleanup(func() {
		for _, flag := range []string{"-k", "-w"} {
			end := exec.Command(wineServer, flag)
			end.Env = env
			if out, err := end.CombinedOutput(); err != nil && !errors.As(err, new(*exec.ExitError)) { // of one that has ended
				t.Errorf("%v %s", err, out)
			}
		}
	})
	log, err := os.Create(filepath.Join(prefix, "..", "log")) // not a pipe, which what Wine leaves running would hold open
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	for _, words := range [][]string{{"wineboot", "--init"}, args} {
		cmd := exec.Command("wine", words...)
		cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, env, log, log
		if err := cmd.Run(); err != nil && words[0] == "wineboot" {
			t.Fatalf("wineboot: %v", err)
		}
	}
	said, err := os.ReadFile(log.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(said)
}
