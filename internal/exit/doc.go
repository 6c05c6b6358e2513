// Package exit says how a call of the program ended: its exit code, what a person reads
// of an error and what to do about it, and the document that a program reads. It knows
// no verb, no session and no terminal: who calls it says where the words go.
package exit
