//go:build linux || darwin

package syncserver

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/tier"
)

// traces runs the cases of one kind of script and tells of each statement whether it
// was reached: a breakpoint stands on each, of a saved copy. A statement is named by
// its function and its number in it, so that what scripts share is the same in both.
const traces = `
param([string]$Folder, [string]$Kind)
function Find-Places {
    param($Tree)
    $kinds = 'PipelineAst', 'AssignmentStatementAst', 'ReturnStatementAst', 'ThrowStatementAst', 'ContinueStatementAst', 'BreakStatementAst', 'ExitStatementAst'
    $numbers = @{}
    foreach ($node in $Tree.FindAll({ param($n) $n.GetType().Name -in $kinds -and $n.Parent.GetType().Name -in 'NamedBlockAst', 'StatementBlockAst', 'IfStatementAst', 'ForEachStatementAst', 'ForStatementAst' }, $true)) {
        $in = $node.Parent
        $function = $Kind
        while ($null -ne $in) {
            if ($in.GetType().Name -eq 'FunctionDefinitionAst') { $function = $in.Name; break }
            if ($in.GetType().Name -eq 'ScriptBlockAst' -and $null -ne $in.ParamBlock -and $in.ParamBlock.Extent.Text -like '*$Answers*') { $function = 'show'; break }
            $in = $in.Parent
        }
        $numbers[$function] = 1 + $numbers[$function]
        # PowerShell stops at what a statement gives back, where it gives something back.
        $at = $node
        if ($node.PSObject.Properties['Pipeline'] -and $null -ne $node.Pipeline) { $at = $node.Pipeline }
        @{ key = '{0}#{1} {2}' -f $function, $numbers[$function], ($node.Extent.Text -split [char]10)[0]; line = $at.Extent.StartLineNumber; column = $at.Extent.StartColumnNumber }
    }
}
$ran = @{}
foreach ($case in Get-ChildItem -LiteralPath $Folder -Filter *.json | Sort-Object Name) {
    $about = Get-Content -LiteralPath $case.FullName -Raw | ConvertFrom-Json
    $script = [IO.Path]::ChangeExtension($case.FullName, 'ps1')
    $env:SYNCSERVER_STANDIN_STATE = $about.state
    $env:TMPDIR = $about.temp
    $env:ProgramFiles = $about.programs
    $env:PSModulePath = $about.modules
    Get-Module ADSync, AdSyncConfig | Remove-Module
    Get-Item -Path function:Import-Module -ErrorAction Ignore | Remove-Item
    function global:Get-Clipboard { param([switch]$Raw) $global:Pasted }
    if ($about.clipboard) { function global:Set-Clipboard { param($Value) $global:Pasted = $Value -join ' ' } } else { function global:Set-Clipboard { param($Value) throw 'none' } }
    $points = @{}
    foreach ($place in Find-Places -Tree ([System.Management.Automation.Language.Parser]::ParseFile($script, [ref]$null, [ref]$null))) {
        $points[$place.key] = Set-PSBreakpoint -Script $script -Line $place.line -Column $place.column -Action { }
    }
    # There is no way back from this: it is the last case.
    if ($about.constrained) { $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage' }
    if ($about.order) { $null = $about.order | & $script *>&1 } else { $null = & $script *>&1 }
    # The first case is the script as it is; another may have lost a line.
    foreach ($key in $points.Keys) { if ($case.BaseName -eq '00' -or $ran.ContainsKey($key)) { $ran[$key] = $ran[$key] -or $points[$key].HitCount -gt 0 } }
    Get-PSBreakpoint | Remove-PSBreakpoint
}
foreach ($key in $ran.Keys) { 'trace ' + $ran[$key] + ' ' + $key }
`

