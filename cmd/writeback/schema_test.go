package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"writeback/internal/settings"
)

// The JSON Schema of writeback.yaml is made from the flags, so that an editor
// completes what the program takes. It is of draft 7, which editors know.

type schema map[string]any

const schemaFile = "writeback.schema.json"

// examples is docs/examples, for tests that leave the directory, too.
var examples, _ = filepath.Abs(filepath.Join("..", "..", "docs", "examples"))

func examplePath(name string) string { return filepath.Join(examples, name) }

// -update writes the schema anew.
func TestSchema(t *testing.T) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(configurationSchema()); err != nil {
		t.Fatal(err)
	}
	path := examplePath(schemaFile)
	if *update {
		if err := os.WriteFile(path, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, text.Bytes()) {
		t.Errorf("%s is not what the flags are: go test -run TestSchema ./cmd/writeback -update writes it anew", path)
	}
}

func configurationSchema() schema {
	properties := schema{}
	for name, f := range settingFlags() {
		properties[name] = settingSchema(f)
	}
	own := schema{"domain": schema{"type": "string", "description": "the domain, as FQDN"}}
	for _, x := range settings.With(settings.PerDomain) {
		own[x.Name] = properties[x.Name]
	}
	properties["domains"] = schema{
		"description": "several domains, each with what differs there; everything else is the same for all",
		"type":        "array",
		"items":       schema{"type": "object", "properties": own, "required": []any{"domain"}, "additionalProperties": false},
	}
	return schema{
		"$schema":     "http://json-schema.org/draft-07/schema#",
		"title":       "writeback.yaml",
		"description": "Settings of writeback: the keys are the flags without --",
		"type":        "object", "properties": properties, "additionalProperties": false,
	}
}

// describedFlag is a flag, and what it says at each verb that has one of the name.
type describedFlag struct {
	*pflag.Flag
	about string
}

// settingFlags are the flags that a configuration file may hold.
func settingFlags() map[string]describedFlag {
	a := &app{}
	root := a.root()
	out := map[string]describedFlag{}
	add := func(verb string) func(*pflag.Flag) {
		return func(f *pflag.Flag) {
			if x := settingOf(f); x == nil || x.Has(settings.Consent|settings.NoFile) {
				return
			}
			_, about := pflag.UnquoteUsage(f)
			d, there := out[f.Name]
			switch {
			case verb == "":
				d.about = about
			case !there:
				d.about = verb + ": " + about
			case strings.HasSuffix(d.about, ": "+about):
				d.about = strings.TrimSuffix(d.about, ": "+about) + ", " + verb + ": " + about
			default:
				d.about += "; " + verb + ": " + about
			}
			d.Flag = f
			out[f.Name] = d
		}
	}
	root.PersistentFlags().VisitAll(add(""))
	root.LocalNonPersistentFlags().VisitAll(add("writeback"))
	for _, verb := range root.Commands() {
		verb.LocalNonPersistentFlags().VisitAll(add(verb.Name()))
	}
	return out
}

func settingSchema(f describedFlag) schema {
	s := schema{"description": f.about}
	x := settingOf(f.Flag)
	var words []string
	if x.Words != nil {
		words = x.Words()
	}
	switch {
	case f.Value.Type() == "bool":
		s["type"], s["default"] = "boolean", f.DefValue == "true"
	case f.Value.Type() == "percent":
		s["type"], s["minimum"], s["maximum"], s["default"] = "number", 0, 100, 0
	case f.Value.Type() == "duration":
		s["type"], s["pattern"], s["default"] = "string", `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`, f.DefValue
	case x.IsList():
		one, line := schema{"type": "string"}, schema{"type": "string"}
		if words != nil {
			one["enum"] = words
			line["pattern"] = "^(" + strings.Join(words, "|") + ")( *, *(" + strings.Join(words, "|") + "))*$"
		}
		s["oneOf"] = []any{line, schema{"type": "array", "items": one}}
	default:
		s["type"] = "string"
		if words != nil {
			s["enum"] = words
		}
		if f.DefValue != "" {
			s["default"] = f.DefValue
		}
	}
	return s
}

// The words of the schema are those that the program takes, and it takes no
// others.
func TestSchemaWordsAreTheProgramsOwn(t *testing.T) {
	seen := 0
	for name, f := range settingFlags() {
		x := settingOf(f.Flag)
		if x.Words == nil || name == "check" || name == "format" { // which doctor and report hold
			continue
		}
		seen++
		words := x.Words()
		for _, w := range append([]string{"no-such-word"}, words...) {
			yaml := name + ": " + strconv.Quote(w) + "\nallow-undocumented-api: true\ntenant: t\nclient-id: c\nclient-certificate: f\n"
			if _, err := resolved(t, nil, nil, yaml); (err == nil) != (w != "no-such-word") {
				t.Errorf("%s: %s: %v", name, w, err)
			}
		}
		if x.IsList() {
			if _, err := resolved(t, nil, nil, name+": ["+strings.Join(words, ", ")+"]"); err != nil {
				t.Errorf("%s as a list: %v", name, err)
			}
		}
	}
	if seen < 9 {
		t.Errorf("%d settings with words of their own were seen", seen)
	}
}
