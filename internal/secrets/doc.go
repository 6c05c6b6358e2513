// Package secrets holds what the program was given in confidence. It takes secrets out of
// the environment before anything is started, strikes them out of every line, and keeps
// them out of a crash's memory. It knows nothing of what they open.
package secrets
