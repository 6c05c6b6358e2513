package syncserver

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// texts are all scripts as they run: bare, and as frames.
func texts() map[string]string {
	return map[string]string{
		"observe.ps1": observeText, "inspect.ps1": inspectText, "enable.ps1": enableText,
		"frame.ps1": frameText, "probe.ps1": probeText, "show.ps1": showText,
	}
}

// documented is Microsoft's syntax of the product's cmdlets, as the page says
// that is named. A cmdlet without a page was only seen in scripts of others.
var documented = []struct {
	cmdlet     string
	parameters []string // those that are used
	scripts    []string // where it is used, and nowhere else
	literal    string   // the call, letter by letter
	page       string
}{
	{
		"Get-ADSyncScheduler", nil, []string{"observe.ps1"},
		"$scheduler = Get-ADSyncScheduler\n", "Microsoft Entra Connect Sync: Scheduler",
	}, {
		"Get-ADSyncConnector", nil, []string{"observe.ps1"},
		"@(Get-ADSyncConnector)", "AdSyncConfig.psm1, Get-ADSyncADConnectorAccount",
	}, {
		"Get-ADSyncAADPasswordResetConfiguration", []string{"-Connector"}, []string{"observe.ps1"},
		"Get-ADSyncAADPasswordResetConfiguration -Connector $Connect.cloudConnector)", "Getting started with password management (2016)",
	}, {
		"Set-ADSyncAADPasswordResetConfiguration", []string{"-Connector", "-Enable"}, []string{"enable.ps1"},
		"Set-ADSyncAADPasswordResetConfiguration -Connector $Change.connector -Enable $Change.enable @more 2>&1 }", "Getting started with password management (2016)",
	},
}

// Names of the product that the scripts rely on, each with its page.
var names = map[string][]string{
	"observe.ps1": {
		`'StagingModeEnabled'`, `'SyncCycleEnabled'`, // Scheduler
		`'forest-name'`, `'forest-login-domain'`, `'forest-login-user'`, `'ConnectivityParameters'`, `-eq 'AD'`, // AdSyncConfig.psm1
		`-ne 'Extensible2'`, `-like '*Azure Active Directory*'`, `-eq 'b891884f-051e-4a83-95af-2544101c9083'`, // seen in others' scripts
		`'Enabled'`, `'ServiceStatus'`, `'OnboardingRequiredStatus'`, // seen in others' scripts
		`'Microsoft Azure AD Connect Provisioning Agent\Microsoft.CloudSync.Powershell.dll'`, // gMSA cmdlets
	},
	"enable.ps1": { // every reason not to switch, and that it is one
		`if ($null -eq $Connect) {`, `if ($null -eq $Connect.staging) {`, `if ($Connect.staging) {`, `if ($null -eq $Connect.reset) {`,
		`if ($Connect.cloudConnector -cne [string]$ask.connector) {`, `if (-not $ask.forest) {`, `if ($mine.Count -eq 0) {`, `if ($ask.account -and `, `if ($change.reason -eq '') {`, `if ($change.before -eq $change.enable) {`,
	},
	"inspect.ps1": {
		`(Get-Command -Name 'Set-ADSyncPasswordWritebackPermissions').Parameters`, // looked at, never called
		`'Microsoft Azure Active Directory Connect\AdSyncConfig\AdSyncConfig.psm1'`, `'Microsoft Entra Connect\AdSyncConfig\ADSyncConfig.psm1'`,
		`'SkipAdminSdHolders'`, `'IncludeAdminSdHolders'`, // reference page, and release notes
		`LogName = 'Application'`, `'PasswordResetService', 'ADSync'`, // troubleshooting page
	},
}

