# Leaves the answer in a file, and shows it to be copied.
param([string]$Answer)
$path = Join-Path -Path ([IO.Path]::GetTempPath()) -ChildPath 'writeback-answer.json'
[IO.File]::WriteAllText($path, $Answer)
$text = [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes($Answer))
Write-Host ''
Write-Host ('The answer is in ' + $path + '. Give writeback this file, or copy these lines, first and last included:')
Write-Host ''
Write-Host '-----BEGIN WRITEBACK ANSWER-----'
for ($i = 0; $i -lt $text.Length; $i += 64) {
    Write-Host $text.Substring($i, [Math]::Min(64, $text.Length - $i))
}
Write-Host '-----END WRITEBACK ANSWER-----'
