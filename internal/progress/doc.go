// Package progress bounds loops over somebody else's answer. Whoever answers may
// go on for ever: with pages that say nothing, with one page again and again,
// with lists inside lists. Every such loop asks here whether it may go on. The
// package does no I/O and knows no clock.
package progress
