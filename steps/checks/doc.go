// Package checks holds what doctor looks at: the connection to the DC, the
// domain, the connector account, the sync server and the tenant. Every check
// only reads. A source that cannot be reached makes its checks "not checked",
// never "ok".
//
// It knows no client, no stage and no screen: it names the interfaces that it
// needs, does no I/O of its own, and is given what the stages have found already.
package checks
