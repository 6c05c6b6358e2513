# Stands in for the module of Entra Connect: the documented cmdlets over a file.
# The file's how says in which way they misbehave:
#   soft      the switch reports an error, goes on after it, and does nothing
#   softdone  it reports an error, and does it all the same
#   silent    it does nothing, and says nothing
#   overlooks cmdlets and the module itself meet errors that they overlook by design
#   renamed   the connector to Microsoft Entra ID has a name of its own, and no kind
#   similar   another connector has a name like it
#   unread    the text of one event cannot be made
#   throws    the module does not load
#   idle      the scheduler does no maintenance
#   flood     more events than fit, with words that do not get shorter by packing
#   causes    events tell their causes far down in their texts, or beside another event
#   crowd     as flood, and a hundred and fifty forests
#   relays    the events name relay hosts
#   mute      the scheduler does not tell whether the server is in staging mode
#   blank     it is not told whether writeback is on
#   two       there are two connectors to Microsoft Entra ID
#   broken    no cmdlet answers
#   words     what is true or false is told in words
#   named     nothing but its name tells the connector to Microsoft Entra ID
#   vanishes  the module cannot be loaded once the switch is made
#   forgets   nothing is told once the switch is made
#   lags      what was switched shows at the second look
#   exits     the switch ends the whole PowerShell
#   breaks    the log breaks off after its newest event, of which one has no time
#   confirms  the switch would ask whether it is meant
#   waits     the switch calls the test, and does nothing before that lets it go on
#   lingers   it has done all when it calls, and does not end before
# Where the file names a forest and an account, the server is theirs, and in touch while
# writeback is on.

function Get-State { return (Get-Content -LiteralPath $env:SYNCSERVER_STANDIN_STATE -Raw -Encoding UTF8 -ErrorAction Stop | ConvertFrom-Json -ErrorAction Stop) }

$how = (Get-State).how
if ($how -eq 'overlooks') { Write-Error 'a part that nobody needs is missing' }
if ($how -eq 'throws') { throw 'this module is made for another PowerShell' }

function Get-ADSyncScheduler {
    $state = Get-State
    if ($state.how -eq 'broken') { throw 'the scheduler does not answer' }
    if ($state.how -eq 'words') { return [pscustomobject]@{ StagingModeEnabled = 'False'; SyncCycleEnabled = 'True' } }
    if ($state.how -eq 'mute') { return [pscustomobject]@{ SyncCycleEnabled = $true } }
    if ($state.how -eq 'overlooks') { $null = Get-Item -LiteralPath '/nowhere/at/all' 2>$null }
    return [pscustomobject]@{ StagingModeEnabled = $state.staging; SyncCycleEnabled = $true; MaintenanceEnabled = ($state.how -ne 'idle') }
}

# The test hears of it by a connection, and ends the wait by ending that.
function Wait-Test {
    $call = New-Object -TypeName Net.Sockets.TcpClient -ArgumentList @(($env:SYNCSERVER_STANDIN_CALL -split ':'))
    $null = $call.GetStream().ReadByte()
    $call.Dispose()
}

function Get-ADSyncConnector {
    $state = Get-State
    if ($state.how -eq 'broken') { throw 'the connectors do not answer' }
    $forest = 'corp.example.com'
    $account = 'MSOL_0a1b2c3d4e5f'
    if ($state.forest) { $forest = $state.forest; $account = $state.account }
    $parameters = @(
        [pscustomobject]@{ Name = 'forest-name'; Value = $forest }
        [pscustomobject]@{ Name = 'forest-login-domain'; Value = $forest.ToUpperInvariant() }
        [pscustomobject]@{ Name = 'forest-login-user'; Value = $account }
        [pscustomobject]@{ Name = 'password'; Value = 'not to be read' }
    )
    [pscustomobject]@{ Name = $forest; Identifier = [guid]'11111111-2222-3333-4444-555555555555'; ConnectorTypeName = 'AD'; SubType = ''; ConnectivityParameters = $parameters; Partitions = @(
            [pscustomobject]@{ DN = 'DC=corp,DC=example,DC=com'; IsDomain = $true; Selected = $true }
            [pscustomobject]@{ DN = 'DC=emea,DC=corp,DC=example,DC=com'; IsDomain = $true; Selected = $false }
            [pscustomobject]@{ DN = 'DC=ForestDnsZones,DC=corp,DC=example,DC=com'; IsDomain = $false; Selected = $false }
        ) }
    if ($state.how -eq 'crowd') {
        foreach ($i in 1..150) {
            $own = @([pscustomobject]@{ Name = 'forest-name'; Value = [guid]::NewGuid().ToString() + '.example' }, [pscustomobject]@{ Name = 'forest-login-user'; Value = 'MSOL_' + [guid]::NewGuid().ToString('N').Substring(0, 12) })
            [pscustomobject]@{ Name = [guid]::NewGuid().ToString(); ConnectorTypeName = 'AD'; SubType = ''; ConnectivityParameters = $own }
        }
    }
    if ($state.how -eq 'similar') { [pscustomobject]@{ Name = 'hr - AAD'; ConnectorTypeName = 'Extensible2'; SubType = 'Generic LDAP (Microsoft)'; ConnectivityParameters = @() } }
    $entra = [pscustomobject]@{ Name = $state.connector; ConnectorTypeName = 'Extensible2'; SubType = 'Windows Azure Active Directory (Microsoft)'; ConnectivityParameters = @() }
    if ($state.how -eq 'renamed') {
        $entra.SubType = ''
        $entra | Add-Member -NotePropertyName 'Identifier' -NotePropertyValue ([guid]'b891884f-051e-4a83-95af-2544101c9083')
    }
    if ($state.how -eq 'named') { $entra.SubType = '' }
    if ($state.how -eq 'two') { $entra }
    $entra
}

