// Package frame cuts what comes over an LDAP connection into whole messages, and
// says how much of it is believed: lengths, elements, entries and pages each have a
// bound. It may not know what a message says, who sent it, or what it is for.
package frame
