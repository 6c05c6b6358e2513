package main

import "writeback/internal/settings"

// Whether text is coloured. What is said first in this list decides:
//
//	--no-color (also WRITEBACK_NO_COLOR and no-color: in the configuration file)
//	NO_COLOR          not empty: never (no-color.org)
//	CLICOLOR_FORCE    not empty and not 0: always, also into a file or a pipe
//	CLICOLOR          0: never (bixense.com/clicolors)
//	the output        coloured where it is a terminal, and TERM is not dumb
//
// JSON, metrics and Markdown are never coloured, and neither are errors.

// uncoloured says that somebody wants no colours.
func (a *app) uncoloured() bool {
	if settings.NoColor.Of(a.settings) {
		return true
	}
	if value, _ := a.lookupEnv("NO_COLOR"); value != "" && !a.settings.ByFlag(settings.NoColor) {
		return true
	}
	value, _ := a.lookupEnv("CLICOLOR")
	return value == "0" && !a.forced()
}

// forced says that somebody wants colours wherever text goes.
func (a *app) forced() bool {
	value, _ := a.lookupEnv("CLICOLOR_FORCE")
	return value != "" && value != "0"
}

func (a *app) coloured() bool { return !a.uncoloured() && (a.colour || a.forced()) }
