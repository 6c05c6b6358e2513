package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// violations are the places where a value is not as the schema says, as far as
// ours uses JSON Schema (draft 7): type, enum, minimum, maximum, pattern, oneOf, items, properties,
// required, additionalProperties. A word of a schema that is not among these is one
// itself.
func violations(s schema, v any, at string) (out []string) {
	complain := func(format string, args ...any) { out = append(out, at+": "+fmt.Sprintf(format, args...)) }
	for word, rule := range s {
		switch word {
		case "$schema", "title", "description", "default", "additionalProperties":
		case "type":
			if kind := kindOf(v); kind != rule && (kind != "integer" || rule != "number") {
				complain("%v is no %s", v, rule)
			}
		case "enum":
			if !slices.ContainsFunc(rule.([]any), func(w any) bool { return w == v }) {
				complain("%v is none of %v", v, rule)
			}
		case "minimum", "maximum":
			n, _ := strconv.ParseFloat(fmt.Sprint(v), 64)
			if limit := rule.(float64); word == "minimum" && n < limit || word == "maximum" && n > limit {
				complain("%v is beyond the %s %v", v, word, limit)
			}
		case "pattern":
			if text, ok := v.(string); ok && !regexp.MustCompile(rule.(string)).MatchString(text) {
				complain("%q is not like %s", text, rule)
			}
		case "oneOf":
			fitting := 0
			for _, one := range rule.([]any) {
				if len(violations(one.(map[string]any), v, at)) == 0 {
					fitting++
				}
			}
			if fitting != 1 {
				complain("%v fits %d of %v", v, fitting, rule)
			}
		case "items":
			list, _ := v.([]any)
			for i, item := range list {
				out = append(out, violations(rule.(map[string]any), item, fmt.Sprintf("%s[%d]", at, i))...)
			}
		case "properties":
			members, _ := v.(map[string]any)
			for key, member := range members {
				if known, ok := rule.(map[string]any)[key]; ok {
					out = append(out, violations(known.(map[string]any), member, at+"."+key)...)
				} else if s["additionalProperties"] == false {
					complain("there is no %q", key)
				}
			}
		case "required":
			members, _ := v.(map[string]any)
			for _, key := range rule.([]any) {
				if _, there := members[key.(string)]; !there {
					complain("%v is missing", key)
				}
			}
		default:
			complain("the schema says %s, which is not looked at", word)
		}
	}
	return out
}

// kindOf is JSON Schema's name for what YAML was read into.
func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case float64:
		if v == math.Trunc(v) {
			return "integer"
		}
		return "number"
	case uint64, int64:
		return "integer"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return fmt.Sprintf("%T", v)
}

func readSchema(t *testing.T) (s schema) {
	t.Helper()
	raw, err := os.ReadFile(examplePath(schemaFile))
	if err == nil {
		err = json.Unmarshal(raw, &s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func violationsOf(t *testing.T, text string) []string {
	t.Helper()
	var doc any
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if doc == nil {
		return nil
	}
	return violations(readSchema(t), doc, "writeback.yaml")
}

func TestSchemaRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"domian: x":                             `no "domian"`,
		"config: x":                             `no "config"`,
		"ad-password: x":                        `no "ad-password"`,
		"yes: true":                             `no "yes"`,
		"unexpire: sometimes":                   "none of [auto always never]",
		"class: [user, computer]":               "fits 0",
		"only: delegate, sync":                  "fits 0",
		"coverage: 7":                           "no boolean",
		"connector: [a]":                        "no string",
		"wait-timeout: 30":                      "no string",
		"wait-timeout: soon":                    "not like",
		"domains: [{connector: x}]":             "domain is missing",
		"domains: [{domain: x, tenant: y}]":     `no "tenant"`,
		"domains: {domain: x}":                  "no array",
		"domains: [{domain: x, unexpire: yes}]": "none of",
	} {
		if got := strings.Join(violationsOf(t, text), "\n"); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"", "domain: a.example", "domain: [a.example, b.example]", "class: user, inetOrgPerson", "wait-timeout: 1h30m", "domains: [{domain: x, class: [user]}]", "coverage: false"} {
		if got := violationsOf(t, text); len(got) > 0 {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// The example of a configuration file is taken as it stands, by the schema and by
// the program; and so is each of its keys when its # is taken away. It has every
// key that there is.
func TestExampleConfiguration(t *testing.T) {
	raw, err := os.ReadFile(examplePath("writeback.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(raw), "# yaml-language-server: $schema="+schemaFile+"\n") {
		t.Error("the editor is not told of the schema")
	}
	if got := violationsOf(t, string(raw)); len(got) > 0 {
		t.Errorf("%v", got)
	}
	if _, err := resolved(t, nil, nil, string(raw)); err != nil {
		t.Errorf("%v", err)
	}
	key := regexp.MustCompile(`(?m)^#?([a-z0-9-]+):.*\n(?:#?  .*\n)*`)
	seen := map[string]bool{}
	for _, m := range key.FindAllStringSubmatch(string(raw), -1) {
		entry := regexp.MustCompile(`(?m)^#`).ReplaceAllString(m[0], "")
		if seen[m[1]] {
			t.Errorf("%s is there twice", m[1])
		}
		seen[m[1]] = true
		if got := violationsOf(t, entry); len(got) > 0 {
			t.Errorf("%s: %v", entry, got)
		}
		if err := takes(t, entry); err != nil {
			t.Errorf("%s: %v", entry, err)
		}
	}
	for name := range configurationSchema()["properties"].(schema) {
		if !seen[name] {
			t.Errorf("docs/examples/writeback.yaml does not have %s", name)
		}
		delete(seen, name)
	}
	for name := range seen {
		t.Errorf("docs/examples/writeback.yaml has %s, which there is not", name)
	}
}

// takes says why a verb does not take a configuration file; of the flags of other
// verbs none does look.
func takes(t *testing.T, text string) error {
	t.Helper()
	a := &app{}
	for _, verb := range a.root().Commands() {
		if _, err := resolvedAt(t, verb.Name(), nil, nil, text); err != nil {
			return err
		}
	}
	return nil
}
