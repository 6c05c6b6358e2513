//go:build linux || darwin

package syncserver

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/paste"
)

// The sync server has Windows PowerShell 5.1. What came after it is looked for by
// PowerShell's own parser, in every script and in what is pasted.

// parses says of each file which of these things it uses.
const parses = `
param([string]$Folder)
$operators = 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'QuestionMark', 'AndAnd', 'OrOr'
$trees = 'TernaryExpressionAst', 'PipelineChainAst'
$words = @{
    'ForEach-Object' = 'Parallel', 'ThrottleLimit', 'AsJob', 'TimeoutSeconds'
    'ConvertFrom-Json' = 'AsHashtable', 'Depth', 'NoEnumerate', 'DateKind'
    'ConvertTo-Json' = 'AsArray', 'EnumsAsStrings', 'EscapeHandling'
    'Get-Content' = 'AsByteStream'; 'Set-Content' = 'AsByteStream'; 'Add-Content' = 'AsByteStream'
    'Split-Path' = 'LeafBase', 'Extension'; 'Join-Path' = 'AdditionalChildPath'; 'Resolve-Path' = 'RelativeBasePath', 'Force'
    'Sort-Object' = 'Top', 'Bottom', 'Stable'; 'Select-Object' = 'SkipIndex', 'CaseInsensitive'; 'Group-Object' = 'CaseInsensitive'
    'Select-String' = 'Raw', 'NoEmphasis', 'Culture'; 'Get-Random' = 'Shuffle'
    'Get-ChildItem' = 'FollowSymlink'; 'Import-Module' = 'UseWindowsPowerShell', 'SkipEditionCheck'; 'New-PSSession' = 'SSHConnection', 'Subsystem', 'UseWindowsPowerShell'
    'Invoke-Command' = 'SSHConnection', 'HostName', 'RemoteDebug'; 'Invoke-WebRequest' = 'SkipCertificateCheck', 'Form', 'Resume'; 'Invoke-RestMethod' = 'SkipCertificateCheck', 'Form', 'Resume'
    'Test-Connection' = 'TcpPort', 'Ping', 'Traceroute'; 'Start-Process' = 'Environment'; 'Get-Date' = 'AsUTC', 'UnixTimeSeconds'
    'Set-Clipboard' = 'AsOSC52'
}
$commands = 'Test-Json', 'Get-Error', 'Get-Uptime', 'ConvertFrom-Markdown', 'Show-Markdown', 'Join-String', 'Remove-Alias', 'ConvertTo-CliXml', 'ConvertFrom-CliXml', 'Enable-ExperimentalFeature', 'Switch-Process', 'Get-SecureRandom'
$types = 'semver', 'System.Management.Automation.SemanticVersion', 'System.OperatingSystem', 'OperatingSystem', 'Index', 'Range', 'System.Range', 'System.Index', 'System.HashCode', 'System.Half', 'Half', 'System.MemoryExtensions'
$encodings = 'utf8BOM', 'utf8NoBOM', 'ansi'
$variables = 'IsWindows', 'IsLinux', 'IsMacOS', 'IsCoreCLR', 'PSStyle', 'EnabledExperimentalFeatures'
foreach ($file in Get-ChildItem -LiteralPath $Folder -Filter *.ps1) {
    $tokens = $null; $errors = $null
    $tree = [System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref]$tokens, [ref]$errors)
    foreach ($e in $errors) { "$($file.Name): $($e.Message)" }
    foreach ($t in $tokens) { if ($operators -contains [string]$t.Kind) { "$($file.Name):$($t.Extent.StartLineNumber): operator $($t.Text)" } }
    foreach ($node in $tree.FindAll({ $true }, $true)) {
        $at = "$($file.Name):$($node.Extent.StartLineNumber)"
        $kind = $node.GetType().Name
        if ($trees -contains $kind) { "${at}: $kind" }
        if ($kind -eq 'VariableExpressionAst' -and $variables -contains $node.VariablePath.UserPath) { "${at}: variable $($node.VariablePath.UserPath)" }
        if ($kind -in 'TypeExpressionAst', 'TypeConstraintAst' -and $types -contains $node.TypeName.FullName) { "${at}: type $($node.TypeName.FullName)" }
        if ($kind -eq 'StringConstantExpressionAst' -and $encodings -contains $node.Value) { "${at}: encoding $($node.Value)" }
        if ($kind -ne 'CommandAst') { continue }
        $name = $node.GetCommandName()
        if ($commands -contains $name) { "${at}: command $name" }
        if ($null -eq $name -or -not $words.ContainsKey($name)) { continue }
        foreach ($p in $node.CommandElements) {
            if ($p -is [System.Management.Automation.Language.CommandParameterAst] -and @($words[$name]) -contains $p.ParameterName) { "${at}: $name -$($p.ParameterName)" }
        }
    }
}
'parsed'
`

// newerThanWindows gives what the parser finds in scripts.
func newerThanWindows(t *testing.T, scripts map[string]string) []string {
	t.Helper()
	shell := paste.FindPowerShell(t)
	dir, tool := t.TempDir(), filepath.Join(t.TempDir(), "parse.ps1")
	for name, text := range scripts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("\ufeff"+text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(tool, []byte(parses), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), shell, "-NoProfile", "-NonInteractive", "-File", tool, dir).CombinedOutput()
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(string(out), "\r", "")), "\n")
	if err != nil || lines[len(lines)-1] != "parsed" {
		t.Fatalf("%v: %s", err, out)
	}
	return lines[:len(lines)-1]
}

func TestScriptsAreOfWindowsPowerShell(t *testing.T) {
	scripts := texts()
	for _, s := range []Script{Inspect, EnableConnect} {
		scripts["whole-"+s.Name()+".ps1"] = s.Text()
		text, err := Handoff{Script: s, Ask: NewAsk(since)}.Text()
		if err != nil {
			t.Fatal(err)
		}
		scripts["pasted-"+s.Name()+".ps1"] = text
	}
	wrapper, err := os.ReadFile("../../docs/examples/Invoke-Writeback.ps1")
	if err != nil {
		t.Fatal(err)
	}
	scripts["wrapper.ps1"] = string(wrapper)
	for _, found := range newerThanWindows(t, scripts) {
		// Asked for only where a check says that it is there.
		if !strings.Contains(found, ": variable IsWindows") {
			t.Error(found)
		}
	}
}

// The check sees each of them.
func TestNewerThanWindowsIsSeen(t *testing.T) {
	scripts, want := map[string]string{}, map[string]string{}
	for name, script := range map[string]string{
		"operator ??": "$a ?? 1", "operator ??=": "$a ??= 1", "operator ?.": "${a}?.b", "PipelineChainAst": "a && b", "TernaryExpressionAst": "$a ? 1 : 2",
		"ForEach-Object -Parallel": "1 | ForEach-Object -Parallel { $_ }", "ConvertFrom-Json -AsHashtable": "'{}' | ConvertFrom-Json -AsHashtable",
		"command Join-String": "1 | Join-String", "type semver": "[semver]'1.0.0'", "encoding utf8NoBOM": "'x' | Out-File -Encoding 'utf8NoBOM' y", "variable IsLinux": "if ($IsLinux) { 1 }",
	} {
		file := fmt.Sprintf("%d.ps1", len(scripts))
		scripts[file], want[file] = script, name
	}
	found := strings.Join(newerThanWindows(t, scripts), "\n")
	for file, name := range want {
		if !strings.Contains(found, file+":1: "+name) {
			t.Errorf("%s is not seen in %s:\n%s", name, scripts[file], found)
		}
	}
}
