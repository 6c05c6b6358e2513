// Package cloudconfig holds the rules of the cloud half of password writeback:
// which licenses and roles count, what proves that writeback is on, and what
// only looks like proof.
//
// It is pure: what was seen of a tenant and a sync server goes in, verdicts come
// out. Packages graph, portal and syncserver read and write; this package knows
// no client, no directory and no engine.
package cloudconfig
