// Package adperms holds the rules of Active Directory permissions: which rights
// password writeback needs, which of them a DACL gives, and what adds the
// missing ones.
//
// It also says what a DACL looks like after an edit, what a child inherits, and
// whether an access check lets an account through. It is pure: descriptors go
// in, decisions come out. Package directory reads and writes them; this
// package knows no client, no tenant and no engine.
package adperms