func TestCmdletsAreCalledAsDocumented(t *testing.T) {
	for _, d := range documented {
		call := regexp.MustCompile(regexp.QuoteMeta(d.cmdlet) + `\b(( -[A-Za-z]+)( [^-\s)|;]+)?)*`)
		for name, text := range texts() {
			found := call.FindAllString(quoted.ReplaceAllString(code(text), "''"), -1)
			if used := slices.Contains(d.scripts, name); used != (len(found) > 0) {
				t.Errorf("%s in %s: %t, want %t", d.cmdlet, name, len(found) > 0, used)
			}
			for _, f := range found {
				got := regexp.MustCompile(` -[A-Za-z]+`).FindAllString(f, -1)
				for i := range got {
					got[i] = strings.TrimSpace(got[i])
				}
				if !slices.Equal(got, d.parameters) {
					t.Errorf("%s in %s has the parameters %v, want %v (%s)", d.cmdlet, name, got, d.parameters, d.page)
				}
			}
			if len(found) > 0 && !strings.Contains(text, d.literal) {
				t.Errorf("%s does not hold %q", name, d.literal)
			}
		}
	}
	for script, all := range names {
		for _, n := range all {
			if !strings.Contains(texts()[script], n) {
				t.Errorf("%s does not hold %s", script, n)
			}
		}
	}
}

// The cmdlets of PowerShell itself that may be used.
var plainCmdlets = []string{
	"Set-StrictMode", "New-Object", "ConvertFrom-Json", "ConvertTo-Json", "Join-Path", "Split-Path", "Test-Path", "Get-Item", "Get-Module",
	"Import-Module", "Get-Command", "Get-WinEvent", "Get-ItemProperty", "Where-Object", "Sort-Object", "Select-Object", "Write-Host", "Set-Clipboard", "Get-Clipboard", "Start-Sleep", "ForEach-Object", "Invoke-Command", "New-PSSession", "Remove-PSSession",
}

var (
	verbNoun = regexp.MustCompile(`\b[A-Z][A-Za-z]*-[A-Z][A-Za-z]*\b`)
	function = regexp.MustCompile(`(?m)^function ([A-Za-z-]+) \{`)
	quoted   = regexp.MustCompile(`'[^']*'`)
	comment  = regexp.MustCompile(`(?m)^\s*#.*$`)
	methods  = regexp.MustCompile(`\.([A-Z][A-Za-z0-9]*)\(|::([A-Z][A-Za-z0-9]*)\(`)
)

func code(text string) string { return comment.ReplaceAllString(text, "") }

// Every command that the scripts can run is named here or is one of their own
// functions: nothing else can be called.
func TestNoOtherCommands(t *testing.T) {
	allowed := slices.Clone(plainCmdlets)
	for _, d := range documented {
		allowed = append(allowed, d.cmdlet)
	}
	var whole strings.Builder
	for _, text := range texts() {
		whole.WriteString(text)
		for _, m := range function.FindAllStringSubmatch(text, -1) {
			allowed = append(allowed, m[1])
		}
	}
	for name, text := range texts() {
		for _, found := range verbNoun.FindAllString(quoted.ReplaceAllString(code(text), "''"), -1) {
			if !slices.Contains(allowed, found) {
				t.Errorf("%s calls %s", name, found)
			}
		}
	}
	for _, c := range allowed {
		if !strings.Contains(whole.String(), c) {
			t.Errorf("%s is allowed and never used", c)
		}
	}
}

// Only these methods are called: none of them starts a program or changes
// anything but the file of the answer.
func TestNoOtherMethods(t *testing.T) {
	allowed := []string{
		"Substring", "Min", "Add", "ToArray", "ToUniversalTime", "ToString", "GetCurrent", "IsInRole", "ContainsKey", "FromUnixTimeSeconds", "Replace",
		"Create", "WriteLine", "GetTempPath", "WriteAllText", "ToBase64String", "GetBytes", "Write", "Close", "GetBaseException",
		"Matches", "ToLowerInvariant", "IndexOf", "RemoveAt", "Max", "Abs", "Trim", "ConnectAsync", "Wait",
	}
	for name, text := range texts() {
		for _, m := range methods.FindAllStringSubmatch(code(text), -1) {
			if called := m[1] + m[2]; !slices.Contains(allowed, called) {
				t.Errorf("%s calls the method %s", name, called)
			}
		}
		if strings.Contains(text, "WriteAllText") && name != "show.ps1" {
			t.Errorf("%s writes a file", name)
		}
		if strings.Contains(text, "ConnectAsync") && name != "inspect.ps1" {
			t.Errorf("%s connects to somewhere", name)
		}
	}
}

