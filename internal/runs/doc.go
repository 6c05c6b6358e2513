// Package runs finds the run that a command line means: by its name, as the latest, or as
// the one that was interrupted; and the place that a person's word is about. It reads
// journals. It knows no client, no session and no terminal.
package runs
