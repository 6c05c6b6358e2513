// Package checks holds what doctor looks at: the connection to the DC, the
// domain, the connector account, the sync server and the tenant. Every check
// only reads. A source that cannot be reached makes its checks "not checked",
// never "ok".
//
// The package names the interfaces that it needs and does no I/O of its own;
// what the stages find already it takes from them.
package checks
