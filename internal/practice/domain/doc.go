// Package domain is an Active Directory domain on loopback: one domain
// controller that speaks LDAP and LDAPS, with a small company in it. It is for
// tests and for the practice mode, and it behaves as a DC does towards what this
// program asks, and towards what people look at with ldapsearch or an LDAP
// browser. It knows no client of this program, no engine and no tenant.
//
//	d, err := domain.Start(domain.Options{})
//	defer d.Close()
//	… ldapsearch -x -H d.LDAPS() -D Administrator@corp.contoso.com …, trusting d.CA()
//
// Access is decided by [adperms.Access] from the descriptors of the objects and
// the token of who signed in, and inheritance by [adperms.ChildDACL]: the same
// rules that plans are made with, which are held against a real DC elsewhere.
// The suite in ../contract must pass on this domain and on a Samba DC.
//
// It reads and writes LDAP itself, a few hundred lines: a ready-made server
// would hide controls, references, Abandon or ModifyDN, and a general BER decoder
// makes a tree of a hostile message many times its size.
//
// What it has not: Kerberos and SASL, replication, a global catalog, GPOs, the
// hourly run over protected accounts, which attributes a class must or may
// have, and any schema but a part of the published one. Passwords are practice
// ones, kept as one round of a salted hash. It listens on loopback only.
package domain
