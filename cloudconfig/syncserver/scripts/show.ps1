# Leaves the answer in a file of its own, and shows a form of it that is short enough to
# be copied. Whatever went wrong before is told here: nothing of an earlier run is shown.
param([object[]]$Answers, $Fault, [string]$OnFault, [string]$Nonce)
$mode = $ExecutionContext.SessionState.LanguageMode
if ($mode -ne 'FullLanguage') {
    Write-Host ''
    Write-Host ('NOTHING WAS DONE, and there is no answer: PowerShell runs in ' + $mode + ' here (AppLocker or WDAC).')
    Write-Host 'The cmdlets of Entra Connect are signed and run all the same. Choose --writeback-method manual.'
    return
}
$Answers = @($Answers | Where-Object { $_ -is [string] -and $_ })
if ($null -ne $Fault -or $Answers.Count -eq 0) {
    Write-Host ''
    Write-Host ('THERE IS NO ANSWER: the script stopped. ' + $OnFault)
    if ($null -ne $Fault) { Write-Host ('It says: ' + [string]$Fault.Exception.Message) }
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
if ($kept) {
    Write-Host ('The answer is in ' + $path)
    Write-Host 'Bring this file to writeback.'
} else {
    Write-Host ('The answer could not be written to ' + $path + ': ' + $why)
}
if ($shown -eq '') {
    Write-Host 'It is too long to be copied from here.'
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
        $copied = (Get-Clipboard -Raw -ErrorAction Stop) -like ('*' + $block[$block.Count - 1] + '*')
    } catch { $copied = $false }
}
if ($copied) { Write-Host 'Or paste these lines, which are on the clipboard already:' } else { Write-Host 'Or copy these lines, first and last included:' }
if ($form -ne $Answers[0]) { Write-Host 'They are shortened; the file has all.' }
Write-Host ''
foreach ($line in $block) { Write-Host $line }
