<#
.SYNOPSIS
Runs writeback and returns its JSON document as an object.

.DESCRIPTION
All arguments reach the program as they stand: the function has no parameters of its own
that -o, -v or a comma could be taken for. Three words are for the function itself:

  -Credential CREDENTIAL   signs in at the DC. Without it: who is signed in to Windows.
  -Program PATH            the program, where it is not on the PATH.

The object has two more properties than the document: ExitCode and Meaning. Exit codes 0,
3 (changes are needed) and 6 (a manual step waits) are results; every other one throws the
error that the program gave. A password never stands on the command line: it is handed
over in the environment, which is as before afterwards.

For Windows PowerShell 5.1 and PowerShell 7.

.EXAMPLE
. .\Invoke-Writeback.ps1
$plan = Invoke-Writeback plan --domain corp.example --detailed-exitcode
$plan.steps | Where-Object state -eq 'change' | ForEach-Object { $_.changes.line }

.EXAMPLE
Invoke-Writeback apply --domain corp.example --yes -Credential (Get-Credential)

.EXAMPLE
(Invoke-Writeback verify --domain corp.example).coverage.blocked | Format-Table reason, count, text
#>
function Invoke-Writeback {
    # No param block with attributes: an advanced function would take -o and -v for its
    # own common parameters.
    $meanings = @{
        0 = 'done, or nothing to do'; 1 = 'error'; 2 = 'usage'; 3 = 'changes are needed'
        4 = 'sign-in refused'; 5 = 'drift'; 6 = 'a manual step waits'
        7 = 'refused: a finding has to be mended or accepted first'; 130 = 'cancelled'
    }
    # An exit code that is a result must not throw, and what the program writes is UTF-8.
    $PSNativeCommandUseErrorActionPreference = $false
    $ErrorActionPreference = 'Stop'

    $program = 'writeback'
    $credential = $null
    $all = New-Object System.Collections.ArrayList
    for ($i = 0; $i -lt $args.Count; $i++) {
        if ($args[$i] -is [string] -and $args[$i] -eq '-Credential') {
            $i++
            $credential = $args[$i]
        }
        elseif ($args[$i] -is [string] -and $args[$i] -eq '-Program') {
            $i++
            $program = [string]$args[$i]
        }
        elseif ($args[$i] -is [array]) {
            # Without quotes, OU=a,DC=x is an array to PowerShell.
            [void]$all.Add($args[$i] -join ',')
        }
        else {
            [void]$all.Add([string]$args[$i])
        }
    }
    if ($null -ne $credential -and $credential -isnot [System.Management.Automation.PSCredential]) {
        throw '-Credential takes what Get-Credential returns'
    }
    $found = @(Get-Command -Name $program -CommandType Application -ErrorAction Ignore)
    if ($found.Count -eq 0) {
        throw "there is no program $program here: put it on the PATH, or name it with -Program"
    }
    if ($all -notcontains '--output') { $all.AddRange(@('--output', 'json')) }
    if ($all -notcontains '--no-input') { [void]$all.Add('--no-input') }

    $before = $env:WRITEBACK_AD_PASSWORD
    $encoding = [Console]::OutputEncoding
    try {
        if ($null -ne $credential) {
            $all.AddRange(@('--ad-user', $credential.UserName))
            $env:WRITEBACK_AD_PASSWORD = $credential.GetNetworkCredential().Password
        }
        [Console]::OutputEncoding = New-Object System.Text.UTF8Encoding -ArgumentList $false
        # Progress and errors go to standard error, and from there to the console.
        $text = & $found[0].Path $all.ToArray() | Out-String
        $code = $LASTEXITCODE
    }
    finally {
        [Console]::OutputEncoding = $encoding
        $env:WRITEBACK_AD_PASSWORD = $before
    }

    $document = $null
    if ($text.TrimStart().StartsWith('{')) { $document = $text | ConvertFrom-Json }
    if ($code -notin 0, 3, 6) {
        $why = "writeback ended with exit code $code ($($meanings[$code]))"
        if ($null -ne $document -and $null -ne $document.PSObject.Properties['error']) {
            $why += ": $($document.error.what)"
            if ($null -ne $document.error.PSObject.Properties['detail']) { $why += "`n$($document.error.detail)" }
            if ($null -ne $document.error.PSObject.Properties['try']) { $why += "`n$($document.error.try -join "`n")" }
        }
        if ($null -ne $document -and $null -ne $document.PSObject.Properties['steps']) {
            foreach ($finding in @($document.steps | ForEach-Object { $_.findings } | Where-Object { $_.level -eq 'error' })) {
                $why += "`n$($finding.code): $($finding.text)`n$($finding.fix)"
            }
        }
        throw $why
    }
    if ($null -eq $document) { return $text }
    $document | Add-Member -NotePropertyName ExitCode -NotePropertyValue $code
    $document | Add-Member -NotePropertyName Meaning -NotePropertyValue $meanings[$code]
    return $document
}
