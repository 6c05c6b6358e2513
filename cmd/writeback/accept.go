package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"writeback/adperms"
	"writeback/steps"
	"writeback/steps/stages"
)

// Some findings of level error may be accepted by whoever runs the program, each by
// its name. Neither --yes nor a file accepts anything, and what was accepted once
// has to be accepted again by whoever applies next.

// checkAccept refuses what nothing could be accepted by.
func checkAccept(all []string) error {
	for _, text := range all {
		a := steps.ReadAcceptance(text)
		value, known := stages.Acceptable[a.Code]
		switch {
		case !known:
			return usagef("--accept %q: what can be accepted is %s%s", text, acceptable(), didYouMean(a.Code, slices.Collect(maps.Keys(stages.Acceptable))))
		case value != "" && a.Value == "":
			return usagef("--accept %s: say which one, as --accept %s=%s", a.Code, a.Code, value)
		case value == "" && a.Value != "":
			return usagef("--accept %s takes no value: say --accept %s", text, a.Code)
		}
	}
	return nil
}

func acceptable() string {
	var out []string
	for _, code := range slices.Sorted(maps.Keys(stages.Acceptable)) {
		if value := stages.Acceptable[code]; value != "" {
			code += "=" + value
		}
		out = append(out, code)
	}
	return strings.Join(out, ", ")
}

// accepting has a runner take what --accept names. Values are DNs, which can be
// written in several ways.
func (s *settings) accepting(r *steps.Runner) {
	for _, text := range s.accept {
		r.Accept = append(r.Accept, steps.ReadAcceptance(text))
	}
	r.Same = adperms.SameDN
}

// accepted takes what a person has accepted in the guide.
func (s *settings) accepted(names []string) error {
	x := s.flags.Lookup("accept")
	for _, name := range names {
		if err := x.Value.(pflag.SliceValue).Append(name); err != nil {
			return fmt.Errorf("--accept %s: %w", name, err)
		}
		if s.unset("accept") {
			s.from["accept"] = "answer"
		}
	}
	return nil
}
