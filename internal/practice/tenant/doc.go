// Package tenant is a Microsoft Entra tenant on loopback, for tests and for the
// practice mode. Its HTTPS server answers this program's requests as Microsoft
// Graph v1.0, the portal's password reset service and the v2.0 token endpoint do,
// and refuses what they refuse. It knows neither the program's Graph client nor
// its engine, and no directory.
//
// It checks what a request may check: the token's signature, audience, lifetime, scopes, app
// roles and directory roles, the version, path and verb, the query options, and each property of a body. It is stricter than the services
// where their behavior is not documented; such places say so. Nothing in it is a promise of how the services behave.
//
//	tn, err := tenant.Start(tenant.Options{})
//	defer tn.Close()
//	token := tn.Mint(tenant.TokenOptions{})
//	… GET tn.GraphEndpoint()+"/v1.0/organization", trusting tn.RootCAs()
//
// [Tenant.Change] changes any option of a running tenant; [Tenant.Requests] tells what was asked.
package tenant
