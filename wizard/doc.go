// Package wizard conducts one flow: plan, show, approve, apply; and undo. It
// knows the engine and its data, and renderers that show things and ask; it knows
// no directory, no tenant and no step by name. Every renderer goes through the same
// flow, so that there is one path and not an interactive and another one.
package wizard
