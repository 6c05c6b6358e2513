package terminal

// Whether text is colored. What is said first in this list decides:
//
//	--no-color (also WRITEBACK_NO_COLOR and no-color: in the configuration file)
//	NO_COLOR          not empty: never (no-color.org)
//	CLICOLOR_FORCE    not empty and not 0: always, also into a file or a pipe
//	CLICOLOR          0: never (bixense.com/clicolors)
//	the output        colored where it is a terminal, and TERM is not dumb
//
// JSON, metrics and Markdown are never colored, and neither are errors.

// Wish is what --no-color says.
type Wish struct {
	None   bool // no colors
	ByFlag bool // the command line says so, or the contrary
}

// Uncolored says that somebody wants no colors.
func (t Terminal) Uncolored(w Wish) bool {
	if w.None {
		return true
	}
	if value, _ := t.LookupEnv("NO_COLOR"); value != "" && !w.ByFlag {
		return true
	}
	value, _ := t.LookupEnv("CLICOLOR")
	return value == "0" && !t.forced()
}

// forced says that somebody wants colors wherever text goes.
func (t Terminal) forced() bool {
	value, _ := t.LookupEnv("CLICOLOR_FORCE")
	return value != "" && value != "0"
}

// Colored says that text is to have colors.
func (t Terminal) Colored(w Wish) bool { return !t.Uncolored(w) && (t.Color || t.forced()) }
