// Package tracing tells of what clients do, a line an operation: to a person with
// --debug, to the file of --log-file, and of what is waited for always. Lines hold no
// values. It knows no verb, no session and no terminal.
package tracing
