// Package coverage tells for every user of a domain whether the connector
// account can write the password back, now and after the planned edits. It
// judges now by the user's own descriptor, and after by the descriptor that
// the user will have then.
//
// What will be is computed from the tree. The DC passes a DACL that was written
// down to every object below, and stops where a DACL is protected (MS-ADTS
// 6.1.3): an object that the change reaches gets its inherited ACEs afresh from
// its parent, one that it does not reach stays as it is, however old its
// inherited ACEs are.
//
// A [Survey] takes the objects that have others below them, then the users one
// by one. It keeps what it knows of the former, and of users nothing.
// The caller reads from the DC: this package does no I/O, and knows no client,
// no engine and no tenant.
package coverage
