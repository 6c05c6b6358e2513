package checks

// All is every check, in the order in which they are made and shown.
var All = []Check{
	{Code: "dc-certificate", Title: "Certificate of the domain controller", run: dcCertificate},
	{Code: "tls-version", Title: "TLS to the domain controller", run: tlsVersion},
	{Code: "ldap-signing", Title: "LDAP signing", run: ldapSigning},
	{Code: "channel-binding", Title: "LDAP channel binding", run: channelBinding},

	{Code: "functional-level", Title: "Functional level of forest and domain", run: functionalLevel},
	{Code: "dc-version", Title: "Version and kind of the domain controller", run: dcVersion},
	{Code: "ldap-controls", Title: "LDAP controls of the domain controller", run: ldapControls},
	{Code: "live-schema", Title: "Names and GUIDs in the schema", run: liveSchema},
	{Code: "password-policy", Title: "Password policy of the domain", run: passwordPolicy},
	{Code: "fine-grained-policies", Title: "Fine-grained password policies", run: fineGrained},

	{Code: "connector-account", Title: "Connector account", run: connectorAccount},
	{Code: "connector-state", Title: "State of the connector account", run: connectorState},
	{Code: "connector-privileges", Title: "More rights than writeback needs", run: connectorPrivileges},
	{Code: "delegated-rights", Title: "Rights of the connector account", Slow: true, run: delegatedRights},
	{Code: "unexpire-right", Title: "Unexpire Password on the domain", run: unexpireRight},
	{Code: "sam-access", Title: "Access to the SAM by the connector account", run: samAccess},
	{Code: "operator-rights", Title: "Rights of who is signed in", run: operatorRights},

	{Code: "sync-server", Title: "Sync server", Need: Cloud, Slow: true, run: syncServer},
	{Code: "sync-version", Title: "Version of the sync product", Need: Cloud, run: syncVersion},
	{Code: "writeback-feature", Title: "Password writeback on the sync side", Need: Cloud, Slow: true, run: writebackFeature},
	{Code: "tenant-sync", Title: "Synchronisation of the tenant", Need: Cloud, run: tenantSync},
	{Code: "tenant-licence", Title: "Licence", Need: Cloud, run: tenantLicence},
	{Code: "sspr-feature", Title: "Self-service password reset", Need: Cloud, run: ssprFeature},
	{Code: "tenant-roles", Title: "Roles of who is signed in to the tenant", Need: Cloud, run: tenantRoles},
	{Code: "outbound", Title: "Ways out of the sync server", Need: Network, Slow: true, Alone: true, run: outbound},
}
