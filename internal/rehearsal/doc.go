// Package rehearsal has a process enter the practice world: it takes the world's lock, has
// all settings lead there, does what people say to have done, and tells where one is. It
// knows no verb, no session and no terminal.
package rehearsal
