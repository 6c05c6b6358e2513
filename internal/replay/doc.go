// Package replay is a domain of any size that is nowhere stored: an LDAP server
// that makes up user after user as it is asked, fast enough to measure who reads
// them. Its memory does not grow with the number of users. It knows no client
// and no rules.
//
// It answers the rootDSE, any simple bind, base searches, and searches (paged,
// RFC 2696) for users or for the OUs above them; which of them is all that it
// sees in a filter. Sequences carry long lengths, as AD's do. For tests it can
// hang up, forget cookies and leave users out.
//
//	descriptor.go  the distinct security descriptors, and who has which
//	directory.go   user number i, and the OUs
//	entry.go       objects as LDAP messages
//	request.go     what is asked
//	answer.go      what is answered
//	server.go      listening
package replay
