package syncserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// This test program stands in for PowerShell when it is started again with
// SYNCSERVER_STANDIN set: it takes the frames' command line and standard input
// apart as strictly as PowerShell would, and answers as the scripts do.

func TestMain(m *testing.M) {
	if mode := os.Getenv("SYNCSERVER_STANDIN"); mode != "" {
		os.Exit(standIn(mode))
	}
	os.Exit(m.Run())
}

// standInFor makes this program stand in for PowerShell in a test.
func standInFor(t *testing.T, mode string) string {
	t.Helper()
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SYNCSERVER_STANDIN", mode)
	t.Setenv("WRITEBACK_AD_PASSWORD", "must not come through")
	// A program with the race detector would wait for a second before it ends.
	t.Setenv("GORACE", os.Getenv("GORACE")+" atexit_sleep_ms=0")
	return me
}

func standIn(mode string) int {
	if mode == "child" {
		return hold()
	}
	if mode == "by name" {
		mode = strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	}
	told("ordered", mode)
	for _, v := range os.Environ() {
		if strings.HasPrefix(v, "WRITEBACK_") && !strings.HasPrefix(v, probeEnv+"=") {
			fmt.Fprint(os.Stderr, "a setting came through")
			return 96
		}
	}
	if nonce := os.Getenv(probeEnv); nonce != "" {
		return probed(mode, nonce)
	}
	if !slices.Equal(os.Args[1:], arguments(frameText)) {
		fmt.Fprintf(os.Stderr, "this is not a command line that is known: %q", os.Args[1:])
		return 97
	}
	o, s, a, err := readOrder()
	if err != nil {
		fmt.Fprint(os.Stderr, err)
		return 98
	}
	return answerAs(mode, o, s, a)
}

// probed answers a probe: what it is asked with, and that nothing is ordered with it.
func probed(mode, nonce string) int {
	in, err := io.ReadAll(os.Stdin)
	if err != nil || len(in) > 0 || !slices.Equal(os.Args[1:], arguments(probeText)) {
		fmt.Fprintf(os.Stderr, "this is not a probe that is known: %q, %q", os.Args[1:], in)
		return 95
	}
	switch mode {
	case "silent":
		return 0
	case "exit":
		fmt.Fprint(os.Stderr, "this PowerShell is broken")
		return 1
	case "garbage":
		fmt.Printf("%s\r\nwriteback--version:7.6.9\r\nwriteback-OLD-version:7.6.9\r\nx writeback-%s-version:7.6.9\r\nwriteback-%[2]s-version:none\r\n", os.Args[1:], nonce)
	case "hang":
		_ = hang() // until it is ended
	default:
		fmt.Printf("\r\nwriteback-%s-version:7.6.9\r\n", nonce)
	}
	return 0
}

// told adds a line to the log that a test may keep of what was started.
func told(what, mode string) {
	path := os.Getenv("SYNCSERVER_STANDIN_LOG")
	if path == "" {
		return
	}
	if os.Getenv(probeEnv) != "" {
		what = "probed"
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	fmt.Fprintf(f, "%s %s\n", what, mode)
}

// readOrder reads standard input: one line of printable ASCII, because $input
// splits lines and the code page is not known.
func readOrder() (o order, s Script, a Ask, err error) {
	in, err := io.ReadAll(os.Stdin)
	if err != nil {
		return
	}
	if bytes.ContainsFunc(in, func(r rune) bool { return r < 0x20 || r > 0x7e }) {
		return o, s, a, fmt.Errorf("standard input is not one line of ASCII")
	}
	if err = strictly(in, &o); err != nil {
		return
	}
	if err = strictly([]byte(o.Input), &a); err != nil {
		return
	}
	for _, known := range []Script{Inspect, EnableConnect} {
		if known.Text() == o.Script {
			s = known
		}
	}
	if s.name == "" || o.Nonce != a.Nonce {
		return o, s, a, fmt.Errorf("the order is not one: %q %q", o.Nonce, o.Host)
	}
	return
}

func strictly(b []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(to)
}

func answerAs(mode string, o order, s Script, a Ask) int {
	mark := "writeback-" + o.Nonce + "-"
	recorded := strings.ReplaceAll(strings.ReplaceAll(recordedText(), "\n", ""), "NONCE", a.Nonce)
	switch mode {
	case "recorded":
		fmt.Printf("\r\n%sanswer:%s\r\n", mark, recorded)
	case "noise":
		fmt.Printf("Welcome to SYNC01!\r\nwriteback-other-answer:{}\r\nanswer:{}\r\nprofile says %sanswer:{}\r\n%sanswer:%s\r\nbye\r\n", mark, mark, recorded)
	case "utf16":
		os.Stdout.Write(inUTF16("\ufeff\r\n" + mark + "answer:" + recorded + "\r\n"))
	case "utf16-bare":
		os.Stdout.Write(inUTF16("\r\n" + mark + "answer:" + recorded + "\r\n"))
	case "stale":
		fmt.Printf("%sanswer:%s\n", mark, strings.ReplaceAll(recorded, a.Nonce, "OLD"))
	case "silent":
		fmt.Println("nothing to see")
	case "mute": // it answers a probe alone
	case "exit":
		fmt.Fprintf(os.Stderr, "\x1b[31;1mCannot invoke method. Method invocation is supported only on core types in this language mode.\x1b[0m%s", strings.Repeat(" x", 10_000))
		return 1
	case "endless":
		for _, err := os.Stdout.Write(make([]byte, 1<<16)); err == nil; _, err = os.Stdout.Write(make([]byte, 1<<16)) {
		}
	case "hang":
		return hang()
	case "server":
		text, err := simulate(s, a)
		if err != nil {
			fmt.Fprint(os.Stderr, err)
			return 99
		}
		fmt.Printf("\r\n%sanswer:%s\r\n", mark, text)
	default:
		// error:ID|TEXT, or unopened:ID|TEXT
		kind, rest, _ := strings.Cut(mode, ":")
		id, text, _ := strings.Cut(rest, "|")
		fault, _ := ascii(map[string]string{"id": id, "text": text})
		fmt.Printf("\r\n%s%s:%s\r\n", mark, kind, fault)
		return 1
	}
	return 0
}

func recordedText() string {
	b, err := os.ReadFile("testdata/inspect.json")
	if err != nil {
		panic(err)
	}
	return string(b)
}

func inUTF16(s string) (out []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// hang starts a child with the same standard output, and both wait to be ended; where
// nobody is to be called, it waits alone.
func hang() int {
	if os.Getenv("SYNCSERVER_STANDIN_CALL") == "" {
		<-time.After(time.Hour)
	}
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "SYNCSERVER_STANDIN=child")
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	if err := child.Run(); err != nil {
		return 1
	}
	return 0
}

// hold keeps a connection to the test open, by whose end the test sees its own.
func hold() int {
	c, err := net.DialTimeout("tcp", os.Getenv("SYNCSERVER_STANDIN_CALL"), 10*time.Second)
	if err != nil {
		return 1
	}
	_, _ = io.Copy(io.Discard, c)
	return 0
}
