# Runs a script on another computer, through PowerShell remoting. The script and
# its input come as JSON on standard input, the answer is the line behind the
# mark. The session is opened first: what fails there has not run anything, and
# whatever fails later may have. There, a script runs in the global scope, whose
# preferences functions of modules would take for theirs: so it runs in a block.
$input | & {
    $ErrorActionPreference = 'Stop';
    $ProgressPreference = 'SilentlyContinue';
    $ask = @($input) -join '' | ConvertFrom-Json;
    $mark = 'writeback-' + $ask.nonce + '-';
    $session = $null;
    $kind = 'unopened:';
    try {
        if (Test-Path -LiteralPath 'variable:IsWindows') { if (-not $IsWindows) { throw 'there is no WS-Management'; } }
        $session = New-PSSession -ComputerName $ask.host;
        $kind = 'error:';
        $block = [scriptblock]::Create('param([string]$Json) & {' + $ask.script + [Environment]::NewLine + '} $Json');
        $got = @(Invoke-Command -Session $session -ScriptBlock $block -ArgumentList $ask.input -ErrorAction Continue 2>&1);
        $answer = @($got | Where-Object { $_ -is [string] })[-1];
        if ($null -eq $answer) { if ($got.Count -eq 0) { throw 'nothing came back'; } throw $got[-1]; }
        [Console]::Out.WriteLine();
        [Console]::Out.WriteLine($mark + 'answer:' + $answer);
    } catch {
        $fault = @{ id = [string]$_.FullyQualifiedErrorId; text = [string]$_.Exception.Message } | ConvertTo-Json -Compress;
        $fault = [regex]::Replace($fault, '[^\x20-\x7e]', { param($match) '\u{0:x4}' -f [int][char]$match.Value });
        [Console]::Out.WriteLine();
        [Console]::Out.WriteLine($mark + $kind + $fault);
        exit 1;
    } finally {
        if ($null -ne $session) { Remove-PSSession -Session $session; }
    }
}
