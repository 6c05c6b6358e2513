// Package bind signs in by Kerberos, with a password, a keytab, a ticket or the Windows
// session, bound to the server's certificate; and says what a refused sign-in means. It
// may not know how the server was found and trusted, or what is asked of it afterwards.
package bind
