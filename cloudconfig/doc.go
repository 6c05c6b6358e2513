// Package cloudconfig holds the rules of the cloud half of password writeback:
// what is to be known of a tenant and a sync server, which licences and roles
// count, what proves that writeback is on, and what only looks like it.
//
// It is pure: observations go in, verdicts come out. Packages graph, portal and
// syncserver observe and write.
package cloudconfig
