# Switches password writeback of Entra Connect on this server, unless something
# is not as it was shown. It changes nothing else, and restarts nothing.

# The change was approved before this script was started.
$ConfirmPreference = 'None'

# Whether the server still serves the forest that the change is for, and signs in
# there as it said when the change was shown.
function Get-OtherServer {
    param($Connect)
    if (-not $ask.forest) { return '' }
    $mine = @($Connect.connectors | Where-Object { $_.forest -eq [string]$ask.forest })
    if ($mine.Count -eq 0) { return 'forest' }
    if ($ask.account -and $mine[0].account -ne [string]$ask.account) { return 'account' }
    if ($ask.domain -and $mine[0].domain -ne [string]$ask.domain) { return 'account' }
    return ''
}

function Get-Refusal {
    param($Connect)
    if ($null -eq $Connect) { return 'no-module' }
    if ($null -eq $Connect.staging) { return 'staging-unknown' }
    if ($Connect.staging) { return 'staging' }
    if ($Connect.cloudConnector -cne [string]$ask.connector) { return 'connector' }
    if ($null -eq $Connect.reset) { return 'state-unknown' }
    return Get-OtherServer -Connect $Connect
}

function Set-Writeback {
    param($Change)
    try {
        $null = Set-ADSyncAADPasswordResetConfiguration -Connector $Change.connector -Enable $Change.enable
        $Change.outcome = 'made'
    } catch {
        $Change.outcome = 'failed'
        $Change.text = Limit-Text -Text ([string]$_.Exception.Message) -Most 300
    }
}

$answer = New-Answer -Kind 'enable'
$change = [ordered]@{ connector = [string]$ask.connector; enable = [bool]$ask.enable; before = $null; outcome = 'refused'; reason = ''; text = '' }
$answer.change = $change
$module = 'module ADSync'
try { $answer.connect = Get-Connect } catch { Add-Problem -Part $module -Record $_ }
$change.reason = Get-Refusal -Connect $answer.connect
if ($change.reason -eq '') {
    $change.before = $answer.connect.reset.enabled
    if ($change.before -eq $change.enable) {
        $change.outcome = 'already'
    } else {
        Set-Writeback -Change $change
        try { $answer.connect = Get-Connect } catch { Add-Problem -Part $module -Record $_ }
    }
}
ConvertTo-Answer -Document $answer
