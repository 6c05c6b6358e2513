package csdl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Check checks that a JSON object has properties of the type alone, each as OData writes its type (OData JSON 4.01, 7.1). Annotations ("@odata.…") pass.
// What may not be null must not be. It finds all that is wrong.
func (s *Schema) Check(typ string, doc []byte) error {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return fmt.Errorf("read a %s: %w", typ, err)
	}
	return errors.Join(s.value(typ, "graph."+typ, v)...)
}

// CheckCollection checks each of {"value": [ … ]}.
func (s *Schema) CheckCollection(typ string, doc []byte) error {
	var list struct {
		Value []json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(doc, &list); err != nil {
		return fmt.Errorf("read a collection of %s: %w", typ, err)
	}
	var errs []error
	for _, v := range list.Value {
		errs = append(errs, s.Check(typ, v))
	}
	return errors.Join(errs...)
}

var guid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// value checks a value against a type; at is where it stands.
func (s *Schema) value(at, typ string, v any) []error {
	if inner, ok := strings.CutPrefix(typ, "Collection("); ok {
		return s.elements(at, strings.TrimSuffix(inner, ")"), v)
	}
	ok, known := primitive(typ, v)
	if !known {
		if members, enum := s.enums[local(typ)]; enum {
			name, text := v.(string)
			ok, known = text && slices.Contains(members, name), true
		}
	}
	switch {
	case known && !ok:
		return []error{fmt.Errorf("%s: %v is not a value of %s", at, v, typ)}
	case known:
		return nil
	}
	return s.object(at, typ, v)
}

func primitive(typ string, v any) (ok, known bool) {
	text, isText := v.(string)
	switch typ {
	case "Edm.String":
		return isText, true
	case "Edm.Boolean":
		_, ok = v.(bool)
		return ok, true
	case "Edm.Guid":
		return isText && guid.MatchString(text), true
	case "Edm.DateTimeOffset":
		_, err := time.Parse(time.RFC3339Nano, text)
		return isText && err == nil, true
	case "Edm.Int32":
		n, isNumber := v.(json.Number)
		i, err := n.Int64()
		return isNumber && err == nil && i == int64(int32(i)), true
	}
	return false, false
}

func (s *Schema) elements(at, typ string, v any) (errs []error) {
	list, ok := v.([]any)
	if !ok {
		return []error{fmt.Errorf("%s: %v is not a collection", at, v)}
	}
	for i, e := range list {
		errs = append(errs, s.value(fmt.Sprintf("%s[%d]", at, i), typ, e)...)
	}
	return errs
}

func (s *Schema) object(at, typ string, v any) (errs []error) {
	fields, ok := v.(map[string]any)
	if !ok {
		return []error{fmt.Errorf("%s: %v is not an object of %s", at, v, typ)}
	}
	if _, known := s.types[local(typ)]; !known {
		return []error{fmt.Errorf("%s: type %s is not in the schema", at, typ)}
	}
	for name, value := range fields {
		if strings.HasPrefix(name, "@odata.") {
			continue
		}
		p, ok := s.property(local(typ), name)
		switch {
		case !ok:
			errs = append(errs, fmt.Errorf("%s: %s has no property %s", at, typ, name))
		case value == nil && p.Nullable == "false":
			errs = append(errs, fmt.Errorf("%s.%s is null and may not be", at, name))
		case value == nil:
		default:
			errs = append(errs, s.value(at+"."+name, p.Type, value)...)
		}
	}
	return errs
}