function Get-ADSyncAADPasswordResetConfiguration {
    param([Parameter(Mandatory = $true)][string]$Connector)
    $state = Get-State
    if ($Connector -cne $state.connector) { throw ('no connector ' + $Connector) }
    if ($state.how -eq 'forgets' -and $state.sets -gt 0) { throw 'the configuration is being written' }
    if ($state.how -eq 'lags' -and $state.sets -gt 0) {
        $global:LateLooks = 1 + $global:LateLooks
        if ($global:LateLooks -lt 2) { $state.enabled = -not $state.enabled }
    }
    if ($state.how -eq 'blank') { return [pscustomobject]@{ Enabled = $null; ModifiedTimestamp = 'lately' } }
    if ($state.how -eq 'words') { return [pscustomobject]@{ Enabled = 'True'; ModifiedTimestamp = 'lately'; ServiceStatus = 'Started' } }
    $status = 'Stopped'
    if ($state.enabled) { $status = 'Started' }
    return [pscustomobject]@{ Enabled = $state.enabled; ModifiedTimestamp = [DateTime]::UtcNow; ServiceStatus = $status; OnboardingRequiredStatus = 'NotRequired' }
}

function Set-ADSyncAADPasswordResetConfiguration {
    param([Parameter(Mandatory = $true)][string]$Connector, [Parameter(Mandatory = $true)][bool]$Enable)
    $state = Get-State
    if ($Connector -cne $state.connector) { throw ('no connector ' + $Connector) }
    if ($state.fail) { throw $state.fail }
    if ($state.how -eq 'silent') { return }
    if ($state.how -like 'soft*') { Write-Error 'not allowed'; Write-Error 'not now' }
    if ($state.how -eq 'vanishes') { function global:Import-Module { throw 'it is being replaced' } }
    if ($state.how -eq 'soft') { return }
    if ($state.how -eq 'waits') { Wait-Test }
    $state.enabled = $Enable
    $state.sets = $state.sets + 1
    [IO.File]::WriteAllText($env:SYNCSERVER_STANDIN_STATE, (ConvertTo-Json -InputObject $state))
    if ($state.how -eq 'lingers') { Wait-Test }
    if ($state.how -eq 'exits') { exit 0 }
    'Password Reset Configuration was updated'
}

