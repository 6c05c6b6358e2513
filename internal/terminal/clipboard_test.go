package terminal

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// The clipboard is that of the computer at which the person sits.
func TestClipboardProgram(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("this system has one program")
	}
	for _, c := range []struct {
		there string
		env   map[string]string
		want  []string
	}{
		{"xclip", nil, nil},
		{"xclip", map[string]string{"DISPLAY": ":0", "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, nil},
		{"xsel", map[string]string{"DISPLAY": ":0"}, []string{"xsel", "--clipboard", "--input"}},
		{"xclip", map[string]string{"DISPLAY": ":0"}, []string{"xclip", "-selection", "clipboard"}},
		{"wl-copy", map[string]string{"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, []string{"wl-copy"}},
	} {
		bin := t.TempDir()
		t.Setenv("PATH", bin)
		if err := os.WriteFile(filepath.Join(bin, c.there), nil, 0o700); err != nil {
			t.Fatal(err)
		}
		a := Terminal{LookupEnv: func(name string) (string, bool) { v, ok := c.env[name]; return v, ok }}
		if got := a.clipboardProgram(); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.env, got, c.want)
		}
	}
}

// The program gets the text on its standard input, and nothing else does.
func TestCopyByProgram(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program of this test is a shell script")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "xclip")
	script := "#!/bin/sh\nexec cat > \"$0.got\"\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	var terminal bytes.Buffer
	env := map[string]string{"DISPLAY": ":0"}
	a := Terminal{LookupEnv: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
	put := a.Clipboard(&terminal)
	if runtime.GOOS == "darwin" {
		put = func(text string) error { return a.copyBy(program, nil, text) }
	}
	const text = "dsacls \"CN=Jörg,DC=corp\" /G 'x'"
	if err := put(text); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(program + ".got")
	if err != nil || string(got) != text || terminal.Len() > 0 {
		t.Errorf("%v, %q, and the terminal got %q", err, got, terminal.String())
	}
	if err := os.WriteFile(program, []byte("#!/bin/sh\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := a.copyBy(program, nil, text); err == nil || !strings.Contains(err.Error(), "copy with "+program) {
		t.Errorf("a program that fails: %v", err)
	}
}

// Without one the terminal is asked, unless it is one without a clipboard.
func TestCopyThroughTheTerminal(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	var terminal bytes.Buffer
	env := map[string]string{"TERM": "xterm-256color"}
	a := Terminal{LookupEnv: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
	if err := a.Clipboard(&terminal)("a\x1bb"); err != nil || terminal.String() != "\x1b]52;c;YRti\x07" {
		t.Errorf("%v, %q", err, terminal.String())
	}
	env["TERM"] = "linux"
	if a.Clipboard(&terminal) != nil {
		t.Error("the console is said to have a clipboard")
	}
}

func TestForClip(t *testing.T) {
	for _, c := range []struct{ system, text, want string }{
		{"linux", "ü", "ü"}, {"windows", "plain", "plain"}, {"windows", "ü\U0001f600", "\xff\xfe\xfc\x00\x3d\xd8\x00\xde"},
	} {
		if got := forClip(c.system, c.text); got != c.want {
			t.Errorf("%s: %q becomes %q, want %q", c.system, c.text, got, c.want)
		}
	}
}
