# Switches password writeback of Entra Connect on this server, unless something
# is not as it was shown. It changes nothing else, and restarts nothing.

# The change was approved before this script was started.
$ConfirmPreference = 'None'

# Whether this is the server that was asked when the change was shown, still serves the
# forest that it is for, and signs in there as it said then.
function Get-OtherServer {
    param($Connect)
    if ($ask.host -and [Environment]::MachineName -ne [string]$ask.host) { return 'host' }
    if (-not $ask.forest) { return '' }
    $mine = @($Connect.connectors | Where-Object { $_.forest -eq [string]$ask.forest })
    if ($mine.Count -eq 0) { return 'forest' }
    if ($ask.account -and $mine[0].account -ne [string]$ask.account) { return 'account' }
    if ($ask.domain -and $mine[0].domain -ne [string]$ask.domain) { return 'account' }
    return ''
}

function Get-Refusal {
    param($Connect)
    if ($null -eq $Connect) {
        if ($problems.Count -eq 0) { return 'no-module' }
        if ($problems[0] -like '* (execution policy):*') { return 'execution-policy' }
        return 'module-fails'
    }
    if ($null -eq $Connect.staging) { return 'staging-unknown' }
    if ($Connect.staging) { return 'staging' }
    if ($Connect.cloudConnector -cne [string]$ask.connector) { return 'connector' }
    if ($null -eq $Connect.reset) { return 'state-unknown' }
    return Get-OtherServer -Connect $Connect
}

# What an error of the cmdlet says. One that it goes on after, and one that ends
# it, are told alike: neither says what it did.
function Add-Word {
    param($Change, $Record)
    $text = [string]$Record.Exception.Message
    if ($Change.text) { $text = $Change.text + '; ' + $text }
    $Change.text = Limit-Text -Text $text -Most 300
}

# The one call that writes. It is not broken off at an error that it goes on after:
# what it would have done then would be left half done. All conditions stand once more
# in its own line: a script that lost lines on its way here fails them.
function Set-Writeback {
    param($Change, $Connect)
    $more = @{ ErrorAction = 'Continue' }
    if ((Get-Command -Name 'Set-ADSyncAADPasswordResetConfiguration').Parameters.ContainsKey('Confirm')) { $more.Confirm = $false }
    try {
        $said = @(if ((-not $whole -or $whole.Length -eq [int]$ask.length) -and (-not $ask.host -or [Environment]::MachineName -eq [string]$ask.host) -and $Connect.staging -eq $false -and $Connect.reset.enabled -is [bool] -and $Change.connector -and $Change.enable -is [bool] -and $Connect.cloudConnector -ceq $Change.connector -and $Connect.cloudConnector -ceq [string]$ask.connector -and $Connect.reset.enabled -ne $Change.enable -and (-not $ask.forest -or @($Connect.connectors | Where-Object { $_.forest -eq [string]$ask.forest -and (-not $ask.account -or $_.account -eq [string]$ask.account) -and (-not $ask.domain -or $_.domain -eq [string]$ask.domain) }).Count -gt 0)) { Set-ADSyncAADPasswordResetConfiguration -Connector $Change.connector -Enable $Change.enable @more 2>&1 } else { $Change.reason = 'lines-missing' })
        foreach ($record in $said) {
            if ($record -is [Management.Automation.ErrorRecord]) { Add-Word -Change $Change -Record $record }
        }
    } catch { Add-Word -Change $Change -Record $_ }
}

# What the server says afterwards. It may need a moment to show what was made.
function Wait-Switch {
    param($Change)
    $before = $problems.Count
    for ($i = 0; $true; $i++) {
        while ($problems.Count -gt $before) { $problems.RemoveAt($before) }
        $connect = $null
        try { $connect = Get-Connect } catch { Add-Problem -Part 'module ADSync' -Record $_ }
        $shows = $null -ne $connect -and $null -ne $connect.reset -and $connect.reset.enabled -eq $Change.enable
        if ($shows -or $Change.reason -or $i -ge 2) { return $connect }
        Start-Sleep -Seconds 2
    }
}

# Made is what the server, asked again, says to be so, whatever the cmdlet said.
function Get-Outcome {
    param($Change, $Connect)
    if ($Change.reason) { return 'refused' }
    if ($null -eq $Connect -or $null -eq $Connect.reset) {
        Add-Word -Change $Change -Record @{ Exception = @{ Message = 'afterwards the server did not tell how writeback stands' } }
        return 'in-doubt'
    }
    if ($Connect.reset.enabled -eq $Change.enable) { return 'made' }
    if (-not $Change.text) { $Change.text = 'the cmdlet said nothing, and writeback stands as before' }
    return 'failed'
}

$answer = New-Answer -Kind 'enable'
$change = [ordered]@{ connector = [string]$ask.connector; enable = [bool]$ask.enable; before = $null; outcome = 'refused'; reason = ''; text = '' }
$answer.change = $change
try { $answer.connect = Get-Connect } catch { Add-Problem -Part 'module ADSync' -Record $_ }
$change.reason = Get-Refusal -Connect $answer.connect
if ($change.reason -eq '') {
    $change.before = $answer.connect.reset.enabled
    if ($change.before -eq $change.enable) {
        $change.outcome = 'already'
    } else {
        Set-Writeback -Change $change -Connect $answer.connect
        $answer.connect = Wait-Switch -Change $change
        $change.outcome = Get-Outcome -Change $change -Connect $answer.connect
    }
}
ConvertTo-Answer -Document $answer