if ($how -eq 'confirms') {
    function Set-ADSyncAADPasswordResetConfiguration {
        [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
        param([Parameter(Mandatory = $true)][string]$Connector, [Parameter(Mandatory = $true)][bool]$Enable)
        if (-not $PSCmdlet.ShouldProcess($Connector)) { return }
        $state = Get-State
        $state.enabled = $Enable
        [IO.File]::WriteAllText($env:SYNCSERVER_STANDIN_STATE, (ConvertTo-Json -InputObject $state))
    }
}

# In place of the log of Windows: a heartbeat, and an event whose text cannot be made.
function Get-WinEvent {
    [CmdletBinding()]
    param([hashtable]$FilterHashtable, [int]$MaxEvents)
    $state = Get-State
    $now = [DateTime]::Now
    if ($state.how -in 'flood', 'crowd') {
        # One event by the hundred, which would hide those that came before it.
        $all = foreach ($id in $FilterHashtable.Id) {
            $times = 3
            if ($id -eq 31003) { $times = 300 }
            foreach ($i in 1..$times) {
                $age = 1000 * ($id % 100) + 10 * $i
                if ($id -eq 31003) { $age = $i }
                if ($id -eq 31019) { $age = 120 }
                $words = -join (1..9 | ForEach-Object { [guid]::NewGuid().ToString('N') })
                [pscustomobject]@{ Id = $id; TimeCreated = $now.AddSeconds(-$age); ProviderName = $FilterHashtable.ProviderName; Message = $words }
            }
        }
        return @($all | Sort-Object -Property TimeCreated -Descending | Select-Object -First $MaxEvents)
    }
    if ($state.how -eq 'breaks') {
        if ($FilterHashtable.Id -contains 31019) { [pscustomobject]@{ Id = 31019; TimeCreated = $now.AddMinutes(-2); ProviderName = $FilterHashtable.ProviderName; Message = 'in touch' } }
        [pscustomobject]@{ Id = $FilterHashtable.Id[0]; TimeCreated = $null; ProviderName = $FilterHashtable.ProviderName; Message = 'never' }
        throw 'the log is damaged'
    }
    if ($state.how -eq 'causes') {
        # [source] id, age in seconds, text: the newest are of other causes than those before.
        $long = 'x' * 400
        $all = @(
            @('PasswordResetService', 31019, 120, 'in touch'), @('PasswordResetService', 33004, 500, 'no code'), @('PasswordResetService', 33004, 4000, ($long + ' hr=8023062C'))
            @('PasswordResetService', 33004, 9000, 'refused'), @('ADSync', 6329, 9002, ($long + ' BAIL: 8023061F')), @('ADSync', 6329, 300, 'one'), @('ADSync', 6329, 301, 'two'), @('ADSync', 6329, 302, 'three')
            @('ADSync', 6329, 303, 'four ERROR_ACCESS_DENIED'), @('ADSync', 6329, 8000, ($long + ' LDAP password policy control'))
        ) + @(1..230 | ForEach-Object { , @('PasswordResetService', 31002, (20000 + $_), (-join (1..9 | ForEach-Object { [guid]::NewGuid().ToString('N') }))) })
        $found = @($all | Where-Object { $_[0] -eq $FilterHashtable.ProviderName -and $FilterHashtable.Id -contains $_[1] })
        return @($found | ForEach-Object { [pscustomobject]@{ Id = $_[1]; TimeCreated = $now.AddSeconds(-$_[2]); ProviderName = $_[0]; Message = $_[3] } } | Sort-Object -Property TimeCreated -Descending | Select-Object -First $MaxEvents)
    }
    if ($state.how -eq 'relays' -and $FilterHashtable.ProviderName -eq 'PasswordResetService' -and $FilterHashtable.Id -contains 31019) {
        [pscustomobject]@{ Id = 31019; TimeCreated = $now.AddMinutes(-2); ProviderName = 'PasswordResetService'; Message = 'heartbeat to https://Contoso-ONE.servicebus.windows.net/x and contoso-two.servicebus.windows.net, CONTOSO-one.servicebus.windows.net:443, contoso-one.servicebus.windows.net, not to evil.example, contoso-three.servicebus.windows.net.' }
        return
    }
    if ($state.forest -and $state.enabled -and ($FilterHashtable.ProviderName -eq 'PasswordResetService') -and ($FilterHashtable.Id -contains 31019)) {
        return [pscustomobject]@{ Id = 31019; TimeCreated = $now.AddMinutes(-2); ProviderName = 'PasswordResetService'; Message = 'in touch' }
    }
    if (($FilterHashtable.ProviderName -ne 'PasswordResetService') -or ($state.how -ne 'unread')) {
        Write-Error -Message 'No events were found' -ErrorId 'NoMatchingEventsFound'
        return
    }
    foreach ($id in $FilterHashtable.Id) {
        if ($id -eq 31019) { [pscustomobject]@{ Id = 31019; TimeCreated = $now.AddMinutes(-2); ProviderName = 'PasswordResetService'; Message = 'in touch' } }
        if ($id -eq 31005) {
            [pscustomobject]@{ Id = 31005; TimeCreated = $now.AddHours(-2); ProviderName = 'PasswordResetService'; Message = $null }
            Write-Error -Message 'The description string for parameter reference (%1) could not be found' -ErrorId 'The description string for parameter reference (%1) could not be found'
            [pscustomobject]@{ Id = 31005; TimeCreated = $now.AddHours(-3); ProviderName = 'PasswordResetService'; Message = 'enabled' }
        }
    }
}

Export-ModuleMember -Function '*-ADSync*', 'Get-WinEvent'
