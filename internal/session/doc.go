// Package session opens what a verb works on: from settings and a purpose it makes the
// connections, the domains, the stages and the runner. It is the one place where clients
// and stages meet. It draws nothing, and knows no verb's words and no command line.
package session
