# Tells how password writeback stands on this server. It changes nothing.

# Set-ADSyncPasswordWritebackPermissions of two layouts of the product, and the
# name of its switch for AdminSDHolder, which was turned round between versions.
function Get-Permissions {
    foreach ($tail in @('Microsoft Azure Active Directory Connect\AdSyncConfig\AdSyncConfig.psm1', 'Microsoft Entra Connect\AdSyncConfig\ADSyncConfig.psm1')) {
        $path = Get-ProgramPath -Tail $tail
        if ($null -eq $path) { continue }
        Import-Module -Name $path
        $parameters = (Get-Command -Name 'Set-ADSyncPasswordWritebackPermissions').Parameters
        $turned = ''
        foreach ($name in @('SkipAdminSdHolders', 'IncludeAdminSdHolders')) {
            if ($parameters.ContainsKey($name)) { $turned = $name }
        }
        return [ordered]@{ modulePath = [string]$path; adminSDHolderSwitch = $turned }
    }
    return $null
}

# Who may make remote calls to the SAM of this server, as SDDL; empty where the
# registry does not say. Another value of the key is not told.
function Get-RemoteSAM {
    $key = 'HKLM:\SYSTEM\CurrentControlSet\Control\Lsa'
    if (-not (Test-Path -LiteralPath $key)) { return $null }
    return Limit-Text -Text ([string](Get-Field -Object (Get-ItemProperty -LiteralPath $key) -Name 'RestrictRemoteSam')) -Most 2000
}

# An event whose text cannot be made (its provider was upgraded) is an error, and
# comes all the same: every event is taken, and the errors are one problem.
function Find-Event {
    param([string]$Provider, [int[]]$Ids, [int]$Most, [DateTime]$Since)
    $unreadable = 0
    try {
        $found = @(Get-WinEvent -FilterHashtable @{ LogName = 'Application'; ProviderName = $Provider; Id = $Ids; StartTime = $Since } -MaxEvents $Most -ErrorAction Continue 2>&1)
    } catch {
        $found = @($_)
    }
    foreach ($entry in $found) {
        if ($entry -isnot [Management.Automation.ErrorRecord]) { $entry; continue }
        # No such event, or a provider that has never written one.
        if ([string]$entry.FullyQualifiedErrorId -like 'NoMatching*') { continue }
        $unreadable++
        $last = $entry
    }
    if ($unreadable -gt 0) { Add-Problem -Part ('events of ' + $Provider + ', ' + $unreadable + ' errors') -Record $last }
}

# The log takes about 20 conditions in one query. The heartbeat comes every five
# minutes and would push all others out.
function Find-EventsOf {
    param([string]$Provider, [DateTime]$Since)
    $heartbeat = 31019
    $rest = @($ask.events | Where-Object { $_ -ne $heartbeat })
    for ($i = 0; $i -lt $rest.Count; $i += 10) {
        $last = [Math]::Min($i + 9, $rest.Count - 1)
        Find-Event -Provider $Provider -Ids $rest[$i..$last] -Most 200 -Since $Since
    }
    if (@($ask.events) -contains $heartbeat) {
        Find-Event -Provider $Provider -Ids @($heartbeat) -Most 3 -Since $Since
    }
}

function Get-Events {
    $since = [DateTimeOffset]::FromUnixTimeSeconds([long]$ask.sinceUnix).LocalDateTime
    $found = foreach ($provider in @('PasswordResetService', 'ADSync')) {
        try { Find-EventsOf -Provider $provider -Since $since } catch { Add-Problem -Part ('events of ' + $provider) -Record $_ }
    }
    foreach ($entry in @($found | Where-Object { $null -ne $_ } | Sort-Object -Property TimeCreated -Descending | Select-Object -First 200)) {
        [ordered]@{
            id      = [int]$entry.Id
            at      = Format-Time -Time $entry.TimeCreated
            source  = [string]$entry.ProviderName
            message = Limit-Text -Text ([string]$entry.Message) -Most 300
        }
    }
}

$answer = New-Answer -Kind 'inspect'
try { $answer.connect = Get-Connect } catch { Add-Problem -Part 'module ADSync' -Record $_ }
try { $answer.cloudSync = Get-CloudSync } catch { Add-Problem -Part 'Cloud Sync agent' -Record $_ }
try { $answer.permissions = Get-Permissions } catch { Add-Problem -Part 'module AdSyncConfig' -Record $_ }
try { $answer.remoteSAM = Get-RemoteSAM } catch { Add-Problem -Part 'RestrictRemoteSam' -Record $_ }
try { $answer.events = @(Get-Events) } catch { Add-Problem -Part 'events' -Record $_ }
ConvertTo-Answer -Document $answer
