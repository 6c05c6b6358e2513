package terminal

import (
	"os"

	"golang.org/x/term"

	"writeback/internal/secrets"
)

// Terminal is where a person sits. The zero Terminal is nobody's.
type Terminal struct {
	In    *os.File // where a person can be asked; nil: nobody is there
	Seen  bool     // standard output is a terminal
	Color bool     // and it shows colors
	Dumb  bool     // and nothing can be drawn on it
	// LookupEnv is the environment.
	LookupEnv func(string) (string, bool)
	// Secrets are kept out of the arguments of what is started.
	Secrets *secrets.Secrets
}

// Of is the terminal of a process by its standard input and output.
func Of(in, out *os.File, env func(string) (string, bool), held *secrets.Secrets) Terminal {
	seen := of(out) != nil
	return Terminal{In: of(in), Seen: seen, Color: mayColor(out), Dumb: seen && !takesANSI(out), LookupEnv: env, Secrets: held}
}

// ByLines says that the screen is to be spoken of in lines, as wanted says, or the
// environment or the terminal.
func (t Terminal) ByLines(wanted bool) bool {
	env, _ := t.LookupEnv("ACCESSIBLE")
	term, _ := t.LookupEnv("TERM")
	return wanted || t.Dumb || env != "" && env != "0" && env != "false" || term == "dumb"
}

// Size is that of the terminal that shows standard output; 0 where there is none.
func (t Terminal) Size() (columns, rows int) {
	if !t.Seen {
		return 0, 0
	}
	columns, rows, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil {
		return 0, 0
	}
	return columns, rows
}

// of gives f back where a person is at its other end.
func of(f *os.File) *os.File {
	if term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}

// mayColor says that f is a terminal that takes ANSI sequences.
func mayColor(f *os.File) bool {
	return term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" && takesANSI(f)
}
