# Switches password writeback of Cloud Sync on this server. The cmdlet demands
# a credential, which is asked for on this console, used once and not kept. It
# changes nothing else.
$ConfirmPreference = 'None'

$answer = New-Answer -Kind 'enable-cloud'
$change = [ordered]@{ connector = ''; enable = [bool]$ask.enable; before = $null; outcome = 'refused'; reason = ''; text = '' }
$answer.change = $change
try { $answer.cloudSync = Get-CloudSync } catch { Add-Problem -Part 'Cloud Sync agent' -Record $_ }
$credential = $null
try {
    if ($null -ne $answer.cloudSync) {
        Import-Module -Name $answer.cloudSync.modulePath
        $credential = Get-Credential -Message 'Microsoft Entra administrator (Hybrid Identity Administrator, or Global Administrator)'
    }
} catch { Add-Problem -Part 'credential' -Record $_ }
if ($null -eq $answer.cloudSync) {
    $change.reason = 'no-module'
} elseif ($null -eq $credential) {
    $change.reason = 'no-credential'
} else {
    try {
        $null = Set-AADCloudSyncPasswordWritebackConfiguration -Enable $change.enable -Credential $credential
        $change.outcome = 'made'
    } catch {
        $change.outcome = 'failed'
        $change.text = Limit-Text -Text ([string]$_.Exception.Message) -Most 300
    }
}
ConvertTo-Answer -Document $answer
