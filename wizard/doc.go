// Package wizard conducts one sitting: plan, show, approve, apply; and undo. It
// knows the engine and its data, and faces that show things and ask; it knows
// no directory, no tenant and no step by name. Every face goes through the same
// sitting, so that there is one path and not an interactive and another one.
package wizard
