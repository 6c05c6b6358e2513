// Package output puts what a verb has to hand over where the person wants it: a report,
// a page, a bundle, metrics. Each file is written whole or not at all, and never over
// something that the call reads. It knows no verb, no session and no terminal.
package output
