package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/beside"
	"writeback/steps"
)

// writeback.exe beside a real PowerShell for Windows, against the stand-in modules of
// package syncserver.

// windowsShell is that PowerShell on a Wine.
type windowsShell struct {
	*wine
	folder string // here
}

// withPowerShell gives Wine what .NET needs there. Without its desktop: there is none to
// see, and what draws it would hold the pipes of the PowerShell that needs it first.
func withPowerShell(t *testing.T, w *wine) *windowsShell {
	t.Helper()
	tool := filepath.Join(beside.Folder(t), "tools", "windows-powershell")
	if _, err := os.Stat(tool); err != nil {
		t.Skipf("there is no PowerShell here for Windows: %v", err)
	}
	folder, err := exec.Command(tool).Output()
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	modules, err := filepath.Abs("../../cloudconfig/syncserver/testdata/modules")
	if err != nil {
		t.Fatal(err)
	}
	s := &windowsShell{&wine{t: t, dir: w.dir}, strings.TrimSpace(string(folder))}
	s.env = append(w.env[:len(w.env):len(w.env)], "WINEDLLOVERRIDES=mshtml,winemenubuilder.exe,explorer.exe=", "DOTNET_EnableWriteXorExecute=0",
		"POWERSHELL_TELEMETRY_OPTOUT=1", "POWERSHELL_UPDATECHECK=Off", "PSModulePath="+zed(modules))
	return s
}

func (s *windowsShell) program() string { return zed(filepath.Join(s.folder, "pwsh.exe")) }

// inCodePage is p in a console with a code page.
func (s *windowsShell) inCodePage(p *program, page string) *program {
	q := *p
	q.as = append([]string{"wine", filepath.Join(s.folder, "launch.exe"), "-cp", page}, p.as[1:]...)
	return &q
}

// syncServer is a stand-in sync server of the practice domain, and the program that is to
// set it up.
type syncServer struct {
	*program
	t    *testing.T
	file string // its state
}

// It lives in a folder whose name no code page has.
func (s *windowsShell) syncServer(t *testing.T, name, how string) *syncServer {
	t.Helper()
	dir := filepath.Join(s.dir, name+" für Łódź 東京")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	dc, password := serves(t), filepath.Join(dir, "password")
	write(t, password, []byte(dc.Accounts[0].Password))
	p := s.runner(t, name)
	p.t = t
	ca := filepath.Join(dir, "ca.pem")
	raw, err := os.ReadFile(dc.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	write(t, ca, raw)
	p.flags = append(p.flags, "--dc", dc.LDAPS, "--ca-cert", zed(ca), "--ad-user", dc.Accounts[0].UPN, "--ad-password-file", zed(password),
		"--tenant", "corp.onmicrosoft.com", "--accept", "tenant-unproven", "--only", "writeback", "--writeback-method", "powershell")
	server := &syncServer{p, t, filepath.Join(dir, "state.json")}
	account, _, _ := strings.Cut(dc.Accounts[1].UPN, "@")
	server.set(map[string]any{"connector": foreignConnector, "enabled": false, "staging": false, "fail": "", "sets": 0, "how": how, "forest": practiceDomain, "account": account})
	p.env = append(p.env[:len(p.env):len(p.env)], "SYNCSERVER_STANDIN_STATE="+zed(server.file))
	return server
}

const foreignConnector = "Zürich ’ Łódź 東京 😀 – AAD"

func (s *syncServer) state() (state map[string]any) {
	s.t.Helper()
	raw, err := os.ReadFile(s.file)
	if err == nil {
		err = json.Unmarshal(raw, &state)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return state
}

func (s *syncServer) set(state map[string]any) {
	s.t.Helper()
	write(s.t, s.file, state)
}

func (s *syncServer) latest() steps.Run { return (&bench{program: s.program}).latest() }

// wantSet wants writeback to be on or off after so many calls of the cmdlet.
func (s *syncServer) wantSet(on bool, sets int) {
	s.t.Helper()
	if state := s.state(); state["enabled"] != on || state["sets"] != float64(sets) {
		s.t.Errorf("the server has %v, want enabled %t after %d changes", state, on, sets)
	}
}

// at runs a verb in a console with a code page, and gives its document.
func (s *syncServer) at(shell *windowsShell, page string, code int, args ...string) outcome {
	s.t.Helper()
	said, err := os.Create(filepath.Join(filepath.Dir(s.file), "said-"+page))
	if err != nil {
		s.t.Fatal(err)
	}
	defer said.Close()
	h := shell.inCodePage(s.program, page).sitsDown(append(args, "--output", "json")...)
	h.cmd.Stdout = said
	h.start().leaves(code)
	raw, err := os.ReadFile(said.Name())
	if err != nil {
		s.t.Fatal(err)
	}
	return outcome{code: code, out: string(raw)}
}

// running are this Wine's processes of a program.
func (s *windowsShell) running(image string) (all []string) {
	s.t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, file := range lines {
		line, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(line, []byte(image)) {
			continue // one that has ended is none
		}
		env, err := os.ReadFile(filepath.Join(filepath.Dir(file), "environ"))
		if err == nil && bytes.Contains(env, []byte("WINEPREFIX="+filepath.Join(s.dir, "prefix")+"\x00")) {
			all = append(all, string(bytes.ReplaceAll(line, []byte{0}, []byte{' '})))
		}
	}
	return all
}
