# Tells that this is a PowerShell that runs what it is given, and which version of it.
# It reads nothing, and changes nothing.
[Console]::Out.WriteLine();
[Console]::Out.WriteLine('writeback-' + $env:WRITEBACK_PROBE + '-version:' + $PSVersionTable.PSVersion);
