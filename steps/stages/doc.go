// Package stages holds the documented stages of password writeback as steps of
// the engine, in their order. A stage decides by the rules of package adperms
// and reaches the world through the interface that it names here; it knows no
// LDAP, no HTTP and no screen.
package stages
