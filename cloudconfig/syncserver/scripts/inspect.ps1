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

# What could not be read of the log, by its source: one problem for each.
$unread = @{}

function Add-Unread {
    param([string]$Provider, $Record)
    if (-not $unread.ContainsKey($Provider)) { $unread[$Provider] = @{ count = 0; last = $null } }
    $unread[$Provider].count++
    $unread[$Provider].last = $Record
}

# An event whose text cannot be made (its provider was upgraded) is an error, and
# comes all the same: every event is taken, also those before an end.
function Find-Event {
    param([string]$Provider, [int[]]$Ids, [int]$Most, [DateTime]$Since)
    $found = New-Object System.Collections.ArrayList
    try {
        Get-WinEvent -FilterHashtable @{ LogName = 'Application'; ProviderName = $Provider; Id = $Ids; StartTime = $Since } -MaxEvents $Most -ErrorAction Continue 2>&1 | ForEach-Object { [void]$found.Add($_) }
    } catch {
        [void]$found.Add($_)
    }
    foreach ($entry in $found) {
        if ($entry -isnot [Management.Automation.ErrorRecord]) {
            if ((Get-Field -Object $entry -Name 'TimeCreated') -is [DateTime]) { $entry } else { Add-Unread -Provider $Provider -Record @{ Exception = @{ Message = 'an event without a time' } } }
            continue
        }
        # No such event, or a provider that has never written one.
        if ([string]$entry.FullyQualifiedErrorId -like 'NoMatching*') { continue }
        Add-Unread -Provider $Provider -Record $entry
    }
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
    foreach ($provider in @($unread.Keys)) {
        Add-Problem -Part ('events of ' + $provider + ', ' + $unread[$provider].count + ' errors') -Record $unread[$provider].last
    }
    return @($found | Where-Object { $null -ne $_ } | Sort-Object -Property TimeCreated -Descending)
}

# The words of a text that say why something failed.
function Find-Words {
    param([string]$Text)
    return @($ask.words | Where-Object { $Text.IndexOf($_, [StringComparison]::OrdinalIgnoreCase) -ge 0 })
}

# The beginning of a text, and these words of what was cut off.
function Limit-Message {
    param([string]$Text, [int]$Most)
    if ($Text.Length -le $Most) { return $Text }
    $words = (Find-Words -Text $Text) -join ' '
    return ($Text.Substring(0, [Math]::Max(0, $Most - 1 - $words.Length)) + ' ' + $words).Trim()
}

# Which of many events are told: on the newest of each kind hangs what is known of the way
# to AD. One that gives another cause is of another kind. What the engine logs (6329) in the
# moment in which AD refused something belongs to that. Then the newest, up to Room.
function Select-Events {
    param([object[]]$Found, [int]$Most, [int]$Room)
    $seen = @{}
    $kept = @{}
    $refused = @()
    for ($i = 0; $i -lt $Found.Count; $i++) {
        $entry = $Found[$i]
        $kind = [string]$entry.ProviderName + $entry.Id + ' ' + ((Find-Words -Text ([string]$entry.Message)) -join ' ')
        $seen[$kind] = 1 + $seen[$kind]
        if ($seen[$kind] -gt $Most -or $kept.Count -ge 200) { continue }
        $kept[$i] = $true
        if ($entry.Id -ge 33001 -and $entry.Id -le 33009) { $refused += $entry.TimeCreated }
    }
    for ($i = 0; $i -lt $Found.Count; $i++) {
        $at = $Found[$i].TimeCreated
        $beside = $Found[$i].Id -eq 6329 -and @($refused | Where-Object { [Math]::Abs(($_ - $at).TotalSeconds) -le 5 }).Count -gt 0
        if ($kept.Count -lt 200 -and ($beside -or $kept.Count -lt $Room)) { $kept[$i] = $true }
    }
    for ($i = 0; $i -lt $Found.Count; $i++) {
        if ($kept.ContainsKey($i)) { $Found[$i] }
    }
}

