package settings

import (
	"slices"
	"strings"
	"time"
)

// Setting is one entry of the table.
type Setting struct {
	Name    string   // the flag without --, and the key in a configuration file
	Letter  string   // the short flag; "": none
	Kind    Kind     //
	Default string   // as it would be written; lists with commas
	Usage   string   // one line; `WORD` in back quotes stands for the value
	Is      Trait    // what it is for
	Stage   string   // the only stage that it is for; "": others use it, too
	Verbs   []string // those that have it; nil: all
	// Words gives the values that it can have, or each element of a list, where these
	// are few: what is checked, completed and offered. nil: any text may be right.
	Words func() []string
	// check refuses a value, or one element of a list, that is never right.
	check func(value string) error
}

// Kind is the form of a setting's value.
type Kind int

// The kinds.
const (
	Text     Kind = iota
	Switch        // true or false; the flag alone is true
	Lines         // a list: the flag is given again, or a variable has one a line
	Words         // a list with commas
	Duration      // as time.ParseDuration has it
	Percent       // 0 to 100, with or without its sign
)

// Trait is what a setting is for. Each setting has any number of them.
type Trait int

// The traits.
const (
	Shown     Trait = 1 << iota // it says what is done, and to which domain: in previews and journals
	Reached                     // it says whom we speak to, whom we trust and who we are: in previews and journals
	Kept                        // not in previews, but it changes what is done: in the command line that is shown
	Trusted                     // a run that is gone on with outranks a file here
	PerDomain                   // it can differ from domain to domain
	Cloud                       // giving it says that the stages writeback and sspr are wanted
	Real                        // the practice world puts its own in its place
	Consent                     // it says yes to what is shown, or proves it: it stands in no file
	FlagOnly                    // neither the environment nor a file gives it: there the name is another verb's
	NoFile                      // it stands in no configuration file for another reason
	Written                     // it names a file that is written
	Program                     // its value is a program: a bare name is looked for as a shell does
)

// Has says that a setting has one of some traits.
func (x *Setting) Has(t Trait) bool { return x.Is&t != 0 }

// Metavar is the word that stands for the value in help, from the usage; "" for none.
func (x *Setting) Metavar() string {
	_, after, _ := strings.Cut(x.Usage, "`")
	word, _, _ := strings.Cut(after, "`")
	return word
}

// IsPath says that the value is the name of a file or folder.
func (x *Setting) IsPath() bool {
	return x.Kind == Text && (x.Metavar() == "FILE" || x.Metavar() == "DIR")
}

// NamedFile is a file that a setting names.
type NamedFile struct{ Flag, Path string }

// Files are the files that the settings name for the verb at hand: those that it writes,
// and those that it reads.
func (s *Settings) Files() (written, read []NamedFile) {
	for _, x := range all {
		if !x.of(s.verb) || x == StateDir.Setting || x.Metavar() != "FILE" && !x.IsPath() {
			continue
		}
		var paths []string
		switch v := s.any(x).(type) {
		case string:
			paths = []string{v}
		case []string: // the repeatable ones
			paths = v
		}
		for _, path := range paths {
			switch {
			case path == "" || path == "-":
			case x.Has(Written):
				written = append(written, NamedFile{"--" + x.Name, path})
			default:
				read = append(read, NamedFile{"--" + x.Name, path})
			}
		}
	}
	return written, read
}

// IsList says that a setting can have several values.
func (x *Setting) IsList() bool { return x.Kind == Lines || x.Kind == Words }

// of says that a verb has the setting.
func (x *Setting) of(verb string) bool { return x.Verbs == nil || slices.Contains(x.Verbs, verb) }

func (x *Setting) setting() *Setting { return x }

// Any is a setting of any value type.
type Any interface{ setting() *Setting }

// Key is a setting with values of type T.
type Key[T value] struct{ *Setting }

type value interface {
	string | bool | []string | time.Duration | float64
}

// all is the table, in its order.
var all []*Setting

func add[T value](kind Kind, x Setting) Key[T] {
	x.Kind = kind
	all = append(all, &x)
	return Key[T]{&x}
}

func text(x Setting) Key[string]            { return add[string](Text, x) }
func toggle(x Setting) Key[bool]            { return add[bool](Switch, x) }
func lines(x Setting) Key[[]string]         { return add[[]string](Lines, x) }
func words(x Setting) Key[[]string]         { return add[[]string](Words, x) }
func duration(x Setting) Key[time.Duration] { return add[time.Duration](Duration, x) }
func percent(x Setting) Key[float64]        { return add[float64](Percent, x) }

// All is the table.
func All() []*Setting { return slices.Clone(all) }

// Of are the settings that a verb has for itself; "": those of all verbs.
func Of(verb string) (out []*Setting) {
	for _, x := range all {
		if verb == "" && x.Verbs == nil || slices.Contains(x.Verbs, verb) {
			out = append(out, x)
		}
	}
	return out
}

// With are the settings that have one of some traits.
func With(t Trait) (out []*Setting) {
	for _, x := range all {
		if x.Has(t) {
			out = append(out, x)
		}
	}
	return out
}

// names are the names of settings, each once.
func names(list []*Setting) (out []string) {
	for _, x := range list {
		if !slices.Contains(out, x.Name) {
			out = append(out, x.Name)
		}
	}
	return out
}

// inFile are the names that can stand in a configuration file.
func inFile() []string {
	return names(slices.DeleteFunc(All(), func(x *Setting) bool { return x.Has(Consent | NoFile) }))
}

// Name is the name of a setting.
func Name(x Any) string { return x.setting().Name }

// Names are the names of all settings.
func Names() []string { return names(all) }
