// Package typeahead forgets what was typed at a terminal before anybody could see
// what it would answer: keys that were pressed, or pasted, before a review was shown
// approve nothing.
package typeahead
