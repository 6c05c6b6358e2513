# What the other scripts share. It reads and writes nothing by itself.
param([string]$Json)

# In another language mode (AppLocker, WDAC) parts of what follows would do something
# else than they say: that is told before anything is done.
if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') { throw 'writeback-language-mode ' + $ExecutionContext.SessionState.LanguageMode }

# What runs here, as it came: a script that lost lines is told by its length.
$whole = [string]$MyInvocation.MyCommand.Definition -replace '\s', ''

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'

$ask = ConvertFrom-Json -InputObject $Json
$problems = New-Object System.Collections.ArrayList

function Limit-Text {
    param([string]$Text, [int]$Most)
    return $Text.Substring(0, [Math]::Min($Most, $Text.Length))
}

# One part that fails must not hide the others. Where a group policy keeps a module from
# being loaded, the next step is another one: that is told by the id of the error, whose
# text is in the language of Windows.
function Add-Problem {
    param([string]$Part, $Record)
    if ($Record -is [Management.Automation.ErrorRecord] -and $Record.FullyQualifiedErrorId -like 'UnauthorizedAccess,*ImportModuleCommand') { $Part = $Part + ' (execution policy)' }
    [void]$problems.Add((Limit-Text -Text ($Part + ': ' + [string]$Record.Exception.Message) -Most 300))
}

# The value of a property; nothing where there is no such property.
function Get-Field {
    param($Object, [string]$Name)
    if ($null -eq $Object) { return $null }
    $property = $Object.PSObject.Properties[$Name]
    if ($null -eq $property) { return $null }
    return $property.Value
}

# True, false, or nothing where the property is neither.
function Get-SwitchField {
    param($Object, [string]$Name)
    $value = Get-Field -Object $Object -Name $Name
    if ($value -is [bool]) { return $value }
    if ([string]$value -eq 'True') { return $true }
    if ([string]$value -eq 'False') { return $false }
    return $null
}

function Format-Time {
    param([DateTime]$Time)
    return $Time.ToUniversalTime().ToString('o', [Globalization.CultureInfo]::InvariantCulture)
}

# A time, where the value is one and says of which zone; nothing where not.
function Format-Moment {
    param($Value)
    if ($Value -is [DateTime] -and $Value.Kind -ne 'Unspecified') { return Format-Time -Time $Value }
    return $null
}

function Test-Elevated {
    try {
        $me = [Security.Principal.WindowsIdentity]::GetCurrent()
        $principal = New-Object Security.Principal.WindowsPrincipal -ArgumentList $me
        return $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
    } catch {
        return $null
    }
}

# In a 32-bit process ProgramFiles is another folder, and ProgramW6432 the one of the
# products.
function Get-ProgramPath {
    param([string]$Tail)
    foreach ($folder in @($env:ProgramW6432, $env:ProgramFiles)) {
        if (-not $folder) { continue }
        $path = Join-Path -Path $folder -ChildPath $Tail
        if (Test-Path -LiteralPath $path) { return $path }
    }
    return $null
}

