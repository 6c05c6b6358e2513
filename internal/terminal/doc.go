// Package terminal deals with a person's terminal: whether somebody is there,
// its size and colors, the pager, the clipboard, the browser, and what is said
// beside a screen. It knows no directory, no tenant and no settings.
package terminal
