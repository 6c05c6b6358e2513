// Package tui draws a guided flow on a terminal's whole screen, with Bubble Tea. It
// knows no stage, directory or tenant.
//
// Its rules. [Run] starts the program and runs the flow on a goroutine of
// its own; the two meet in messages (to the screen, by Program.Send) and
// buffered channels (back to whoever waits for an answer). Update does no I/O
// and starts no goroutine: what has to be done outside is a command that the
// caller gave in [Options]. There is one tea.Model; the screens are plain
// structs with methods, one file each, made by the flow's goroutine and
// owned by the model from then on. Whatever comes from outside goes through
// steps.Plain once, where a screen is made. Colors are the terminal's own
// sixteen without a background, so that they are readable on light and dark;
// nothing is told by color alone. A screen's help line and what its keys do
// come from the same bindings.
package tui
