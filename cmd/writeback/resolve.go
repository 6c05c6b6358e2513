package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"writeback/steps"
)

// resolve fills what the command line did not say from the environment and, if
// it is to be read, the configuration file.
func (s *settings) resolve(f *pflag.FlagSet, env func(string) (string, bool), withFile bool) error {
	s.flags = f
	f.Visit(func(x *pflag.Flag) { s.from[x.Name] = "flag" })
	if err := s.fromEnv(env); err != nil {
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
	return s.check()
}

// unset says that nothing stronger has given the flag a value yet.
func (s *settings) unset(name string) bool { return s.from[name] == "" }

// fromEnv reads the environment. A variable that is there and empty says
// nothing: that is how scripts and CI systems pass on what they do not have.
func (s *settings) fromEnv(env func(string) (string, bool)) (err error) {
	s.flags.VisitAll(func(x *pflag.Flag) {
		name := envName(x.Name)
		value, ok := env(name)
		if !ok || value == "" || err != nil || !s.all[x.Name] {
			return
		}
		err = s.set(x.Name, split(x, value), "environment "+name)
	})
	return err
}

func envName(flag string) string {
	return "WRITEBACK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// split is the list that one text stands for. A DN has commas in it, so that
// scopes stand one a line.
func split(x *pflag.Flag, text string) []string {
	switch x.Value.Type() {
	case "stringArray":
		return strings.Split(strings.TrimSpace(text), "\n")
	case "stringSlice":
		return strings.Split(text, ",")
	}
	return []string{text}
}

// set gives a flag its value, unless something stronger already has. A name
// that this program does not know is passed over: a later one wrote it.
func (s *settings) set(name string, values []string, from string) error {
	x := s.flags.Lookup(name)
	if x == nil || !s.unset(name) {
		return nil
	}
	if err := assign(x, values); err != nil {
		return &usageError{err: fmt.Errorf("%s, %s: %w", from, name, err)}
	}
	s.from[name] = from
	return nil
}

// answerable says that a person may be asked for the setting: nothing but an
// earlier answer, or an interrupted run, has given it a value.
func (s *settings) answerable(name string) bool {
	from := s.from[name]
	return from == "" || from == "answer" || strings.HasPrefix(from, "run ")
}

// origin says where a value came from, to whoever is asked for it.
func (s *settings) origin(name string) string {
	if s.from[name] == "answer" {
		return "as answered"
	}
	return s.from[name]
}

// answer gives a flag the value that a person chose. What the command line, the
// environment or a file says stays.
func (s *settings) answer(name, value string) error {
	x := s.flags.Lookup(name)
	if x == nil || !s.answerable(name) {
		return nil
	}
	if err := assign(x, split(x, value)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	s.from[name] = "answer"
	if name == "dc" {
		s.dcFound = value == "" // left to DNS
	}
	return nil
}

// forget takes back what answer, or a run, gave a flag.
func (s *settings) forget(name string) {
	x := s.flags.Lookup(name)
	if x == nil || !s.answerable(name) {
		return
	}
	_ = x.Value.Set(x.DefValue) // it was taken before
	delete(s.from, name)
}

func assign(x *pflag.Flag, values []string) error {
	if list, ok := x.Value.(pflag.SliceValue); ok {
		return list.Replace(values)
	}
	if len(values) != 1 {
		return fmt.Errorf("one value is needed, not %d", len(values))
	}
	if err := x.Value.Set(values[0]); err != nil {
		return unfitValue(x, values[0], err)
	}
	return nil
}

// goOn takes what is not set yet from the settings of a plan or a run.
func (s *settings) goOn(all map[string]steps.Setting, names []string, from string) error {
	for _, name := range names {
		was, ok := all[name]
		if !ok || was.From == "default" {
			continue
		}
		values := texts(was.Value)
		if x := s.flags.Lookup(name); x != nil && isPath(x) && s.unset(name) && len(values) == 1 && rooted(x, values[0], "") != values[0] {
			return usagef("%s names %s for --%s, and not the folder that it was in: name it with --%[3]s", from, values[0], name)
		}
		if err := s.set(name, values, from); err != nil {
			return err
		}
	}
	return nil
}

// texts is a setting's value as it came out of JSON.
func texts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		return []string{fmt.Sprint(v)}
	}
	out := make([]string, 0, len(list))
	for _, x := range list {
		out = append(out, fmt.Sprint(x))
	}
	return out
}

// goOnWithRun takes from a run what was done, where, and how we got there. Its DC and
// whom it trusted outrank every file. What belongs together is taken together or not
// at all: another DC has another certificate, and another user another key.
func (s *settings) goOnWithRun(run steps.Run) error {
	names := slices.Concat(shown, []string{"krb5-conf", "cloud", "auth", "client-id", "graph-endpoint", "portal-endpoint", "powershell", "allow-undocumented-api"})
	if s.unset("ad-user") && s.unset("kerberos") && s.unset("keytab") {
		names = append(names, "ad-user", "kerberos", "keytab")
	}
	return s.goOnTaking(run, names)
}

// goOnTaking takes from a run whom it spoke to and trusted, and what names say.
func (s *settings) goOnTaking(run steps.Run, names []string) error {
	s.overrule(run)
	sameDC := s.unset("dc")
	if sameDC {
		names = append(names, "dc", "tls-name")
	}
	if s.unset("ca-cert") && s.unset("tls-pin") {
		names = append(names, "ca-cert")
		if sameDC {
			names = append(names, "tls-pin")
		}
	}
	from := "run " + run.ID
	if err := s.goOn(run.Settings, names, from); err != nil {
		return err
	}
	s.dcFound = s.from["dc"] == from && run.Settings["dc"].From == foundInDNS
	if s.domain == "" {
		if err := s.set("domain", strings.Split(run.Target.Domain, joiner), from); err != nil {
			return err
		}
	}
	if err := s.own(); err != nil {
		return err
	}
	return s.check()
}

// record gives the settings of names for a preview or a journal. Empty ones are
// left out.
func (s *settings) record(names []string) map[string]steps.Setting {
	out := map[string]steps.Setting{}
	for _, name := range names {
		x := s.flags.Lookup(name)
		if x == nil {
			continue
		}
		from := s.from[name]
		if from == "" {
			from = "default"
		}
		if list, ok := x.Value.(pflag.SliceValue); ok {
			switch all := list.GetSlice(); {
			case len(all) == 1 && name == "domain":
				out[name] = steps.Setting{Value: all[0], From: from}
			case len(all) > 0:
				out[name] = steps.Setting{Value: anys(all), From: from}
			}
			continue
		}
		text := x.Value.String()
		if isPath(x) {
			text = rooted(x, text, "") // whoever goes on may be elsewhere
		}
		if text != "" && (text != "false" || fromFile(from)) {
			out[name] = steps.Setting{Value: text, From: from}
		}
	}
	return out
}

// anys is a list as it will be when it comes out of JSON again.
func anys(list []string) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}