# The module of the synchronisation engine; nothing where it is not installed. The
# registry shows the service to everybody, the folder of the module not.
function Get-SyncModule {
    $name = 'ADSync'
    if (@(Get-Module -ListAvailable -Name $name).Count -eq 0) {
        $name = Get-ProgramPath -Tail 'Microsoft Azure AD Sync\Bin\ADSync\ADSync.psd1'
        if ($null -eq $name) {
            if (Test-Path -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\ADSync') { throw 'the service ADSync is installed, and this process does not see its module' }
            return $null
        }
    }
    return Import-Whole -Name $name
}

# A module that reports an error while it loads may be there all the same.
function Import-Whole {
    param([string]$Name)
    $found = @(Import-Module -Name $Name -PassThru -ErrorAction Continue 2>&1)
    foreach ($module in $found) {
        if ($module -is [Management.Automation.PSModuleInfo]) { return $module }
    }
    throw $found[-1]
}

# The engine's program carries the version of the product, the module its own.
function Get-SyncVersion {
    param($Module)
    $program = Join-Path -Path (Split-Path -Parent -Path $Module.ModuleBase) -ChildPath 'miiserver.exe'
    if (Test-Path -LiteralPath $program) {
        return @{ version = [string](Get-Item -LiteralPath $program).VersionInfo.ProductVersion; versionOf = 'miiserver.exe' }
    }
    return @{ version = [string]$Module.Version; versionOf = 'module ADSync' }
}

# One connectivity parameter of a connector. No other one is read: there are
# secrets among them.
function Get-ConnectorParameter {
    param($Connector, [string]$Name)
    foreach ($parameter in @(Get-Field -Object $Connector -Name 'ConnectivityParameters')) {
        if ([string](Get-Field -Object $parameter -Name 'Name') -eq $Name) {
            return [string](Get-Field -Object $parameter -Name 'Value')
        }
    }
    return ''
}

# One sign of the connector to Microsoft Entra ID.
function Test-CloudConnector {
    param($Connector, [string]$By)
    if ($By -eq 'Identifier') { return [string](Get-Field -Object $Connector -Name 'Identifier') -eq 'b891884f-051e-4a83-95af-2544101c9083' }
    if ([string](Get-Field -Object $Connector -Name 'ConnectorTypeName') -ne 'Extensible2') { return $false }
    if ($By -eq 'SubType') { return [string](Get-Field -Object $Connector -Name 'SubType') -like '*Azure Active Directory*' }
    return [string](Get-Field -Object $Connector -Name 'Name') -like '* - AAD'
}

# The fixed identifier decides, where the server has it; the kind where not; and the
# name, which others may have, where nothing else does.
function Find-CloudConnectors {
    param([object[]]$All)
    foreach ($by in @('Identifier', 'SubType', 'Name')) {
        $found = @($All | Where-Object { Test-CloudConnector -Connector $_ -By $by })
        if ($found.Count -gt 0) { return $found }
    }
}

# The domains that a connector to a forest leaves out.
function Get-LeftOut {
    param($Connector)
    foreach ($partition in @(Get-Field -Object $Connector -Name 'Partitions')) {
        if ((Get-SwitchField -Object $partition -Name 'IsDomain') -ne $true) { continue }
        if ((Get-SwitchField -Object $partition -Name 'Selected') -eq $false) { [string](Get-Field -Object $partition -Name 'DN') }
    }
}

function Read-Connectors {
    param($Connect)
    $local = @()
    $all = @(Get-ADSyncConnector)
    $cloud = @(Find-CloudConnectors -All $all)
    foreach ($connector in $all) {
        $name = [string](Get-Field -Object $connector -Name 'Name')
        if ([string](Get-Field -Object $connector -Name 'ConnectorTypeName') -eq 'AD') {
            $local += [ordered]@{
                name    = $name
                forest  = Get-ConnectorParameter -Connector $connector -Name 'forest-name'
                domain  = Get-ConnectorParameter -Connector $connector -Name 'forest-login-domain'
                account = Get-ConnectorParameter -Connector $connector -Name 'forest-login-user'
                leftOut = @(Get-LeftOut -Connector $connector)
            }
        }
    }
    $Connect.connectors = @($local)
    if ($cloud.Count -eq 1) {
        $Connect.cloudConnector = [string](Get-Field -Object $cloud[0] -Name 'Name')
    } else {
        [void]$problems.Add('Get-ADSyncConnector: there are ' + $cloud.Count + ' connectors to Microsoft Entra ID, one was expected')
    }
}

function Read-Scheduler {
    param($Connect)
    $scheduler = Get-ADSyncScheduler
    $Connect.staging = Get-SwitchField -Object $scheduler -Name 'StagingModeEnabled'
    $Connect.scheduler = Get-SwitchField -Object $scheduler -Name 'SyncCycleEnabled'
    $Connect.maintenance = Get-SwitchField -Object $scheduler -Name 'MaintenanceEnabled'
    if ($null -eq $Connect.staging) { [void]$problems.Add('Get-ADSyncScheduler: StagingModeEnabled is missing') }
}

function Read-Reset {
    param($Connect)
    if (-not $Connect.cloudConnector) { return }
    $reset = @(Get-ADSyncAADPasswordResetConfiguration -Connector $Connect.cloudConnector)[0]
    $enabled = Get-SwitchField -Object $reset -Name 'Enabled'
    if ($null -eq $enabled) {
        [void]$problems.Add('Get-ADSyncAADPasswordResetConfiguration: Enabled is missing')
        return
    }
    $Connect.reset = [ordered]@{
        enabled          = $enabled
        serviceStatus    = [string](Get-Field -Object $reset -Name 'ServiceStatus')
        onboardingStatus = [string](Get-Field -Object $reset -Name 'OnboardingRequiredStatus')
        modified         = Format-Moment -Value (Get-Field -Object $reset -Name 'ModifiedTimestamp')
    }
}

# What Entra Connect says of itself; nothing where it is not installed.
function Get-Connect {
    $module = Get-SyncModule
    if ($null -eq $module) { return $null }
    $connect = [ordered]@{
        version = ''; versionOf = ''; modulePath = [string]$module.ModuleBase; staging = $null; scheduler = $null; maintenance = $null
        connectors = @(); cloudConnector = ''; reset = $null
    }
    try {
        $version = Get-SyncVersion -Module $module
        $connect.version = $version.version
        $connect.versionOf = $version.versionOf
    } catch { Add-Problem -Part 'version' -Record $_ }
    try { Read-Scheduler -Connect $connect } catch { Add-Problem -Part 'Get-ADSyncScheduler' -Record $_ }
    try { Read-Connectors -Connect $connect } catch { Add-Problem -Part 'Get-ADSyncConnector' -Record $_ }
    try { Read-Reset -Connect $connect } catch { Add-Problem -Part 'Get-ADSyncAADPasswordResetConfiguration' -Record $_ }
    return $connect
}

# The agent of Cloud Sync; nothing where it is not installed.
function Get-CloudSync {
    $path = Get-ProgramPath -Tail 'Microsoft Azure AD Connect Provisioning Agent\Microsoft.CloudSync.Powershell.dll'
    if ($null -eq $path) { return $null }
    return [ordered]@{
        version    = [string](Get-Item -LiteralPath $path).VersionInfo.ProductVersion
        modulePath = [string]$path
    }
}

function New-Answer {
    param([string]$Kind)
    return [ordered]@{
        formatVersion = 2
        kind          = $Kind
        nonce         = [string]$ask.nonce
        changeId      = [string]$ask.changeId
        host          = [Environment]::MachineName
        at            = Format-Time -Time ([DateTime]::UtcNow)
        powershell    = [string]$PSVersionTable.PSVersion
        elevated      = Test-Elevated
        connect       = $null
        cloudSync     = $null
        permissions   = $null
        remoteSAM     = $null
        relays        = @()
        events        = @()
        problems      = @()
        cut           = ''
        change        = $null
        length        = '0000000'
    }
}

# JSON in ASCII: whatever the console's code page is, it comes through. It tells its own
# length, so that a part that got lost is missed.
function ConvertTo-Answer {
    param($Document)
    $Document.problems = @($problems.ToArray())
    $text = ConvertTo-Json -InputObject $Document -Depth 6 -Compress
    $text = [regex]::Replace($text, '[^\x20-\x7e]', { param($match) '\u{0:x4}' -f [int][char]$match.Value })
    $quote = [string][char]34
    $begins = $quote + 'length' + $quote + ':' + $quote
    return $text.Replace($begins + '0000000', $begins + $text.Length.ToString('d7'))
}
