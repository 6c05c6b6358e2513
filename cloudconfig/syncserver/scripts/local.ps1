# Runs a script that comes with its input as JSON on standard input. The answer
# is the line behind the mark: whatever else is printed does not matter. Nothing
# is set in the global scope: functions of modules would take it for theirs.
$input | & {
    $ErrorActionPreference = 'Stop';
    $ProgressPreference = 'SilentlyContinue';
    $ask = @($input) -join '' | ConvertFrom-Json;
    $mark = 'writeback-' + $ask.nonce + '-';
    try {
        $answer = @(& ([scriptblock]::Create($ask.script)) $ask.input)[-1];
        [Console]::Out.WriteLine();
        [Console]::Out.WriteLine($mark + 'answer:' + $answer);
    } catch {
        $fault = @{ id = [string]$_.FullyQualifiedErrorId; text = [string]$_.Exception.Message } | ConvertTo-Json -Compress;
        $fault = [regex]::Replace($fault, '[^\x20-\x7e]', { param($match) '\u{0:x4}' -f [int][char]$match.Value });
        [Console]::Out.WriteLine();
        [Console]::Out.WriteLine($mark + 'error:' + $fault);
        exit 1;
    }
}
