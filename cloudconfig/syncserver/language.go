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
}

func (e *LanguageError) Error() string {
	where, there := "PowerShell on this computer", "here"
	if e.Host != "" {
		where, there = "PowerShell on "+e.Host, "there"
	}
	if e.Mode == noLanguage {
		return where + " is offered by a session configuration (JEA) that takes no scripts: run writeback on the sync server itself, or " + handOff
	}
	run := "nothing was run"
	if e.begun {
		run = "it stopped"
	}
	return fmt.Sprintf("%s runs in the language mode %s (AppLocker or WDAC), in which a script does not do what it says: %s. "+
		"The product's cmdlets are signed and run %s: switch by hand, with --writeback-method manual", where, e.Mode, run, there)
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