// elsewhere are the statements that PowerShell on Linux and macOS does not get to, with
// where they are run, or what that would take.
var elsewhere = map[string]string{
	"Test-Elevated#2 $principal = New-Object Security.Principal.WindowsPrincipal -ArgumentList $me":                                                   windows,
	"Test-Elevated#3 return $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)":                                              windows,
	"Get-RemoteSAM#4 return Limit-Text -Text ([string](Get-Field -Object (Get-ItemProperty -LiteralPath $key) -Name 'RestrictRemoteSam')) -Most 2000": windows,
	"Get-SyncModule#7 throw 'the service ADSync is installed, and this process does not see its module'":                                              "a registry with the product's service",
	"inspect#24 Add-Problem -Part 'RestrictRemoteSam' -Record $_":                                                                                     "a registry that may not be read",
	"Add-Problem#2 $Part = $Part + ' (execution policy)'":                                                                                             "a group policy",
	"Get-Refusal#5 return 'execution-policy'":                                                                                                         "a group policy",
	"Test-Relays#5 $_.Value.ToLowerInvariant()":                                                                                                       relays,
	"Test-Relays#7 Test-Relay -Name $name":                                                                                                            relays,
	"Test-Relay#1 $relay = [ordered]@{ host = $Name; reached = $false; text = 'no answer within 3 seconds' }":                                         relays,
	"Test-Relay#2 $client = New-Object Net.Sockets.TcpClient":                                                                                         relays,
	"Test-Relay#3 $client.ConnectAsync($Name, 443).Wait(3000)":                                                                                        relays,
	"Test-Relay#4 $relay.reached = $true":                                                                                                             relays,
	"Test-Relay#5 $relay.text = ''":                                                                                                                   relays,
	"Test-Relay#6 $relay.text = Limit-Text -Text $_.Exception.GetBaseException().Message -Most 200":                                                   relays,
	"Test-Relay#7 $client.Close()":                                                                                                                    relays,
	"Test-Relay#8 return $relay":                                                                                                                      relays,
	"frame#18 $session = New-PSSession -ComputerName $ask.host":                                                                                       remoting,
	"frame#19 $kind = 'error:'":                                                                                                                       remoting,
	"frame#20 $block = [scriptblock]::Create('param([string]$Json) & {' + $ask.script + [Environment]::NewLine + '} $Json')":                          remoting,
	"frame#21 $got = @(Invoke-Command -Session $session -ScriptBlock $block -ArgumentList $ask.input -ErrorAction Continue 2>&1)":                     remoting,
	"frame#22 Invoke-Command -Session $session -ScriptBlock $block -ArgumentList $ask.input -ErrorAction Continue 2>&1":                               remoting,
	"frame#42 Remove-PSSession -Session $session":                                                                                                     remoting,
}

const (
	windows  = "PowerShell for Windows"
	remoting = "WS-Management, which PowerShell has on Windows alone"
	relays   = "TestRelaysAreTried, in a network of its own"
)

// traced is one run of a script.
type traced struct {
	text  string // of a hand-off
	order string // of the frame, on standard input
	how   string // the stand-in module is
	on    bool   // writeback is
	world string // "", "bare": nothing is installed; or a name of productFolders
	full  bool   // no file can be written, and there is no clipboard
	last  bool   // in constrained language
	state standInState
}

// Every statement of every script is run by a test.
func TestEveryStatementIsRun(t *testing.T) {
	tier.TakesMinutes(t)
	shell := realPowerShell(t)
	ran := map[string]bool{}
	for kind, cases := range map[string][]traced{"inspect": inspectCases(t), "enable": switchCases(t), "frame": frameCases(t)} {
		for key, was := range trace(t, shell, kind, cases) {
			ran[key] = ran[key] || was
		}
	}
	total := 0
	for key, was := range ran {
		total++
		if _, known := elsewhere[key]; known == was {
			t.Errorf("%s: ran %t, and on the list of those that do not %t", key, was, known)
		}
	}
	for key := range elsewhere {
		if _, there := ran[key]; !there {
			t.Errorf("%s is on the list, and in no script", key)
		}
	}
	t.Logf("%d of %d statements run here, %d elsewhere", total-len(elsewhere), total, len(elsewhere))
}

func inspectCases(t *testing.T) (out []traced) {
	text := handoffText(t, newHandoff(Inspect))
	for _, how := range []string{"", "similar", "renamed", "named", "overlooks", "unread", "throws", "idle", "flood", "crowd", "mute", "words", "blank", "two", "broken", "breaks"} {
		out = append(out, traced{text: text, how: how, full: how == "idle"})
	}
	ever := newHandoff(Inspect)
	ever.Ask.Since = 1 << 60
	return append(out, traced{text: text, world: "bare"}, traced{text: text, how: "crowd", full: true}, traced{text: text, world: "engine"}, traced{text: text, world: "hollow"}, traced{text: text, world: "odd"}, traced{text: handoffText(t, ever)},
		traced{text: stopping(text)}, traced{text: text, last: true})
}

// stopping is a script that stops at its start.
func stopping(text string) string {
	return strings.Replace(text, "Set-StrictMode -Version 2.0\n", "throw 'no'\n", 1)
}

func switchCases(t *testing.T) (out []traced) {
	for _, how := range []string{"", "soft", "silent", "softdone", "throws", "mute", "blank", "forgets", "vanishes", "lags", "confirms"} {
		out = append(out, traced{text: handoffText(t, newHandoff(EnableConnect)), how: how})
	}
	to := func(b cloudconfig.Bound) string {
		if b.Connector == "" {
			b.Connector = standInConnector
		}
		return handoffText(t, Handoff{EnableConnect, NewAsk(since).Switching(b, true)})
	}
	const forest, domain = "corp.example.com", "CORP.EXAMPLE.COM"
	for _, b := range []cloudconfig.Bound{{Connector: "another"}, {Host: "ELSEWHERE"}, {Forest: "fabrikam.example"}, {Forest: forest, Account: "MSOL_2"}, {Forest: forest, Account: standInAccount, Domain: "EMEA"}, {Forest: forest, Account: standInAccount, Domain: domain}} {
		out = append(out, traced{text: to(b)})
	}
	lost := strings.Replace(handoffText(t, newHandoff(EnableConnect)), "return 'staging'", "$lost = 'staging'", 1)
	return append(out, traced{text: to(cloudconfig.Bound{}), on: true}, traced{text: to(cloudconfig.Bound{}), world: "bare"},
		traced{text: to(cloudconfig.Bound{}), state: standInState{Staging: true}}, traced{text: to(cloudconfig.Bound{}), state: standInState{Fail: "no"}},
		traced{text: lost, state: standInState{Staging: true}}, traced{text: stopping(to(cloudconfig.Bound{}))}, traced{text: to(cloudconfig.Bound{}), last: true})
}

