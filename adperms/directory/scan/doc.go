// Package scan reads every object that a search finds, for directories of any size:
// in memory that does not grow, and from where it was when a connection is lost. It
// may not know which server that is, who signed in, or what the objects are for.
package scan
