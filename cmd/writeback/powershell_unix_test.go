//go:build linux || darwin

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/paste"
)

// inPowerShell runs a script in a real PowerShell, which finds this program as
// writeback on its PATH.
func inPowerShell(t *testing.T, script string) string {
	t.Helper()
	shell := paste.FindPowerShell(t)
	dir := t.TempDir()
	if err := os.Symlink(os.Args[0], filepath.Join(dir, "writeback")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "test.ps1")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), shell, "-NoProfile", "-NonInteractive", "-File", file)
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), beProgram+"=1", "WRITEBACK_STATE_DIR="+filepath.Join(dir, "state"), "NO_COLOR=1", "TERM=dumb")
	out, err := watched(t, cmd).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

// echoes is a program that says what it was given, in a document.
const echoes = `#!/bin/sh
printf '{"formatVersion":1,"given":"'
for a in "$@"; do printf '%s' "$a|" | sed 's/\\/\\\\/g'; done
printf '","password":"%s","text":"Ä€"}\n' "$WRITEBACK_AD_PASSWORD"
exit ${EXIT:-0}
`

// The wrapper leaves every argument alone, and hands on what the program says.
func TestPowerShellWrapper(t *testing.T) {
	wrapper, err := filepath.Abs("../../docs/examples/Invoke-Writeback.ps1")
	if err != nil {
		t.Fatal(err)
	}
	echo := filepath.Join(t.TempDir(), "echo")
	if err := os.WriteFile(echo, []byte(echoes), 0o700); err != nil {
		t.Fatal(err)
	}
	said := inPowerShell(t, `
. '`+wrapper+`'
$echo = '`+echo+`'
'1 ' + (Invoke-Writeback plan -Program $echo --scope OU=a,DC=x --domain a.example,b.example -o p.json -v 5 'OU=b c,DC=x').given
'2 ' + (Invoke-Writeback runs show latest -Program $echo --output text --no-input).given
$secret = ConvertTo-SecureString ('pass' + 'word') -AsPlainText -Force
$r = Invoke-Writeback apply -Program $echo -Credential (New-Object pscredential('CORP\ann', $secret))
'3 ' + $r.given + ' ' + $r.password.Length + ' [' + $env:WRITEBACK_AD_PASSWORD + ']'
'4 ' + $r.text
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$env:EXIT = '3'
$r = Invoke-Writeback plan -Program $echo
'5 ' + $r.ExitCode + ' ' + $r.Meaning
Remove-Item Env:EXIT
'6 ' + (Invoke-Writeback version).formatVersion
foreach ($at in 'Stop', 'Continue') {
    $ErrorActionPreference = $at
    $Error.Clear()
    try { Invoke-Writeback plan -Program no-such-program; 'not thrown' } catch { '7 ' + $Error.Count + ' ' + $_ }
    $Error.Clear()
    try { Invoke-Writeback plan --no-such-flag 2>$null; 'not thrown' } catch { '8 ' + ($_ -replace "`+"`"+`n", '/') }
    try { Invoke-Writeback plan --practice --only delegate --connector krbtgt 2>$null; 'not thrown' } catch { '9 ' + ($_ -replace "`+"`"+`n", '/') }
}
'10 ' + (Invoke-Writeback plan --practice --only delegate --detailed-exitcode --coverage=false 2>$null).ExitCode
`)
	for _, want := range []string{
		"1 plan|--scope|OU=a,DC=x|--domain|a.example,b.example|-o|p.json|-v|5|OU=b c,DC=x|--output|json|--no-input|\n",
		"2 runs|show|latest|--output|text|--no-input|\n",
		`3 apply|--output|json|--no-input|--ad-user|CORP\ann| 8 []` + "\n",
		"4 Ä€\n", "5 3 changes are needed\n", "6 1\n",
		"7 1 there is no program no-such-program here: put it on the PATH, or name it with -Program\n",
		"8 writeback ended with exit code 2 (usage): there is no flag --no-such-flag/writeback --help shows the verbs",
		"9 writeback ended with exit code 7 (refused: a finding has to be mended or accepted first)/connector-not-account: ",
		"10 3\n",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("PowerShell does not say %q:\n%s", want, said)
		}
	}
	if strings.Contains(said, "not thrown") || strings.Count(said, "\n7 1 ") != 2 {
		t.Errorf("an error was not thrown, or was two:\n%s", said)
	}
}

// The completion script completes verbs, flags and values.
func TestPowerShellCompletion(t *testing.T) {
	said := inPowerShell(t, `
writeback completion powershell | Out-String | Invoke-Expression
foreach ($line in 'writeback ver', 'writeback plan --scop', 'writeback plan --sync ', 'writeback plan --only de', 'writeback plan --cloud=us', 'writeback apply --practice --y') {
    $found = (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches
    $line + ' -> ' + (($found | ForEach-Object { $_.CompletionText.Trim() }) -join ' ')
}
`)
	for line, want := range map[string][]string{
		"writeback ver":                  {"verify", "version"},
		"writeback plan --scop":          {"--scope"},
		"writeback plan --sync ":         {"connect", "cloud", "none"},
		"writeback plan --only de":       {"delegate"},
		"writeback plan --cloud=us":      {"usgov", "usgovdod"},
		"writeback apply --practice --y": {"--yes"},
	} {
		_, rest, found := strings.Cut(said, line+" -> ")
		got, _, _ := strings.Cut(rest, "\n")
		for _, w := range want {
			if !found || !strings.Contains(got, w) {
				t.Errorf("%s completes to %q, want %s:\n%s", line, got, w, said)
			}
		}
	}
}
