# Runs a script that comes with its input as JSON on standard input: here, or on the
# computer that is named, through PowerShell remoting. The answer is the line behind
# the mark: whatever else is printed does not matter. Nothing is set in the global
# scope, neither here nor there, where a script that is sent runs in it: functions of
# modules would take it for theirs. A session is opened first: what fails by then has
# not run anything, and whatever fails later may have.
$input | & {
    $ErrorActionPreference = 'Stop';
    $ProgressPreference = 'SilentlyContinue';
    $ask = @($input) -join '' | ConvertFrom-Json;
    $mark = 'writeback-' + $ask.nonce + '-';
    $mode = $ExecutionContext.SessionState.LanguageMode;
    if ($mode -ne 'FullLanguage') { ''; $mark + 'language:' + $mode; exit 1; }
    $session = $null;
    $kind = 'unopened:';
    try {
        if ($ask.host) {
            if (Test-Path -LiteralPath 'variable:IsWindows') { if (-not $IsWindows) { throw 'there is no WS-Management'; } }
            $session = New-PSSession -ComputerName $ask.host;
            $kind = 'error:';
            $block = [scriptblock]::Create('param([string]$Json) & {' + $ask.script + [Environment]::NewLine + '} $Json');
            $got = @(Invoke-Command -Session $session -ScriptBlock $block -ArgumentList $ask.input -ErrorAction Continue 2>&1);
        } else {
            $kind = 'error:';
            $got = @(& ([scriptblock]::Create($ask.script)) $ask.input);
        }
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
