package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"writeback/steps"
)

// What comes from a configuration file, and how far it counts: below flags and the
// environment, and where whom to speak to and whom to trust are meant, below the run
// that is gone on with.

const (
	fileOrigin = "file "
	ownOrigin  = ", for this domain" // after the file: what is special about one domain
)

func fromFile(origin string) bool { return strings.HasPrefix(origin, fileOrigin) }

// isOwn says that a value is one that a file gives to one domain alone.
func isOwn(origin string) bool { return fromFile(origin) && strings.HasSuffix(origin, ownOrigin) }

// isPath says that a setting is the name of a file or folder.
func isPath(x *pflag.Flag) bool {
	kind, _ := pflag.UnquoteUsage(x)
	return x.Value.Type() == "string" && (kind == "FILE" || kind == "DIR")
}

// rooted is a path as it is meant in a folder; "" is the current one. What is no
// path in a folder stays: - is standard input, and a bare name of a program is looked
// for as the shell does.
func rooted(x *pflag.Flag, value, folder string) string {
	switch {
	case value == "" || value == "-" || filepath.IsAbs(value) || filepath.VolumeName(value) != "" || os.IsPathSeparator(value[0]):
		return value
	case x.Name == "powershell" && filepath.Base(value) == value:
		return value
	case folder != "":
		return filepath.Join(folder, value)
	}
	if whole, err := filepath.Abs(value); err == nil {
		return whole
	}
	return value
}

// besideFile are the values of a setting in a configuration file, with paths as they
// are meant there: in the folder where the file really is.
func (s *settings) besideFile(name string, values []string) []string {
	x := s.flags.Lookup(name)
	if x == nil || !isPath(x) || len(values) != 1 || s.folder == "" {
		return values
	}
	return []string{rooted(x, values[0], s.folder)}
}

// ofTrust are the settings that say whom to speak to and whom to trust.
var ofTrust = []string{"domain", "dc", "ca-cert", "tls-pin", "tls-name", "krb5-conf", "cloud", "tenant", "graph-endpoint", "portal-endpoint"}

// overruled is what a file said of that.
type overruled struct {
	all   []setting
	apart map[string][]setting
}

// overrule takes back what a file says of whom to trust: the run knows it. What was
// taken is put back where no run is gone on with any more.
func (s *settings) overrule(run steps.Run) {
	s.reinstate()
	s.overruled = &overruled{apart: maps.Clone(s.apart)}
	for _, name := range ofTrust {
		x := s.flags.Lookup(name)
		if x == nil || !fromFile(s.from[name]) {
			continue
		}
		values := []string{x.Value.String()}
		if list, ok := x.Value.(pflag.SliceValue); ok {
			values = slices.Clone(list.GetSlice())
			_ = list.Replace(nil) // domain has no default
		} else {
			_ = x.Value.Set(x.DefValue) // it was taken before
		}
		s.overruled.all = append(s.overruled.all, setting{name: name, values: values, from: s.from[name]})
		delete(s.from, name)
	}
	first, _, _ := strings.Cut(strings.ToLower(run.Target.Domain), joiner)
	if s.apart = maps.Clone(s.apart); s.apart == nil {
		s.apart = map[string][]setting{}
	}
	s.apart[first] = withoutTrust(s.apart[first])
	for key := range run.Settings {
		if domain, is := strings.CutPrefix(key, "dc@"); is {
			s.trustAsIn(run, strings.ToLower(domain))
		}
	}
}

func withoutTrust(all []setting) []setting {
	return slices.DeleteFunc(slices.Clone(all), func(o setting) bool { return slices.Contains(ofTrust, o.name) })
}

// trustAsIn has a further domain trust whom the run trusted there.
func (s *settings) trustAsIn(run steps.Run, domain string) {
	out := withoutTrust(s.apart[domain])
	for _, name := range ofTrust {
		if !slices.Contains(ofDomain, name) {
			continue
		}
		one := setting{name: name, values: []string{""}, from: "run " + run.ID} // nor does what the first domain trusts count there
		if was, is := run.Settings[name+"@"+domain]; is {
			one.values, one.found = texts(was.Value), name == "dc" && was.From == foundInDNS
		}
		out = append(out, one)
	}
	s.apart[domain] = out
}

// reinstate puts back what overrule took.
func (s *settings) reinstate() {
	if s.overruled == nil {
		return
	}
	for _, o := range s.overruled.all {
		_ = s.set(o.name, o.values, o.from) // it was taken before
	}
	s.apart, s.overruled = s.overruled.apart, nil
}

// said says that the command line or the environment gives a setting its value.
func (s *settings) said(name string) bool { return !s.unset(name) && !fromFile(s.from[name]) }

// recordFile is what a configuration file set, all of it, and the file: whoever
// approves sees it.
func (s *settings) recordFile() map[string]steps.Setting {
	var names []string
	for name, from := range s.from {
		if fromFile(from) || name == "config" {
			names = append(names, name)
		}
	}
	return s.record(names)
}

// record adds the settings of a further domain that are its own: as NAME@DOMAIN.
func (p *place) record(to map[string]steps.Setting) {
	s := &p.app.settings
	for name, v := range s.record(ofDomain) {
		if isOwn(v.From) || slices.Contains(ofTrust, name) {
			to[name+"@"+p.domain()] = v
		}
	}
	if dc := "dc@" + p.domain(); to[dc].Value == nil {
		to[dc] = steps.Setting{Value: p.conn.URL(), From: "found in DNS"}
	}
}
