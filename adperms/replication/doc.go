// Package replication watches how far a change has come on every DC of some domains.
// It knows no DC, no directory and no change: whoever watches says how one is asked.
package replication