func frameCases(t *testing.T) (out []traced) {
	ask := NewAsk(since)
	input, err := ascii(ask)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []order{
		{Script: "param($x) 'fine'"}, {Script: "param($x)"}, {Script: "param($x) throw 'n\u00f6'"}, {Script: "param($x) 7"}, {Host: "sync01", Script: "param($x) 'fine'"},
	} {
		o.Nonce, o.Input = ask.Nonce, input
		text, err := ascii(o)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, traced{text: frameText, order: text})
	}
	return append(out, traced{text: frameText, order: out[0].order, last: true})
}

// trace runs the cases, in their order, in one PowerShell.
func trace(t *testing.T, shell, kind string, cases []traced) map[string]bool {
	t.Helper()
	dir, programs := t.TempDir(), productFolders(t)
	modules, err := filepath.Abs("testdata/modules")
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cases {
		about := map[string]any{"order": c.order, "temp": t.TempDir(), "clipboard": !c.full, "constrained": c.last, "modules": modules, "programs": programs["products"]}
		switch {
		case c.world == "bare":
			about["modules"], about["programs"] = dir, dir
		case c.world != "":
			about["modules"], about["programs"] = dir, programs[c.world]
		}
		if c.full {
			about["temp"] = "/nowhere"
		}
		state := c.state
		state.Connector, state.How, state.Enabled = standInConnector, c.how, c.on
		place := filepath.Join(t.TempDir(), "state")
		if err := state.write(place); err != nil {
			t.Fatal(err)
		}
		about["state"] = place
		text, err := json.Marshal(about)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, fmt.Sprintf("%02d", i))
		put(t, file+".json", string(text))
		put(t, file+".ps1", c.text)
	}
	tool := filepath.Join(t.TempDir(), "trace.ps1")
	put(t, tool, traces)
	out, err := exec.CommandContext(t.Context(), shell, "-NoProfile", "-NonInteractive", "-File", tool, dir, kind).CombinedOutput()
	ran := map[string]bool{}
	for line := range strings.Lines(strings.ReplaceAll(string(out), "\r", "")) {
		if told, is := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "trace "); is {
			was, key, _ := strings.Cut(told, " ")
			ran[key] = was == "True"
		}
	}
	if err != nil || len(ran) == 0 {
		t.Fatalf("%s: %v: %s", kind, err, out)
	}
	return ran
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// productFolders are folders as the products' installers leave them, as far as they are
// looked at: the agent of Cloud Sync with the module of Entra Connect's wizard, the
// engine, all of them with folders in place of programs, and an engine that lacks files.
func productFolders(t *testing.T) map[string]string {
	t.Helper()
	products, engine, odd, hollow := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	agent := filepath.Join("Microsoft Azure AD Connect Provisioning Agent", "Microsoft.CloudSync.Powershell.dll")
	wizard := filepath.Join("Microsoft Entra Connect", "AdSyncConfig", "ADSyncConfig.psm1")
	put(t, filepath.Join(products, agent), "")
	put(t, filepath.Join(products, wizard), "function Set-ADSyncPasswordWritebackPermissions { param([switch]$IncludeAdminSdHolders) }\n")
	module, err := os.ReadFile("testdata/modules/ADSync/ADSync.psm1")
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range []string{engine, odd} {
		bin := filepath.Join(root, "Microsoft Azure AD Sync", "Bin")
		put(t, filepath.Join(bin, "ADSync", "ADSync.psm1"), string(module))
		put(t, filepath.Join(bin, "ADSync", "ADSync.psd1"), "@{ ModuleVersion = '1.0.0.0'; RootModule = 'ADSync.psm1'; FunctionsToExport = '*' }\n")
	}
	put(t, filepath.Join(engine, "Microsoft Azure AD Sync", "Bin", "miiserver.exe"), "")
	put(t, filepath.Join(odd, "Microsoft Azure AD Sync", "Bin", "miiserver.exe", "x"), "")
	put(t, filepath.Join(odd, agent, "x"), "")
	put(t, filepath.Join(odd, wizard), "throw 'of another version'\n")
	put(t, filepath.Join(hollow, "Microsoft Azure AD Sync", "Bin", "ADSync", "ADSync.psd1"), "@{ ModuleVersion = '1.0.0.0'; RootModule = 'gone.psm1' }\n")
	return map[string]string{"products": products, "engine": engine, "odd": odd, "hollow": hollow}
}
