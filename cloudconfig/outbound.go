package cloudconfig

// The hosts that the writeback service of a sync server connects to, on TCP port
// 443 alone (Microsoft's troubleshooting page for writeback). Most are named with
// a wildcard; of those that are named in full one can try whether they are
// reached.
var outboundNames = map[Cloud][]string{
	Global:   {"*.passwordreset.microsoftonline.com", "*.servicebus.windows.net"},
	USGov:    {"*.passwordreset.microsoftonline.us", "*.servicebus.usgovcloudapi.net"},
	USGovDoD: {"*.passwordreset.microsoftonline.us", "*.servicebus.usgovcloudapi.net"},
	China:    {"ssprdedicatedsbmcprodcne.servicebus.chinacloudapi.cn", "ssprdedicatedsbmcprodcnn.servicebus.chinacloudapi.cn"},
}

var outboundHosts = map[Cloud][]string{
	Global: {"ssprdedicatedsbprodscu.servicebus.windows.net", "ssprdedicatedsbprodncu.servicebus.windows.net"},
	China:  outboundNames[China],
}

// OutboundNames are the names, with wildcards, that must be open in a cloud.
func OutboundNames(c Cloud) []string { return outboundNames[orGlobal(c)] }

// Outbound are the documented hosts that can be tried; none where the documents
// name none.
func Outbound(c Cloud) []string { return outboundHosts[orGlobal(c)] }

func orGlobal(c Cloud) Cloud {
	if c == "" {
		return Global
	}
	return c
}
