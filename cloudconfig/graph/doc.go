// Package graph reads what Microsoft Graph knows of a tenant, and writes the one
// flag that Graph lets us write. It is a client: it decides nothing, it returns
// what package cloudconfig judges. It knows no directory and no stage.
//
// The wire is all in two tables (endpoints.go, and person_wire.go for one user): no request leaves the program
// that is not in it. Requests are built by hand and answers are read with the
// SDK's models; its request builders are not used, which saves a minute of
// compiling and keeps every query in sight.
//
// Rules:
//   - Only https, only the one host, no redirect. A next page is asked for only
//     where the first one was.
//   - A refusal is an *Error with a Kind; what the service said is in it,
//     shortened and without control characters. Tokens and secrets are never.
//   - Waiting is bounded: see Options.Patience.
package graph
