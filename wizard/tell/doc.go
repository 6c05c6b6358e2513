// Package tell puts into words, once, what every verb shows: a plan, a finding, whom it
// reaches, a result, a run, a user. It gives blocks, which renderers lay out, and the
// JSON documents. It knows no renderer, terminal, stage, directory or tenant: it has
// only the data of the engine and the flow.
//
// Names from a directory or a tenant are in the blocks as they are: whoever writes them
// makes them harmless ([Page] has it done already).
package tell
