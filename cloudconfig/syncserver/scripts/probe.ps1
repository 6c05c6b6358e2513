# Tells that this is a PowerShell that runs what it is given, and which version of it.
# It reads nothing, and changes nothing. It calls no method, so that one in constrained
# language answers, too: what it cannot do is the frame's to tell.
'';
'writeback-' + $env:writebackProbe + '-version:' + $PSVersionTable.PSVersion;
