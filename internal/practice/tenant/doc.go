// Package tenant is a Microsoft Entra tenant on loopback: an HTTPS server that answers what Microsoft Graph v1.0, the portal's password
// reset service and the v2.0 token endpoint answer to the requests of this program, and that refuses what they refuse.
//
// It is for tests and for the practice mode. It checks what a request may check: the token's signature, audience, lifetime, scopes, app
// roles and directory roles, the version, path and verb, the query options, and each property of a body. It is stricter than the services
// where their behaviour is not documented; such places say so. Nothing in it is a promise of how the services behave.
//
//	tn, err := tenant.Start(tenant.Options{})
//	defer tn.Close()
//	token := tn.Mint(tenant.TokenOptions{})
//	… GET tn.GraphEndpoint()+"/v1.0/organization", trusting tn.RootCAs()
//
// [Tenant.Change] changes any option of a running tenant; [Tenant.Requests] tells what was asked.
package tenant
