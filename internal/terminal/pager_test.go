package terminal

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"writeback/internal/secrets"
)

func TestLinesOf(t *testing.T) {
	for text, want := range map[string]int{"": 0, "a\n": 1, "\n\n": 2, "a": 1, strings.Repeat("x", 10): 1, strings.Repeat("x", 11) + "\n": 2, "\x1b[31m" + strings.Repeat("ä", 10) + "\x1b[0m\n": 1, strings.Repeat("語", 6): 2} {
		if got := LinesOf(text, 10); got != want {
			t.Errorf("%q takes %d lines, want %d", text, got, want)
		}
	}
	if LinesOf("ab\n", 0) < 1 {
		t.Error("a terminal without columns")
	}
}

// What a person's own settings would start with a secret among its arguments is not
// started: the pager's text is shown without it, the browser is an error.
func TestNothingIsStartedWithASecret(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the programs of this test are shell scripts")
	}
	bin := t.TempDir()
	started := filepath.Join(bin, "started")
	for _, name := range []string{"xdg-open", "open", "less"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\nPATH=/bin:/usr/bin\nenv > '"+started+"'\ncat > /dev/null\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
	a := Terminal{Secrets: &secrets.Secrets{}, LookupEnv: func(string) (string, bool) { return "", false }}
	a.Secrets.Hold("Secret-word-1")
	less := filepath.Join(bin, "less")
	text, err := os.Create(filepath.Join(t.TempDir(), "shown"))
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	if a.Page([]string{less, "-pSecret-word-1"}, text, []byte("a plan")) {
		t.Error("the pager got the secret")
	}
	if err := a.Browser()("https://login.example/?p=Secret-word-1"); err == nil || strings.Contains(err.Error(), "Secret-word-1") {
		t.Errorf("the browser: %v", err)
	}
	if _, err := os.Stat(started); err == nil {
		t.Error("a program was started")
	}
	if !a.Page([]string{less}, text, []byte("a plan")) {
		t.Error("a pager without it is not started")
	}
	env, err := os.ReadFile(started)
	if err != nil || !strings.Contains(string(env), "\nLESS=FRX\n") {
		t.Errorf("%v\n%s", err, env)
	}
}
