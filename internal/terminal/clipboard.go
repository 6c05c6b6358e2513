package terminal

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"unicode/utf16"

	"writeback/internal/process"
)

// What is copied is a line, a command or a link of the screen: never a secret,
// for the screen shows none. It goes to the clipboard of the computer at which
// the person sits: that of this one through its own program, that of another
// one (over SSH) through the terminal.

// Clipboard puts a text on the person's clipboard; nil: there is no way to it.
func (t Terminal) Clipboard(terminal io.Writer) func(text string) error {
	words := t.clipboardProgram()
	if len(words) > 0 {
		if path, err := systemProgram(words[0]); err == nil {
			return func(text string) error { return t.copyBy(path, words[1:], text) }
		}
	}
	if term, _ := t.LookupEnv("TERM"); term == "linux" {
		return nil // the console has none
	}
	return func(text string) error { return copyThrough(terminal, text) }
}

// clipboardProgram is the one of this system; none where the person sits
// elsewhere.
func (t Terminal) clipboardProgram() []string {
	is := func(name string) bool { v, _ := t.LookupEnv(name); return v != "" }
	switch {
	case is("SSH_CONNECTION"):
		return nil
	case runtime.GOOS == "windows":
		return []string{"clip.exe"}
	case runtime.GOOS == "darwin":
		return []string{"pbcopy"}
	case is("WAYLAND_DISPLAY"):
		return []string{"wl-copy"}
	case !is("DISPLAY"):
		return nil
	}
	if _, err := exec.LookPath("xclip"); err == nil {
		return []string{"xclip", "-selection", "clipboard"}
	}
	return []string{"xsel", "--clipboard", "--input"}
}

// copyBy has a program take the text from its standard input.
func (t Terminal) copyBy(path string, args []string, text string) error {
	cmd, err := process.Command(context.Background(), t.Secrets, path, process.Own(args))
	if err != nil {
		return err
	}
	cmd.Stdin = strings.NewReader(forClip(runtime.GOOS, text))
	if err := cmd.Run(); err != nil { // its output is not waited for: xclip stays to serve the text
		return fmt.Errorf("copy with %s: %w", path, err)
	}
	return nil
}

// forClip is a text as the system's program takes it: clip.exe reads the console's
// code page, or UTF-16 where a byte order mark says so.
func forClip(system, text string) string {
	if system != "windows" || strings.IndexFunc(text, func(r rune) bool { return r > '~' }) < 0 {
		return text
	}
	raw := binary.LittleEndian.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(text)) {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	return string(raw)
}

// copyThrough has the terminal take it (xterm's OSC 52, "c" for the clipboard).
// One that does not know the sequence ignores it. It is one write, so that it
// does not get into the middle of a frame.
func copyThrough(terminal io.Writer, text string) error {
	if _, err := io.WriteString(terminal, "\x1b]52;c;"+base64.StdEncoding.EncodeToString([]byte(text))+"\x07"); err != nil {
		return fmt.Errorf("copy through the terminal: %w", err)
	}
	return nil
}
