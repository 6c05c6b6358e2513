// Package contract holds the practice domain against a real one: one suite,
// [Run] in its tests, that the practice domain and a Samba domain controller
// must both pass. It goes through the client that the program uses, through plain
// LDAP for what others do, and through the delegate stage as a whole. Where the
// two may differ the suite says how and why.
//
//	go test ./internal/practice/contract
//
// There is nothing in it but tests.
package contract
