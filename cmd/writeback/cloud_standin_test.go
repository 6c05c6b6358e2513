package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"writeback/cloudconfig/syncserver"
)

// This test program stands in for PowerShell: it takes the order of the runner
// from its standard input, and has it carried out by the test's sync server,
// which it asks over loopback. (That it is an order that PowerShell would obey is
// tested in package syncserver.)

// bePowerShell holds the address of the test's sync server.
const bePowerShell = "WRITEBACK_TEST_BE_POWERSHELL"

// seenOf is the header in which a stand-in tells its arguments and environment.
const seenOf = "Seen-Of-Process"

// order is what the runners write.
type order struct {
	Nonce  string `json:"nonce"`
	Host   string `json:"host"`
	Script string `json:"script"`
	Input  string `json:"input"`
}

// standIn answers a probe, or carries one order out, and prints as the scripts' frames do.
func standIn(server string) int {
	if nonce := os.Getenv("writebackProbe"); nonce != "" {
		fmt.Printf("\r\nwriteback-%s-version:7.6.9\r\n", nonce)
		return 0
	}
	in, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 97
	}
	var o order
	if err := json.Unmarshal(in, &o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 98
	}
	client := http.Client{Timeout: time.Minute}
	r, err := http.NewRequest(http.MethodPost, server, bytes.NewReader(in))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 99
	}
	// What others on the computer can see of a process.
	r.Header.Set(seenOf, base64.StdEncoding.EncodeToString([]byte(strings.Join(append(os.Args, os.Environ()...), "\n"))))
	answer, err := client.Do(r)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 99
	}
	defer answer.Body.Close()
	kind := "answer"
	if answer.StatusCode != http.StatusOK {
		kind = "error"
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 99
	}
	fmt.Printf("\r\nwriteback-%s-%s:%s\r\n", o.Nonce, kind, text)
	if kind == "error" {
		return 1
	}
	return 0
}

// standInShell is a PowerShell for one test, and what was asked through it.
type standInShell struct {
	file   string // for --powershell
	server syncserver.Runner

	mu     sync.Mutex
	orders []string // "inspect", "enable SYNC01": the script, and the host where there was one
	seen   []string // arguments and environment of each process
	// around is called instead of carrying an order out, with the carrying out; nil: nobody.
	around func(script string, carryOut func()) (dropped bool)
}

// powershell makes the wrapper that is named by --powershell.
func powershell(t *testing.T, server syncserver.Runner) *standInShell {
	t.Helper()
	s := &standInShell{server: server, file: filepath.Join(t.TempDir(), "pwsh")}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// With the race detector a program would wait for a second before it ends.
	text := fmt.Sprintf("#!/bin/sh\n%s=%s GORACE=atexit_sleep_ms=0 exec %s \"$@\"\n", bePowerShell, web.URL, me)
	if err := os.WriteFile(s.file, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return s
}

// ServeHTTP carries out the order of one stand-in.
func (s *standInShell) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var o order
	var ask syncserver.Ask
	seen, err := base64.StdEncoding.DecodeString(r.Header.Get(seenOf))
	if err == nil {
		err = json.NewDecoder(r.Body).Decode(&o)
	}
	if err == nil {
		err = json.Unmarshal([]byte(o.Input), &ask)
	}
	script, known := scriptOf(o.Script)
	if err != nil || !known {
		http.Error(w, fmt.Sprintf(`{"id":"NotAnOrder","text":"%v"}`, err), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.orders = append(s.orders, strings.TrimSpace(script.Name()+" "+o.Host))
	s.seen = append(s.seen, string(seen))
	around := s.around
	s.mu.Unlock()
	var answer []byte
	carryOut := func() { answer, err = s.server.Run(r.Context(), script, ask) }
	if around == nil {
		carryOut()
	} else if around(script.Name(), carryOut) {
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		fault, _ := json.Marshal(map[string]string{"id": "Practice", "text": err.Error()})
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write(fault) // the stand-in is told, or is gone
		return
	}
	_, _ = w.Write(answer)
}

func scriptOf(text string) (syncserver.Script, bool) {
	for _, s := range []syncserver.Script{syncserver.Inspect, syncserver.EnableConnect} {
		if s.Text() == text {
			return s, true
		}
	}
	return syncserver.Script{}, false
}

// asked are the orders so far.
func (s *standInShell) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.orders...)
}

// processes are the arguments and environments of those who asked.
func (s *standInShell) processes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.seen...)
}

func (s *standInShell) between(f func(script string, carryOut func()) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.around = f
}
