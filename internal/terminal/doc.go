// Package terminal is what concerns a person's terminal: whether somebody sits there, how
// large it is, whether it shows colors, the pager, the clipboard, the browser, and what
// is said beside a screen. It knows no directory, no tenant and no settings.
package terminal
