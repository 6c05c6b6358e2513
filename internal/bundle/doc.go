// Package bundle makes of what a run read a file that can be sent to strangers, and reads
// such a file. It passes an allow-list and nothing else: words of the protocol and of
// this program, numbers, and patterns that decide. Every other name is replaced, the same
// one always by the same, and free text is left out. The table of what was replaced is
// not in the bundle.
//
// It knows no client, no file and no clock: a session hands over what it read, and what is written goes to a writer.
package bundle
