// Package directory is the LDAP client of the program: it opens a verified connection
// to one domain controller, reads what the rules in adperms need to know, and writes a
// DACL. It may not know what is done with that: it decides nothing.
//
// Rules of the package
//
//   - One [Conn] is one DC. It is never exchanged for another and never opened
//     again silently: after [LostError] the caller decides. Scans alone, which read
//     and nothing else, have connections of their own, made in the same way to the
//     same DC, and go on after one was lost.
//   - Everything goes over verified TLS (LDAPS, or StartTLS before anything
//     else). No option turns verification off.
//   - What a DC says may be a lie. Values are parsed with their bounds checked,
//     and no text of the DC reaches an error message before [Visible].
//   - LDAP result codes, certificate and DNS errors become sentences here and only
//     here, and refused sign-ins in package bind; where a caller has to decide by
//     them there is a type.
//   - A write touches the DACL alone (SD flags 4, MS-ADTS 3.1.1.3.4.1.11).
//
// A Conn may be used by several goroutines. A context that ends while a request
// is under way cuts the connection, because LDAP has no other way to take back
// a request and be sure (an Abandon is not answered, RFC 4511 section 4.11).
package directory
