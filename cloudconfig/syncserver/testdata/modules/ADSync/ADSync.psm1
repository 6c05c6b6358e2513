# Stands in for the module of Entra Connect: the documented cmdlets over a file.
$ErrorActionPreference = 'Stop'

function Get-State { return (Get-Content -LiteralPath $env:SYNCSERVER_STANDIN_STATE -Raw -Encoding UTF8 | ConvertFrom-Json) }

function Get-ADSyncScheduler {
    $state = Get-State
    return [pscustomobject]@{ StagingModeEnabled = $state.staging; SyncCycleEnabled = $true }
}

function Get-ADSyncConnector {
    $state = Get-State
    $parameters = @(
        [pscustomobject]@{ Name = 'forest-name'; Value = 'corp.example.com' }
        [pscustomobject]@{ Name = 'forest-login-domain'; Value = 'CORP.EXAMPLE.COM' }
        [pscustomobject]@{ Name = 'forest-login-user'; Value = 'MSOL_0a1b2c3d4e5f' }
        [pscustomobject]@{ Name = 'password'; Value = 'not to be read' }
    )
    [pscustomobject]@{ Name = 'corp.example.com'; ConnectorTypeName = 'AD'; SubType = ''; ConnectivityParameters = $parameters }
    [pscustomobject]@{ Name = $state.connector; ConnectorTypeName = 'Extensible2'; SubType = 'Windows Azure Active Directory (Microsoft)'; ConnectivityParameters = @() }
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
    $state.enabled = $Enable
    $state.sets = $state.sets + 1
    [IO.File]::WriteAllText($env:SYNCSERVER_STANDIN_STATE, (ConvertTo-Json -InputObject $state))
}
