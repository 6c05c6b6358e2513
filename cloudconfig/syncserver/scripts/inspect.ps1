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

# The log takes about 20 conditions in one query. Where one event fills an answer, each
# is asked for alone: it would hide the others. The heartbeat comes every five minutes.
function Find-EventsOf {
    param([string]$Provider, [DateTime]$Since)
    $heartbeat = 31019
    $rest = @($ask.events | Where-Object { $_ -ne $heartbeat })
    for ($i = 0; $i -lt $rest.Count; $i += 10) {
        $ids = @($rest[$i..[Math]::Min($i + 9, $rest.Count - 1)])
        $found = @(Find-Event -Provider $Provider -Ids $ids -Most 200 -Since $Since)
        if ($found.Count -ge 200) {
            $found = foreach ($id in $ids) { Find-Event -Provider $Provider -Ids @($id) -Most 200 -Since $Since }
        }
        $found
    }
    if (@($ask.events) -contains $heartbeat) {
        Find-Event -Provider $Provider -Ids @($heartbeat) -Most 3 -Since $Since
    }
}

# What is found in the log, the newest first.
function Find-Events {
    $since = [DateTimeOffset]::FromUnixTimeSeconds([long]$ask.sinceUnix).LocalDateTime
    $found = foreach ($provider in @('PasswordResetService', 'ADSync')) {
        Find-EventsOf -Provider $provider -Since $since
    }
    return @($found | Where-Object { $null -ne $_ } | Sort-Object -Property TimeCreated -Descending)
}

# At most 200 of them. The newest of each kind is among them, and tells how many there
# are and when the first was.
function Format-Events {
    param([object[]]$Found)
    $kinds = @{}
    foreach ($entry in $Found) {
        $kind = [string]$entry.ProviderName + [string]$entry.Id
        if (-not $kinds.ContainsKey($kind)) { $kinds[$kind] = New-Object System.Collections.ArrayList }
        [void]$kinds[$kind].Add($entry.TimeCreated)
    }
    $room = 200 - $kinds.Count
    $seen = @{}
    foreach ($entry in $Found) {
        $kind = [string]$entry.ProviderName + [string]$entry.Id
        $times = $kinds[$kind]
        $told = [ordered]@{
            id      = [int]$entry.Id
            at      = Format-Time -Time $entry.TimeCreated
            source  = [string]$entry.ProviderName
            message = Limit-Text -Text ([string]$entry.Message) -Most 300
        }
        if ($seen.ContainsKey($kind)) {
            if ($room -le 0) { continue }
            $room--
        } elseif ($times.Count -gt 1) {
            $told.count = $times.Count
            $told.first = Format-Time -Time $times[$times.Count - 1]
        }
        $seen[$kind] = $true
        $told
    }
}

# Whether this server gets a TCP connection to the relay hosts that the service itself
# names, at most four. Behind a proxy it may get none, and writeback works.
function Test-Relays {
    param([object[]]$Found)
    $names = @($Found | Where-Object { $_.Id -eq 31019 -or $_.Id -eq 31034 } | Select-Object -First 20 | ForEach-Object {
        [regex]::Matches([string]$_.Message, '[A-Za-z0-9-]{1,63}\.servicebus\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)')
    } | ForEach-Object { $_.Value.ToLowerInvariant() } | Select-Object -Unique -First 4)
    foreach ($name in $names) { Test-Relay -Name $name }
}

function Test-Relay {
    param([string]$Name)
    $relay = [ordered]@{ host = $Name; reached = $false; text = 'no answer within 3 seconds' }
    $client = New-Object Net.Sockets.TcpClient
    try {
        if ($client.ConnectAsync($Name, 443).Wait(3000)) {
            $relay.reached = $true
            $relay.text = ''
        }
    } catch {
        $relay.text = Limit-Text -Text $_.Exception.GetBaseException().Message -Most 200
    } finally {
        $client.Close()
    }
    return $relay
}

# The newest of each kind of event; the others are in the file of the answer.
function Limit-Events {
    param([object[]]$Events, [int]$Most, [int]$Text)
    $seen = @{}
    foreach ($entry in $Events) {
        $kind = $entry.source + $entry.id
        $seen[$kind] = 1 + $seen[$kind]
        if ($seen[$kind] -gt $Most) { continue }
        $told = [ordered]@{}
        foreach ($name in $entry.Keys) { $told[$name] = $entry[$name] }
        $told.message = Limit-Text -Text $told.message -Most $Text
        $told
    }
}

# Shorter forms, to be shown where the whole answer is too long to be copied. What was
# cut is said.
function ConvertTo-ShortAnswers {
    param($Document)
    $short = [ordered]@{}
    foreach ($name in $Document.Keys) { $short[$name] = $Document[$name] }
    foreach ($form in @(@(3, 300, ''), @(1, 300, ''), @(1, 100, ' and the texts of the others from their 100th character on'), @(1, 0, ' and the texts of the others'))) {
        $short.events = @(Limit-Events -Events $Document.events -Most $form[0] -Text $form[1])
        $short.cut = [string]($Document.events.Count - $short.events.Count) + ' events' + $form[2]
        ConvertTo-Answer -Document $short
    }
}

$answer = New-Answer -Kind 'inspect'
try { $answer.connect = Get-Connect } catch { Add-Problem -Part 'module ADSync' -Record $_ }
try { $answer.cloudSync = Get-CloudSync } catch { Add-Problem -Part 'Cloud Sync agent' -Record $_ }
try { $answer.permissions = Get-Permissions } catch { Add-Problem -Part 'module AdSyncConfig' -Record $_ }
try { $answer.remoteSAM = Get-RemoteSAM } catch { Add-Problem -Part 'RestrictRemoteSam' -Record $_ }
try {
    $found = @(Find-Events)
    $answer.events = @(Format-Events -Found $found)
    $answer.relays = @(Test-Relays -Found $found)
} catch { Add-Problem -Part 'events' -Record $_ }
ConvertTo-Answer -Document $answer
if ($ask.shown) { ConvertTo-ShortAnswers -Document $answer }
