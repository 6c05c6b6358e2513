# Runs a script on another computer, through PowerShell remoting. The script and
# its input come as JSON on standard input, the answer is the line behind the
# mark.
$ErrorActionPreference = 'Stop';
$ProgressPreference = 'SilentlyContinue';
$ask = @($input) -join '' | ConvertFrom-Json;
$mark = 'writeback-' + $ask.nonce + '-';
try {
    $answer = @(Invoke-Command -ComputerName $ask.host -ScriptBlock ([scriptblock]::Create($ask.script)) -ArgumentList $ask.input)[-1];
    [Console]::Out.WriteLine();
    [Console]::Out.WriteLine($mark + 'answer:' + $answer);
} catch {
    $fault = @{ id = [string]$_.FullyQualifiedErrorId; text = [string]$_.Exception.Message } | ConvertTo-Json -Compress;
    $fault = [regex]::Replace($fault, '[^\x20-\x7e]', { param($match) '\u{0:x4}' -f [int][char]$match.Value });
    [Console]::Out.WriteLine();
    [Console]::Out.WriteLine($mark + 'error:' + $fault);
    exit 1;
}
