// Package typeahead discards what was typed at a terminal too early: keys that
// were pressed or pasted before a review was shown approve nothing. It imports
// no other package of this module: it knows neither the screen nor the question.
package typeahead
