package settings

import (
	"slices"
	"strings"
)

// Origin says where a value came from. The zero Origin is the default.
type Origin struct {
	Kind OriginKind
	Name string // of the variable, the file or the run; what was found
	// Own says that a file gives the value to one domain alone.
	Own bool
}

// OriginKind is one of the ways in which a setting gets its value.
type OriginKind int

// The ways.
const (
	IsDefault OriginKind = iota
	IsFlag
	IsEnvironment
	IsFile
	IsAnswer   // a person was asked
	IsPlan     // a plan file
	IsRun      // the run that is gone on with
	IsPractice // the practice world's
	IsFound    // nobody said it: it was found
)

// Origins without a name.
var (
	FromFlag     = Origin{Kind: IsFlag}
	FromAnswer   = Origin{Kind: IsAnswer}
	FromPractice = Origin{Kind: IsPractice}
)

// Found is the origin of a value that was discovered, not given.
func Found(what string) Origin { return Origin{Kind: IsFound, Name: what} }

const (
	filePrefix = "file "
	ownSuffix  = ", for this domain"
	runPrefix  = "run "
)

// String is the origin as previews and journals have it.
func (o Origin) String() string {
	switch o.Kind {
	case IsFlag:
		return "flag"
	case IsEnvironment:
		return "environment " + o.Name
	case IsFile:
		if o.Own {
			return filePrefix + o.Name + ownSuffix
		}
		return filePrefix + o.Name
	case IsAnswer:
		return "answer"
	case IsRun:
		return runPrefix + o.Name
	case IsPlan:
		return "plan file " + o.Name
	case IsPractice:
		return "practice"
	case IsFound:
		return "found: " + o.Name
	}
	return "default"
}

// recordedFromFile says that a preview's or a journal's origin is a configuration file.
func recordedFromFile(origin string) bool { return strings.HasPrefix(origin, filePrefix) }

// Unset says that nothing gives a setting a value: it has its default.
func (s *Settings) Unset(x Any) bool { return s.Origin(x).Kind == IsDefault }

// ByFlag says that the command line gives a setting its value.
func (s *Settings) ByFlag(x Any) bool { return s.Origin(x).Kind == IsFlag }

// Said says that the command line or the environment gives a setting its value, or
// somebody since.
func (s *Settings) Said(x Any) bool {
	kind := s.Origin(x).Kind
	return kind != IsDefault && kind != IsFile
}

// Answerable says that a person may be asked for a setting: nothing but an earlier
// answer, or an interrupted run, gives it a value.
func (s *Settings) Answerable(x Any) bool {
	switch s.Origin(x).Kind {
	case IsDefault, IsAnswer, IsRun:
		return true
	}
	return false
}

// Given says that one of the settings with a trait has a value of its own.
func (s *Settings) Given(t Trait) bool {
	return slices.ContainsFunc(With(t), func(x *Setting) bool { return !s.Unset(x) })
}
