package syncserver

import (
	"fmt"
	"strings"
)

// LanguageError is a PowerShell that may not run what a script is made of: AppLocker or
// WDAC keep it in constrained language, or a session configuration (JEA) takes no
// scripts at all.
type LanguageError struct {
	Host string // "": this computer
	Mode string // as SessionState.LanguageMode has it

	begun bool // the script may have run in part
	here  bool // it is the frame's, on this computer
	// reaching says that this computer is not the sync server, but was to reach it.
	reaching bool
}

func (e *LanguageError) Error() string {
	where := "PowerShell on this computer"
	if e.Host != "" {
		where = "PowerShell on " + e.Host
	}
	run := "nothing was run"
	if e.begun {
		run = "the script stopped midway; whether it switched anything has to be looked up"
	}
	switch why := fmt.Sprintf("%s runs in the language mode %s (AppLocker or WDAC), in which scripts do not work as written: %s", where, e.Mode, run); {
	case e.Mode == noLanguage:
		return where + " is offered by a session configuration (JEA) that takes no scripts, and nothing was run: run writeback on the sync server itself, or " + handOff
	case e.reaching:
		return why + ". Run writeback on a computer without that policy, or " + handOff
	default:
		return why + ". The product's cmdlets are signed and run there: switch by hand, with --writeback-method manual"
	}
}

// NotWritten says that nothing was written.
func (e *LanguageError) NotWritten() bool { return !e.begun }

const (
	noLanguage = "NoLanguage"
	// languageMark begins what the scripts throw, before they do anything.
	languageMark = "writeback-language-mode "
)

// language recognizes the errors of a language mode; nil where it is none. The first is
// the scripts' own, thrown before anything was done; a session without a language refuses
// a script whole. The others may come from anywhere in it.
func (e *ScriptError) language() *LanguageError {
	id, _, _ := strings.Cut(e.ID, ",")
	if mode, is := strings.CutPrefix(id, languageMark); is {
		return &LanguageError{Mode: mode}
	}
	switch id {
	case "ScriptsNotAllowed":
		return &LanguageError{Mode: noLanguage}
	case "CannotCreateTypeConstrainedLanguage", "MethodInvocationNotSupportedInConstrainedLanguage":
		return &LanguageError{Mode: "ConstrainedLanguage", begun: true}
	}
	return nil
}
