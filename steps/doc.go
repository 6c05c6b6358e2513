// Package steps is the engine: it looks, plans, applies what was approved, and
// takes it back; before each write it writes down what it is about to do. It
// asks nothing. It knows no directory, no tenant and no screen, and imports only
// the standard library and two packages of this module: visible (which
// characters deceive) and misread (what is wrong with a document).
//
// A [Procedure] brings one thing from what it is to what was asked for, by
// changes that are data. [Define] turns it into a [Step]. A [Runner] plans its
// steps, applies an [Approval] of the plan, verifies, and undoes a run.
// A [Store] holds the journals of the runs, and its [History] is what they say: nothing
// else reads them.
//
// The rules that everything here follows:
//
//   - The world is the state. The journal only remembers what was ours.
//   - Consent binds lines. Each step is planned afresh just before it is
//     written; a change is made only if a person approved exactly its
//     description ([Change.Key]). Resuming is applying the same approval again.
//   - Every write has an intent on disk before it and an ending after it. An
//     intent without an ending is in doubt: it is resolved by looking.
//   - Nothing is undone that the journal does not say we made.
//   - Everything happens in sequence, on the caller's goroutine.
package steps
