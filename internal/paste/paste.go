// Package paste is for tests: it pastes texts into sh, PowerShell and cmd.exe,
// and tells which of them did something. It imports no package that quotes: the
// test brings the finished text.
//
// A text does something where the folder Canary is there afterwards: who chooses
// a name to attack somebody writes "mkdir canary" into it, which all three obey.
package paste

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"writeback/internal/beside"
	"writeback/internal/tier"
)

// Canary is the folder that no pasted text may make.
const Canary = "canary"

// Hostile are names that try to get out of wherever a name may stand in a command
// or a sentence.
var Hostile = []string{
	"x$(mkdir canary)y", "x`mkdir canary`y", "a;mkdir canary;b", "R&mkdir canary&D", "a|mkdir canary|b", "a\nmkdir canary\nb", "a\r\nmkdir canary\r\nb",
	"'; mkdir canary; '", "O' & mkdir canary & 'Brien", `"; mkdir canary; "`, `" & mkdir canary & "`, "”; mkdir canary; “", "’; mkdir canary; ‘", "‟; mkdir canary; „",
	"(mkdir canary)", "{mkdir canary}", "@(mkdir canary)", "$(mkdir canary", "&(mkdir canary)", ";mkdir canary #", "#\nmkdir canary", "${x:-`mkdir canary`}",
	`\"; mkdir canary; \"`, `\`, `a\`, `\\srv\share`, `a\\"; mkdir canary; "`, `\$(mkdir canary)`, "\\`mkdir canary\\`", `\'; mkdir canary; '`,
	"%COMSPEC%", "%PATH%", "!PATH!", "^& mkdir canary", "%x:~0,1% & mkdir canary", "$env:PATH", "-x", "--yes", "-c mkdir canary", "", " ", "~", "*",
	"a\u202emkdir canary\u202c", "a\u200bb", "a\u2028mkdir canary", "a\u00a0& mkdir canary", "a\u0085mkdir canary", "\x1b[2Jmkdir canary", "a\x00; mkdir canary", "\xff\xfe; mkdir canary",
	"ʺ & mkdir canary & ʺ", "＂ & mkdir canary & ＂", "ˋmkdir canaryˋ", "ǃx", "– x", "OU=Lee\\, Ann; mkdir canary", "<mkdir canary", ">canary/x", "\t& mkdir canary",
	"'$(mkdir canary)'", "'`mkdir canary`'", "' $(mkdir canary) '", "\" $(mkdir canary) \"", "') ; mkdir canary ; ('", "'; mkdir canary; \"", "mkdir canary",
}

// Harmless pastes texts into each of the shells that are here, and fails the test
// for each text that one of them obeyed.
func Harmless(t *testing.T, texts []string) {
	t.Helper()
	for shell, into := range map[string]func(*testing.T, []string) []string{"sh": Sh, "PowerShell": PowerShell, "cmd.exe": Cmd} {
		t.Run(shell, func(t *testing.T) {
			for _, text := range into(t, texts) {
				t.Errorf("obeyed: %q", text)
			}
		})
	}
}

// Sh pastes each text into every POSIX shell that is here, and returns those that
// one of them obeyed.
func Sh(t *testing.T, texts []string) (bad []string) {
	t.Helper()
	tried := 0
	for _, shell := range [][]string{{"sh", "-i"}, {"dash", "-i"}, {"bash", "--norc", "--noprofile", "-i"}, {"zsh", "-f", "-i"}} {
		program, err := exec.LookPath(shell[0])
		if err != nil {
			continue
		}
		tried++
		dir, env := room(t)
		for _, text := range texts {
			cmd := exec.Command(program, shell[1:]...)
			cmd.Dir, cmd.Env, cmd.Stdin = dir, env, strings.NewReader(text+"\n")
			_ = cmd.Run() // what was pasted is mostly no command
			if err := os.Remove(filepath.Join(dir, Canary)); err == nil {
				bad = append(bad, text)
			} else if !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
	if tried == 0 {
		t.Skip("there is no POSIX shell here")
	}
	return bad
}

// room is an empty folder, and an environment in which little can be started.
func room(t *testing.T) (dir string, env []string) {
	t.Helper()
	dir, programs := t.TempDir(), t.TempDir()
	if program, err := exec.LookPath("mkdir"); err == nil {
		if err := os.Symlink(program, filepath.Join(programs, "mkdir")); err != nil {
			t.Fatal(err)
		}
	}
	return dir, []string{"PATH=" + programs, "HOME=" + dir, "PS1=", "PS2=", "LC_ALL=C.UTF-8"}
}

// Lines are texts, and each of their lines by itself: some shells take what is
// pasted as a whole, others line by line.
func Lines(texts []string) (out []string) {
	for _, text := range texts {
		out = append(out, text)
		if lines := strings.Split(text, "\n"); len(lines) > 1 {
			out = append(out, lines...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// powershell pastes what file has, and writes which texts were obeyed.
const powershell = `
$ErrorActionPreference = 'Continue'
$texts = [IO.File]::ReadAllText($args[0]) | ConvertFrom-Json
$env:PATH = $args[2]
$bad = @(); $n = 0
foreach ($text in $texts) {
	# At a prompt, a statement goes on after one that failed; within try it would not.
	$block = $null
	try { $block = [scriptblock]::Create("trap { continue }" + [char]10 + $text) } catch { }
	if ($block) { & $block *> $null }
	if ([IO.Directory]::Exists('canary')) { $bad += $n; [IO.Directory]::Delete('canary') }
	$n++
}
[IO.File]::WriteAllText($args[1], "$n " + ($bad -join ' '))
`

// PowerShell pastes each text, and each line of it, and returns what it obeyed.
func PowerShell(t *testing.T, texts []string) []string {
	t.Helper()
	program := FindPowerShell(t)
	texts = Lines(texts)
	dir, env := room(t)
	beside := t.TempDir()
	in, out, script := filepath.Join(beside, "in.json"), filepath.Join(beside, "out"), filepath.Join(beside, "paste.ps1")
	raw, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	write(t, in, raw)
	write(t, script, []byte(powershell))
	cmd := exec.Command(program, "-NoProfile", "-NonInteractive", "-File", script, in, out, strings.TrimPrefix(env[0], "PATH="))
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "POWERSHELL_TELEMETRY_OPTOUT=1")
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, said)
	}
	told, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return obeyed(t, string(told), texts)
}

// obeyed reads "tried bad bad …", the numbers of texts.
func obeyed(t *testing.T, told string, texts []string) (bad []string) {
	t.Helper()
	fields := strings.Fields(told)
	if len(fields) == 0 || fields[0] != strconv.Itoa(len(texts)) {
		t.Fatalf("%q was tried of %d texts", told, len(texts))
	}
	for _, f := range fields[1:] {
		n, err := strconv.Atoi(f)
		if err != nil || n < 0 || n >= len(texts) {
			t.Fatalf("the shell says %q", told)
		}
		bad = append(bad, texts[n])
	}
	return bad
}

// FindPowerShell is pwsh on PATH, or that of the folder of other people's tools.
func FindPowerShell(t *testing.T) string {
	t.Helper()
	tier.Takes(t, "PowerShell")
	if program, err := exec.LookPath("pwsh"); err == nil {
		return program
	}
	program := filepath.Join(beside.Folder(t), "tools", "pwsh")
	if _, err := os.Stat(program); err != nil {
		t.Skipf("there is no PowerShell here: neither pwsh on PATH nor %s", program)
	}
	return program
}

func write(t *testing.T, file string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}