# How often each event was found, with the time of the first, by its source and number.
function Measure-Events {
    param([object[]]$Found)
    $all = @{}
    foreach ($entry in $Found) {
        $kind = [string]$entry.ProviderName + $entry.Id
        if (-not $all.ContainsKey($kind)) { $all[$kind] = @{ count = 0; first = $null; told = $false } }
        $all[$kind].count++
        $all[$kind].first = $entry.TimeCreated
    }
    return $all
}

# Events as the answer has them. The newest of each says how many were found.
function Format-Events {
    param([object[]]$Found, [object[]]$Chosen, [int]$Text)
    $all = Measure-Events -Found $Found
    foreach ($entry in $Chosen) {
        $told = [ordered]@{
            id      = [int]$entry.Id
            at      = Format-Time -Time $entry.TimeCreated
            source  = [string]$entry.ProviderName
            message = Limit-Message -Text ([string]$entry.Message) -Most $Text
        }
        $one = $all[[string]$entry.ProviderName + $entry.Id]
        if (-not $one.told -and $one.count -gt 1) {
            $told.count = $one.count
            $told.first = Format-Time -Time $one.first
        }
        $one.told = $true
        $told
    }
}

# Whether this server gets a TCP connection to the relay hosts that the service itself
# names, at most four hosts. Behind a proxy it may get none, and writeback works.
function Test-Relays {
    param([object[]]$Found)
    $names = @($Found | Where-Object { $_.Id -eq 31019 -or $_.Id -eq 31034 } | Select-Object -First 20 | ForEach-Object {
        [regex]::Matches([string]$_.Message, '[A-Za-z0-9-]{1,63}\.servicebus\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)')
    } | ForEach-Object { $_.Value.ToLowerInvariant() } | Select-Object -Unique | Select-Object -First 4)
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

# Shorter forms, to be shown where the whole answer is too long to be copied. What was
# cut is said.
function ConvertTo-ShortAnswers {
    param($Document, [object[]]$Found)
    $whole = $Document.events.Count
    foreach ($form in @(@(3, 300, ''), @(1, 300, ''), @(1, 100, 'texts after 100 characters'), @(1, 0, 'texts'))) {
        $chosen = @(Select-Events -Found $Found -Most $form[0] -Room 0)
        $Document.events = @(Format-Events -Found $Found -Chosen $chosen -Text $form[1])
        $older = $whole - $Document.events.Count
        $cut = @($form[2] | Where-Object { $_ })
        if ($older -gt 0) { $cut = @(('older events: ' + $older)) + $cut }
        $Document.cut = $cut -join ', and '
        ConvertTo-Answer -Document $Document
    }
    if ($null -eq $Document.connect) { return }
    # The last form has of each connector what it is compared by.
    foreach ($connector in $Document.connect.connectors) {
        $connector.name = ''
        $connector.leftOut = @()
    }
    $Document.cut = (@($cut) + 'names of connectors, and domains that they leave out') -join ', and '
    ConvertTo-Answer -Document $Document
}

$answer = New-Answer -Kind 'inspect'
try { $answer.connect = Get-Connect } catch { Add-Problem -Part 'module ADSync' -Record $_ }
try { $answer.cloudSync = Get-CloudSync } catch { Add-Problem -Part 'Cloud Sync agent' -Record $_ }
try { $answer.permissions = Get-Permissions } catch { Add-Problem -Part 'module AdSyncConfig' -Record $_ }
try { $answer.remoteSAM = Get-RemoteSAM } catch { Add-Problem -Part 'RestrictRemoteSam' -Record $_ }
$found = @()
try {
    $found = @(Find-Events)
    $answer.events = @(Format-Events -Found $found -Chosen @(Select-Events -Found $found -Most 1 -Room 200) -Text 300)
    $answer.relays = @(Test-Relays -Found $found)
} catch { Add-Problem -Part 'events' -Record $_ }
ConvertTo-Answer -Document $answer
if ($ask.shown) { ConvertTo-ShortAnswers -Document $answer -Found $found }
