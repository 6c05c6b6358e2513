package csdl

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"writeback/internal/practice/tenant"
)

// addresses are the types that Graph's addresses are about. An asterisk is an id.
var addresses = map[string]string{
	"organization":                                          "organization",
	"organization/*":                                        "organization",
	"directory/onPremisesSynchronization":                   "onPremisesDirectorySynchronization",
	"directory/onPremisesSynchronization/*":                 "onPremisesDirectorySynchronization",
	"subscribedSkus":                                        "subscribedSku",
	"reports/authenticationMethods/userRegistrationDetails": "userRegistrationDetails",
	"users":                        "user",
	"auditLogs/directoryAudits":    "directoryAudit",
	"policies/authorizationPolicy": "authorizationPolicy",
	"me":                           "user",
	"me/transitiveMemberOf/microsoft.graph.directoryRole":      "directoryRole",
	"reports/authenticationMethods/userRegistrationDetails/*":  "userRegistrationDetails",
	"users/*/onPremisesSyncBehavior":                           "onPremisesSyncBehavior",
	"users/*/transitiveMemberOf/microsoft.graph.directoryRole": "directoryRole",
}

// written are the properties that a program may write, by path. No other write is allowed.
var written = map[string]bool{"features.passwordWritebackEnabled": true}

// CheckRequests checks each request to Graph among those that a tenant recorded: that its address is known, that $select, $filter and $orderby name properties of
// the schema, and that it writes nothing but features.passwordWritebackEnabled, as a Boolean. Of the portal's requests it checks that a PUT writes one of
// the two settings that were seen, and nothing else. It finds all that is wrong.
func (s *Schema) CheckRequests(all []tenant.Request) error {
	var errs []error
	for _, r := range all {
		err := s.request(r)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s %s?%s: %w", r.Method, r.Path, r.Query, err))
		}
	}
	return errors.Join(errs...)
}

func (s *Schema) request(r tenant.Request) error {
	switch r.Service {
	case tenant.Portal:
		return portalRequest(r)
	case tenant.Login:
		return nil
	}
	typ, err := typeOf(r.Path)
	if err != nil {
		return err
	}
	return errors.Join(s.query(typ, r.Query), s.body(typ, r))
}

func typeOf(at string) (string, error) {
	have, ok := strings.CutPrefix(at, "/v1.0/")
	if !ok {
		return "", errors.New("it is not of v1.0")
	}
	if typ, ok := addresses[have]; ok {
		return typ, nil
	}
	for pattern, typ := range addresses {
		if ok, err := path.Match(pattern, have); ok && err == nil {
			return typ, nil
		}
	}
	return "", errors.New("its address is not known")
}

var (
	quotedText = regexp.MustCompile(`'(?:[^']|'')*'`)
	word       = regexp.MustCompile(`[A-Za-z][A-Za-z0-9/]*`)
	lambda     = regexp.MustCompile(`([A-Za-z]+)/any\(([a-z]+):\s*([a-z]+)/([A-Za-z]+)`)
	moment     = regexp.MustCompile(`\b\d{4}-\d\d-\d\d[Tt][0-9:.]+(?:[Zz]|[+-]\d\d:\d\d)`)
)

// operators are the words of $filter and $orderby that are not properties.
var operators = []string{"eq", "ge", "le", "gt", "lt", "ne", "and", "or", "not", "in", "startswith", "true", "false", "null", "asc", "desc"}

func (s *Schema) query(typ, query string) error {
	q, err := url.ParseQuery(query)
	if err != nil {
		return err
	}
	var errs []error
	for _, option := range []string{"$select", "$filter", "$orderby"} {
		text := moment.ReplaceAllString(quotedText.ReplaceAllString(q.Get(option), ""), "")
		for _, m := range lambda.FindAllStringSubmatch(text, -1) {
			if p, _ := s.property(typ, m[1]); m[2] != m[3] || !s.Has(local(strings.TrimSuffix(strings.TrimPrefix(p.Type, "Collection("), ")")), m[4]) {
				errs = append(errs, fmt.Errorf("%s: %s/%s is not of the schema", option, m[1], m[4]))
			}
		}
		text = lambda.ReplaceAllString(text, "$1")
		for _, name := range word.FindAllString(text, -1) {
			if !slices.Contains(operators, name) && !s.Has(typ, name) {
				errs = append(errs, fmt.Errorf("%s: %s has no property %s", option, typ, name))
			}
		}
	}
	return errors.Join(errs...)
}

func (s *Schema) body(typ string, r tenant.Request) error {
	if r.Method == "GET" {
		if r.Body != "" {
			return errors.New("a GET has a body")
		}
		return nil
	}
	if err := s.Check(typ, []byte(r.Body)); err != nil {
		return err
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(r.Body), &doc); err != nil {
		return err
	}
	paths := leaves("", doc)
	if len(paths) == 0 {
		return errors.New("it writes nothing")
	}
	for _, path := range paths {
		if !written[path] {
			return fmt.Errorf("it writes %s", path)
		}
	}
	return nil
}

// leaves are the paths of what an object writes.
func leaves(at string, v any) (out []string) {
	fields, ok := v.(map[string]any)
	if !ok {
		return []string{strings.TrimPrefix(at, ".")}
	}
	for name, value := range fields {
		if !strings.HasPrefix(name, "@odata.") {
			out = append(out, leaves(at+"."+name, value)...)
		}
	}
	return out
}

var portalSettings = []string{"passwordWriteBackSupported", "accountUnlockEnabled"}

func portalRequest(r tenant.Request) error {
	if r.Method == "GET" && r.Body == "" {
		return nil
	}
	var fields map[string]bool
	if err := json.Unmarshal([]byte(r.Body), &fields); r.Method != "PUT" || err != nil {
		return errors.Join(errors.New("it is not a PUT of a setting"), err)
	}
	if len(fields) == 0 {
		return errors.New("it writes nothing")
	}
	for name := range fields {
		if !slices.Contains(portalSettings, name) || len(fields) != 1 {
			return fmt.Errorf("it writes %s among %d settings", name, len(fields))
		}
	}
	return nil
}
