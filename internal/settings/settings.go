package settings

import (
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Settings are the values in one call of the program. The zero Settings has the
// defaults, and so has nil. It is not for concurrent use; a copy of the struct shares its values, and
// Clone does not.
type Settings struct {
	// DCForm gives the whole URL for what a person wrote for a DC; nil: it stays as
	// it is. Which forms there are is for the client of the directory to say.
	DCForm func(string) (string, error)
	// DCFound says that the DC is what DNS named, now or for the run that is gone on
	// with: nobody's word.
	DCFound bool

	verb      string // that runs; "": none yet
	values    map[*Setting]held
	apart     map[string][]given // by domain, in lower case: what differs there
	folder    string             // where the configuration file really is; "": there is none, or it is no file
	overruled *overruled         // by the run that is gone on with; nil: nothing is
	outer     string             // --state-dir, before the practice world took it over
}

// held is the value that a setting has.
type held struct {
	v    any // of the type of its kind
	from Origin
}

// given is a value as it was written, for one setting.
type given struct {
	of     *Setting
	values []string
	from   Origin
	found  bool // a DC that DNS named: nobody's word
}

// Of is the value of a setting. A list is not to be changed.
func (k Key[T]) Of(s *Settings) T {
	return s.any(k.Setting).(T)
}

// Put gives a setting a value, whatever it has.
func (k Key[T]) Put(s *Settings, v T, from Origin) { s.put(k.Setting, v, from) }

func (s *Settings) put(x *Setting, v any, from Origin) {
	if s.values == nil {
		s.values = map[*Setting]held{}
	}
	s.values[x] = held{v, from}
}

// Origin says where a setting's value came from.
func (s *Settings) Origin(x Any) Origin {
	if s == nil {
		return Origin{}
	}
	return s.values[x.setting()].from
}

// Clone returns an independent copy.
func (s *Settings) Clone() *Settings {
	out := *s
	out.values, out.apart = maps.Clone(s.values), maps.Clone(s.apart)
	return &out
}

// initial is the value that a setting has where nothing else is said.
func (x *Setting) initial() any {
	if x.IsList() {
		if x.Default == "" {
			return []string(nil)
		}
		return strings.Split(x.Default, ",")
	}
	if x.Kind == Switch && x.Default == "" {
		return false
	}
	v, _ := x.parse([]string{x.Default}) // a test reads all of them
	return v
}

// parse reads the values that one setting was given.
func (x *Setting) parse(values []string) (any, error) {
	if x == Domains.Setting {
		return eachOnce(values)
	}
	if x.IsList() {
		return slices.Clone(values), nil
	}
	if len(values) != 1 {
		return nil, fmt.Errorf("one value is needed, not %d", len(values))
	}
	one := values[0]
	switch x.Kind {
	case Switch:
		on, err := strconv.ParseBool(one)
		if err != nil {
			return nil, fmt.Errorf("%q is neither true nor false", one)
		}
		return on, nil
	case Duration:
		d, err := time.ParseDuration(one)
		if err != nil {
			return nil, fmt.Errorf("%q is no duration, such as 90s, 30m or 2h", one)
		}
		return d, nil
	case Percent:
		n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(one), "%"), 64)
		if err != nil || !(n >= 0 && n <= 100) { // NaN, too
			return nil, errors.New("it is a percentage from 0 to 100, such as 95")
		}
		return n, nil
	}
	return one, nil
}

// split is the list that one text of the environment or of an answer stands for. A DN
// has commas in it, so that scopes stand one a line.
func (x *Setting) split(text string) []string {
	switch x.Kind {
	case Lines:
		return strings.Split(strings.TrimSpace(text), "\n")
	case Words:
		return strings.Split(text, ",")
	}
	return []string{text}
}

// splitFlag is the list that one flag stands for: commas within quotes are none.
func (x *Setting) splitFlag(text string) ([]string, error) {
	if x.Kind != Words || text == "" {
		return slices.DeleteFunc([]string{text}, func(string) bool { return x.Kind == Words }), nil
	}
	out, err := csv.NewReader(strings.NewReader(text)).Read()
	if err != nil {
		return nil, fmt.Errorf("%q is no list with commas: its quotes do not match", text)
	}
	return out, nil
}

// texts are a setting's values as they would be written.
func (s *Settings) texts(x *Setting) []string {
	if list, is := s.any(x).([]string); is {
		return list
	}
	return []string{s.text(x)}
}

// text is a setting's value in one text.
func (s *Settings) text(x *Setting) string {
	switch v := s.any(x).(type) {
	case []string:
		return strings.Join(v, ",")
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

func (s *Settings) any(x *Setting) any {
	if s != nil {
		if h, there := s.values[x]; there {
			return h.v
		}
	}
	return x.initial()
}

// set gives a setting its value, unless something stronger has already, or the verb
// does not have the setting.
func (s *Settings) set(x *Setting, values []string, from Origin) error {
	if x == nil || !s.Unset(x) {
		return nil
	}
	v, err := x.parse(values)
	if err != nil {
		return &UsageError{Err: fmt.Errorf("%s, %s: %w", from, x.Name, err)}
	}
	s.put(x, v, from)
	return nil
}

// Named returns the verb's setting of that name, or nil.
func (s *Settings) Named(name string) *Setting {
	for _, x := range all {
		if x.Name == name && x.of(s.verb) {
			return x
		}
	}
	return nil
}

// Answer gives a setting the value that a person chose. What the command line, the
// environment or a file says stays.
func (s *Settings) Answer(of Any, value string) error {
	x := of.setting()
	if !s.Answerable(x) {
		return nil
	}
	v, err := x.parse(x.split(value))
	if err != nil {
		return fmt.Errorf("%s: %w", x.Name, err)
	}
	s.put(x, v, FromAnswer)
	if x == DC.Setting {
		s.DCFound = value == "" // left to DNS
	}
	return nil
}

// Forget takes back what an answer, or a run, gave a setting.
func (s *Settings) Forget(x Any) {
	if s.Answerable(x) {
		delete(s.values, x.setting())
	}
}

// Drop takes back what a setting was given, by whatever.
func (s *Settings) Drop(x Any) { delete(s.values, x.setting()) }

// Unanswer takes back all that answers and runs gave.
func (s *Settings) Unanswer() {
	for _, x := range all {
		s.Forget(x)
	}
	s.reinstate()
}

// Accepted adds what a person has accepted.
func (s *Settings) Accepted(names []string) error {
	from := s.Origin(Accept)
	if from.Kind == IsDefault {
		from = FromAnswer
	}
	Accept.Put(s, slices.Concat(Accept.Of(s), names), from)
	return nil
}

// ToPractice puts the practice world's values in the place of all that say whom we
// really speak to; those that it has none for get their default. A flag that says
// otherwise is a mistake; the environment and the configuration file are overruled.
func (s *Settings) ToPractice(world map[*Setting]string) error {
	s.outer = StateDir.Of(s)
	for _, x := range With(Real) {
		if s.ByFlag(x) && x != StateDir.Setting {
			return Usagef("--practice has a domain and a tenant of its own: leave --%s out", x.Name)
		}
		v := x.initial()
		if text, is := world[x]; is {
			var err error
			if v, err = x.parse([]string{text}); err != nil {
				return fmt.Errorf("practice: --%s: %w", x.Name, err)
			}
		}
		s.put(x, v, FromPractice)
	}
	return nil
}
