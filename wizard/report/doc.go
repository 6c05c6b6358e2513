// Package report writes the evidence of one run for people who were not there, a
// change board or an auditor: as one HTML file that needs nothing else, as
// Markdown, or as JSON. It says what the journal says, and what it does not say.
// It asks nobody: it knows no stage, directory or tenant.
//
// [HTML], [Markdown] and [JSON] write what package tell put together. Names from a
// directory or a tenant are in it as they are, and are made safe where they are written.
package report
