package tenant

import "fmt"

// words are a refusal in the service's own words, which begin with a capital and end with a full stop.
type words string

func (w words) Error() string { return string(w) }

func inWords(format string, a ...any) error { return words(fmt.Sprintf(format, a...)) }
