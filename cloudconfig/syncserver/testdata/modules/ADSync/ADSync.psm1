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
    if ($state.how -eq 'overlooks') { $null = Get-Item -LiteralPath '/nowhere/at/all' 2>$null }
    return [pscustomobject]@{ StagingModeEnabled = $state.staging; SyncCycleEnabled = $true }
}

# The test hears of it by a connection, and ends the wait by ending that.
function Wait-Test {
    $call = New-Object -TypeName Net.Sockets.TcpClient -ArgumentList @(($env:SYNCSERVER_STANDIN_CALL -split ':'))
    $null = $call.GetStream().ReadByte()
    $call.Dispose()
}

function Get-ADSyncConnector {
    $state = Get-State
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
    if ($state.how -eq 'similar') { [pscustomobject]@{ Name = 'hr - AAD'; ConnectorTypeName = 'Extensible2'; SubType = 'Generic LDAP (Microsoft)'; ConnectivityParameters = @() } }
    $entra = [pscustomobject]@{ Name = $state.connector; ConnectorTypeName = 'Extensible2'; SubType = 'Windows Azure Active Directory (Microsoft)'; ConnectivityParameters = @() }
    if ($state.how -eq 'renamed') {
        $entra.SubType = ''
        $entra | Add-Member -NotePropertyName 'Identifier' -NotePropertyValue ([guid]'b891884f-051e-4a83-95af-2544101c9083')
    }
    $entra
}

function Get-ADSyncAADPasswordResetConfiguration {
    param([Parameter(Mandatory = $true)][string]$Connector)
    $state = Get-State
    if ($Connector -cne $state.connector) { throw ('no connector ' + $Connector) }
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
    if ($state.how -like 'soft*') { Write-Error 'not allowed' }
    if ($state.how -eq 'soft') { return }
    if ($state.how -eq 'waits') { Wait-Test }
    $state.enabled = $Enable
    $state.sets = $state.sets + 1
    [IO.File]::WriteAllText($env:SYNCSERVER_STANDIN_STATE, (ConvertTo-Json -InputObject $state))
    if ($state.how -eq 'lingers') { Wait-Test }
    'Password Reset Configuration was updated'
}

# In place of the log of Windows: a heartbeat, and an event whose text cannot be made.
function Get-WinEvent {
    [CmdletBinding()]
    param([hashtable]$FilterHashtable, [int]$MaxEvents)
    $state = Get-State
    $now = [DateTime]::Now
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
