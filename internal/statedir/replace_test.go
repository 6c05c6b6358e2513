package statedir

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	to := filepath.Join(dir, "plan.json")
	for _, text := range []string{"first", "second"} {
		f, err := CreateTemp(dir, ".plan-*")
		if err != nil {
			t.Fatal(err)
		}
		if name := filepath.Base(f.Name()); filepath.Dir(f.Name()) != dir || !strings.HasPrefix(name, ".plan-") || len(name) < len(".plan-")+6 {
			t.Errorf("it is %s", f.Name())
		}
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err := Replace(f.Name(), to); err != nil {
			t.Fatal(err)
		}
		if raw, err := os.ReadFile(to); err != nil || string(raw) != text {
			t.Errorf("%q, %v", raw, err)
		}
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
	if err := Replace(filepath.Join(dir, "none"), to); !os.IsNotExist(err) {
		t.Errorf("got %v", err)
	}
	if _, err := CreateTemp(filepath.Join(dir, "none"), "x"); !os.IsNotExist(err) {
		t.Errorf("got %v", err)
	}
}

func TestOpenLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	for _, text := range []string{"first\n", "second\n"} {
		f, err := OpenLog(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if raw, err := os.ReadFile(path); err != nil || string(raw) != "first\nsecond\n" {
		t.Errorf("%q, %v", raw, err)
	}
	f, err := OpenGuarded(path)
	if err != nil {
		t.Fatalf("it is not for its owner alone: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenLog(path + "/none"); err == nil {
		t.Error("a file below a file was opened")
	}
}
