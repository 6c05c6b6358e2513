// Package settings holds what a person can set: one table of settings, and the values
// that they have in one call of the program, each with where it came from. It opens
// the configuration file and no other, and it knows no client, no terminal and no
// command line library.
//
// Every setting is a flag. What the flag does not say, the environment does (WRITEBACK_
// and the flag in capitals), then the configuration file that was named, then the run
// that the verb goes on with, then the default. All of them end in one place, so that
// there is one path.
//
// A setting is added as one entry in table.go. Flags, help, man pages, the environment,
// the configuration file and its schema, completion, previews, journals and the command
// line that is shown at the end are loops over the table.
package settings
