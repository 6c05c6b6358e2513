# Leaves the answer in a file of its own, and shows a form of it that is short enough to
# be copied. Whatever went wrong before is told here: nothing of an earlier run is shown.
param([object[]]$Answers, $Fault, [string]$OnFault, [string]$Nonce)
if ($null -ne $Fault -and [string]$Fault.Exception.Message -like 'writeback-language-mode *') {
    Write-Host ''
    Write-Host ('NOTHING WAS DONE, and there is no answer: PowerShell is kept from running scripts as they are written here (AppLocker, WDAC or JEA; ' + $ExecutionContext.SessionState.LanguageMode + ').')
    Write-Host 'On your own computer run writeback again with --writeback-method manual: it lists the steps. The cmdlets of Entra Connect are signed and run all the same.'
    return
}
$Answers = @($Answers | Where-Object { $_ -is [string] -and $_ })
if ($null -ne $Fault -or $Answers.Count -eq 0) {
    Write-Host ''
    Write-Host ('THERE IS NO ANSWER: the script stopped. ' + $OnFault)
    if ($null -ne $Fault) { Write-Host ('It says: ' + [string]$Fault.Exception.Message) }
    Write-Host 'Run it again, saved as a file, in a new Windows PowerShell that was opened with Run as administrator.'
    return
}
$path = Join-Path -Path ([IO.Path]::GetTempPath()) -ChildPath ('writeback-answer-' + $Nonce.Substring(0, [Math]::Min(8, $Nonce.Length)) + '.json')
$kept = $false
try {
    [IO.File]::WriteAllText($path, $Answers[0])
    $kept = $true
} catch { $why = $_.Exception.GetBaseException().Message }
$width = 76
$lines = 105
$shown = ''
foreach ($form in $Answers) {
    $memory = New-Object IO.MemoryStream
    $packer = New-Object IO.Compression.GZipStream -ArgumentList $memory, ([IO.Compression.CompressionMode]::Compress)
    $bytes = [Text.Encoding]::ASCII.GetBytes($form)
    $packer.Write($bytes, 0, $bytes.Length)
    $packer.Close()
    $shown = [Convert]::ToBase64String($memory.ToArray())
    if ($shown.Length -le $width * $lines) { break }
    $shown = ''
}
Write-Host ''
$change = (ConvertFrom-Json -InputObject $Answers[0]).change
if ($null -ne $change) {
    $because = $change.reason + $change.text
    if ($because) { $because = ' (' + $because + ')' }
    Write-Host ('THE SWITCH: ' + $change.outcome + $because)
}
if ($kept) {
    Write-Host ('The answer is in ' + $path)
    Write-Host 'Give this file to writeback: writeback verify --handoff-answer FILE'
} else {
    Write-Host ('The answer could not be written to ' + $path + ': ' + $why)
}
if ($shown -eq '') {
    Write-Host 'It is too long to be copied from here.'
    if (-not $kept) { Write-Host 'Set TEMP to a folder that you may write to, and run the script again: $env:TEMP = FOLDER' }
    return
}
$block = @('-----BEGIN WRITEBACK ANSWER, ' + $shown.Length + ' CHARACTERS-----')
for ($i = 0; $i -lt $shown.Length; $i += $width) {
    $block += $shown.Substring($i, [Math]::Min($width, $shown.Length - $i))
}
$block += '-----END WRITEBACK ANSWER-----'
$copied = $false
if (@(Get-Command -Name 'Set-Clipboard' -ErrorAction Continue 2>&1)[0] -is [Management.Automation.CommandInfo]) {
    try {
        Set-Clipboard -Value $block -ErrorAction Stop
        $copied = (Get-Clipboard -Raw -ErrorAction Stop) -like ('*' + $block[1] + '*')
    } catch { $copied = $false }
}
if ($copied) { Write-Host 'Or paste these lines. They are on the clipboard already:' } else { Write-Host 'Or copy all of these lines, first and last included:' }
if ($form -ne $Answers[0]) { Write-Host 'They are a short form of the answer.' }
Write-Host ''
foreach ($line in $block) { Write-Host $line }
