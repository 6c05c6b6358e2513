// Package change is about a change that several people bring about, each with a part of
// it: the plan file that goes from one to the next, who planned what, and what the others
// do next. It knows no verb, no directory and no terminal.
package change
