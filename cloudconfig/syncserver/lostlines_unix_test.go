//go:build linux || darwin

package syncserver

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/paste"
	"writeback/internal/tier"
)

// loses runs every variant of a pasted script in one PowerShell, in each of the worlds
// in which the whole one switches nothing, and says which of them switched.
const loses = `
param([string]$Folder)
$global:StandIn = New-Module -Name ADSync -ScriptBlock {
    function Get-ADSyncScheduler { [pscustomobject]@{ StagingModeEnabled = $global:World.staging; SyncCycleEnabled = $true } }
    function Get-ADSyncConnector {
        $parameters = @(
            [pscustomobject]@{ Name = 'forest-name'; Value = $global:World.forest }
            [pscustomobject]@{ Name = 'forest-login-domain'; Value = $global:World.domain }
            [pscustomobject]@{ Name = 'forest-login-user'; Value = $global:World.account })
        [pscustomobject]@{ Name = 'corp'; ConnectorTypeName = 'AD'; ConnectivityParameters = $parameters }
        if ($global:World.two) { [pscustomobject]@{ Name = 'renamed by hand'; ConnectorTypeName = 'Extensible2'; SubType = 'Windows Azure Active Directory (Microsoft)'; ConnectivityParameters = @() } }
        [pscustomobject]@{ Name = $global:World.cloud; ConnectorTypeName = 'Extensible2'; SubType = 'Windows Azure Active Directory (Microsoft)'; ConnectivityParameters = @() }
    }
    function Get-ADSyncAADPasswordResetConfiguration { param($Connector) [pscustomobject]@{ Enabled = $global:World.enabled; ServiceStatus = 'Stopped'; OnboardingRequiredStatus = 'Required' } }
    function Set-ADSyncAADPasswordResetConfiguration { param($Connector, $Enable) $global:Switched = $true }
}
function global:Get-Module { [pscustomobject]@{ Name = 'ADSync' } }
function global:Import-Module { $global:StandIn }
function global:Write-Host { }
function global:Start-Sleep { }
function global:Get-CimInstance { }
$fit = @{ staging = $false; forest = 'corp.example'; domain = 'CORP'; account = 'MSOL_1'; cloud = 'contoso.onmicrosoft.com - AAD'; enabled = $false; two = $false }
$worlds = [ordered]@{
    fit = @{}; staging = @{ staging = $true }; unknown = @{ staging = $null }; forest = @{ forest = 'fabrikam.example' }
    account = @{ account = 'MSOL_2' }; domain = @{ domain = 'EMEA' }; cloud = @{ cloud = 'fabrikam.onmicrosoft.com - AAD' }; on = @{ enabled = $true }
    blank = @{ enabled = $null }; two = @{ two = $true }
}
$wholes = 0
foreach ($file in Get-ChildItem -LiteralPath $Folder -Filter *.ps1 | Sort-Object Name) {
    $parsed = $null
    try { $parsed = [scriptblock]::Create([IO.File]::ReadAllText($file.FullName)) } catch { continue } # nothing of it runs
    foreach ($name in $worlds.Keys) {
        if ($name -eq 'fit' -and $file.Name -ne 'whole.ps1') { continue }
        $global:World = $fit.Clone()
        foreach ($key in $worlds[$name].Keys) { $global:World[$key] = $worlds[$name][$key] }
        $global:Switched = $false
        try { $null = & $parsed *>&1 } catch { }
        if ($global:Switched) { "$($file.Name) switches in $name" }
        $wholes++
    }
}
"ran $wholes"
`

// A pasted script that lost lines switches nothing that the whole one would not have:
// every window of one to five lines, and a thousand random sets of lines, in
// .ci/long; 150 of them in .ci/test, 500 in .ci/run.
func TestLostLinesSwitchNothing(t *testing.T) {
	shell := paste.FindPowerShell(t)
	ask := NewAsk(since).Switching(cloudconfig.Bound{Connector: "contoso.onmicrosoft.com - AAD", Forest: "corp.example", Account: "MSOL_1", Domain: "CORP"}, true)
	text, err := Handoff{EnableConnect, ask}.Text()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	dir, tool := t.TempDir(), filepath.Join(t.TempDir(), "loses.ps1")
	leave := func(name string, lost func(i int) bool) {
		var left strings.Builder
		for i, line := range lines {
			if !lost(i) {
				left.WriteString(line)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name+".ps1"), []byte(left.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	leave("whole", func(int) bool { return false })
	type loss struct {
		name string
		is   func(i int) bool
	}
	var all []loss
	for width := 1; width <= 5; width++ {
		for from := range lines {
			all = append(all, loss{fmt.Sprintf("window-%d-%03d", width, from), func(i int) bool { return i >= from && i < from+width }})
		}
	}
	some := rand.New(rand.NewPCG(1, 2))
	for n := range 1000 {
		one := map[int]bool{}
		for range 1 + some.IntN(8) {
			one[some.IntN(len(lines))] = true
		}
		all = append(all, loss{fmt.Sprintf("set-%04d", n), func(i int) bool { return one[i] }})
	}
	picked := (tier.Share{Test: 60, Run: 500}).Of(t, len(all))
	for _, i := range picked {
		leave(all[i].name, all[i].is)
	}
	if err := os.WriteFile(tool, []byte(loses), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), shell, "-NoProfile", "-NonInteractive", "-File", tool, dir).CombinedOutput()
	told := strings.Split(strings.TrimSpace(strings.ReplaceAll(string(out), "\r", "")), "\n")
	ran, is := strings.CutPrefix(told[len(told)-1], "ran ")
	if n, _ := strconv.Atoi(ran); err != nil || !is || n < len(picked) {
		t.Fatalf("%v: %s", err, out)
	}
	if !strings.Contains(string(out), "whole.ps1 switches in fit\n") {
		t.Errorf("the whole script switches nothing where all is as it was shown: %.600s", out)
	}
	for _, line := range told[:len(told)-1] {
		if line != "whole.ps1 switches in fit" {
			t.Error(line)
		}
	}
	t.Logf("%s runs of %d lines", ran, len(lines))
}