// Rules of the scripts: what would make a text out of data and run it, what
// hides an error, and what does not mean the same everywhere.
func TestScriptsKeepTheRules(t *testing.T) {
	forbidden := map[string]string{
		`"`:                         `a double quote: text would be expanded, and the command line is cut there`,
		"`":                         "a backtick",
		"(?i)invoke-expression|iex": "text that is run",
		`(?i)\$ExecutionContext(?:[^.]|\.[^S]|\.SessionState\.[^L])`:               "text that is run",
		`(?i)SilentlyContinue'?\s*\}|-ErrorAction\s+SilentlyContinue|\$Error\b`:    "an error that is hidden",
		`(?i)Add-Type|DownloadString|Net\.WebClient|Invoke-WebRequest`:             "foreign code",
		`(?i)password\s*=|ConvertTo-SecureString|GetNetworkCredential`:             "a secret",
		`(^|[|;{(]\s*)(\?|%|select|where|sort|echo|cat|ls|gci|gm|ipmo|sc|rm|cd)\s`: "an alias",
	}
	for name, text := range texts() {
		for i, r := range text {
			if r != '\n' && (r < 0x20 || r > 0x7e) {
				t.Errorf("%s: byte %d is %q, not printable ASCII", name, i, r)
			}
		}
		for pattern, what := range forbidden {
			if m := regexp.MustCompile(pattern).FindString(code(text)); m != "" {
				t.Errorf("%s: %q is %s", name, m, what)
			}
		}
		if err := unbalanced(code(text)); err != "" {
			t.Errorf("%s: %s", name, err)
		}
		if frame := name == "frame.ps1"; strings.Contains(text, "[scriptblock]::Create") != frame {
			t.Errorf("%s: text becomes a script: %t, want %t", name, !frame, frame)
		}
	}
}

// unbalanced finds a bracket or quote that is not closed; "" where there is none.
// The scripts have single-quoted text without quotes in it, and no here-strings.
func unbalanced(text string) string {
	closes := map[rune]rune{')': '(', ']': '[', '}': '{'}
	var open []rune
	inText := false
	for i, r := range text {
		switch {
		case r == '\'':
			inText = !inText
		case inText && r == '\n':
			return "a text goes over the end of its line"
		case inText:
		case strings.ContainsRune("([{", r):
			open = append(open, r)
		case closes[r] != 0:
			if len(open) == 0 || open[len(open)-1] != closes[r] {
				return "closed and never opened: " + text[max(0, i-40):i+1]
			}
			open = open[:len(open)-1]
		}
	}
	if inText || len(open) > 0 {
		return "not closed: " + string(open)
	}
	return ""
}

func TestEveryScriptStopsAtErrors(t *testing.T) {
	for _, s := range []Script{Inspect, EnableConnect} {
		if !strings.HasPrefix(code(s.Text()), "\nparam([string]$Json)\n\n\nif ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') { throw 'writeback-language-mode ' + $ExecutionContext.SessionState.LanguageMode }\n\n$whole = [string]$MyInvocation.MyCommand.Definition -replace '\\s', ''\n\nSet-StrictMode -Version 2.0\n$ErrorActionPreference = 'Stop'\n") {
			t.Errorf("%s begins otherwise: %.120s", s.Name(), code(s.Text()))
		}
	}
	if one := command(probeText); strings.ContainsAny(one, "\"\n#") || len(one) > 4000 {
		t.Errorf("the probe is not fit for a command line: %s", one)
	}
	one := command(frameText)
	if !strings.HasPrefix(one, "$input | & { $ErrorActionPreference = 'Stop'; ") || strings.ContainsAny(one, "\"\n#") {
		t.Errorf("the frame is not fit for a command line: %s", one)
	}
	if len(one) > 4000 { // of 32,767 that Windows takes
		t.Errorf("the frame has %d characters, too many for a command line", len(one))
	}
}
