package settings

import (
	"slices"
	"strings"
)

// Flag is a setting as a flag of the command line. It has the methods that pflag.Value
// asks for.
type Flag struct {
	Setting *Setting
	in      *Settings
	begun   bool // it was given: what comes next is a further value of a list
}

// Set takes one value of the flag.
func (f *Flag) Set(text string) error {
	if f.Setting == Domains.Setting && text == "" { // as scripts pass on what they do not have
		if !f.begun {
			Domains.Put(f.in, nil, FromFlag)
		}
		return nil
	}
	values, err := f.Setting.splitFlag(text)
	if err != nil {
		return err
	}
	if f.Setting.IsList() && f.begun {
		values = slices.Concat(f.in.texts(f.Setting), values)
	}
	v, err := f.Setting.parse(values)
	if err != nil {
		return err
	}
	f.begun = true
	f.in.put(f.Setting, v, FromFlag)
	return nil
}

// String is the value; help shows it as the default.
func (f *Flag) String() string {
	if f == nil || f.Setting == nil {
		return ""
	}
	text := f.in.text(f.Setting)
	if f.Setting.Kind == Words && text != "" {
		return "[" + text + "]"
	}
	return text
}

// Type is what help goes by.
func (f *Flag) Type() string {
	return map[Kind]string{Text: "string", Switch: "bool", Lines: "stringArray", Words: "stringSlice", Duration: "duration", Percent: "percent"}[f.Setting.Kind]
}

// Flag gives the flag of a setting.
func (s *Settings) Flag(x *Setting) *Flag { return &Flag{Setting: x, in: s} }

// EnvName is the variable that stands for a flag.
func EnvName(flag string) string {
	return "WRITEBACK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromEnvironment reads the environment. A variable that is there and empty says
// nothing: that is how scripts and CI systems pass on what they do not have.
func (s *Settings) fromEnvironment(env func(string) (string, bool)) error {
	for _, x := range all {
		if !x.of(s.verb) || x.Has(FlagOnly) {
			continue
		}
		name := EnvName(x.Name)
		value, ok := env(name)
		if !ok || value == "" {
			continue
		}
		if err := s.set(x, x.split(value), Origin{Kind: IsEnvironment, Name: name}); err != nil {
			return err
		}
	}
	return nil
}

// Resolve fills what the command line did not say, for a verb, from the environment
// and, if it is to be read, the configuration file.
//
// Errors: [UsageError].
func (s *Settings) Resolve(verb string, env func(string) (string, bool), withFile bool) error {
	s.verb = verb
	if err := s.fromEnvironment(env); err != nil {
		return err
	}
	if withFile {
		if err := s.fromConfig(); err != nil {
			return err
		}
	}
	if err := s.own(); err != nil {
		return err
	}
	return s.Check()
}
