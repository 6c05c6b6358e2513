<#
.SYNOPSIS
Runs writeback and gives its JSON document back as an object.

.DESCRIPTION
The object has two properties beside those of the document: ExitCode, and Meaning. Exit
codes 0, 3 (changes are needed) and 6 (a manual step waits) are results; every other one
is an error that stops. A password never stands on the command line: it is handed over
in the environment, which is as it was afterwards.

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
    param(
        [Parameter(Mandatory, Position = 0)]
        [ValidateSet('plan', 'apply', 'verify', 'undo', 'runs', 'explain', 'doctor', 'attest', 'version')]
        [string] $Verb,

        # Signs in at the DC. Without it: who is signed in to Windows.
        [System.Management.Automation.PSCredential] $Credential,

        # The program, where it is not on the PATH.
        [string] $Program = 'writeback',

        [Parameter(ValueFromRemainingArguments)]
        [string[]] $Arguments = @()
    )

    $meanings = @{
        0 = 'done, or nothing to do'; 1 = 'error'; 2 = 'usage'; 3 = 'changes are needed'
        4 = 'sign-in refused'; 5 = 'drift'; 6 = 'a manual step waits'
        7 = 'refused: a finding has to be mended or accepted first'; 130 = 'cancelled'
    }
    $all = @($Verb) + $Arguments + @('--output', 'json', '--no-input')
    $before = $env:WRITEBACK_AD_PASSWORD
    try {
        if ($Credential) {
            $all += @('--ad-user', $Credential.UserName)
            $env:WRITEBACK_AD_PASSWORD = $Credential.GetNetworkCredential().Password
        }
        # Progress and errors go to standard error, and from there to the console.
        $text = & $Program @all | Out-String
        $code = $LASTEXITCODE
    }
    finally {
        $env:WRITEBACK_AD_PASSWORD = $before
    }

    if ($code -notin 0, 3, 6) {
        throw "writeback $Verb ended with exit code $code ($($meanings[$code]))"
    }
    $document = $text | ConvertFrom-Json
    $document | Add-Member -NotePropertyName ExitCode -NotePropertyValue $code
    $document | Add-Member -NotePropertyName Meaning -NotePropertyValue $meanings[$code]
    $document
}
