// Package adperms holds the rules of Active Directory permissions: which
// rights password writeback needs, whether a DACL gives them already, which
// ACEs are missing, what a DACL looks like after an edit, what a child inherits
// and whether an access check lets an account through.
//
// It is pure: descriptors go in, decisions come out. Package directory fetches
// and writes them.
package adperms
