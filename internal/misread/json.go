// Package misread says what is wrong with a document that could not be read, in
// words for the person who wrote or brought it. The standard library's own words
// are about this program: they name its types and its layouts. It does no I/O
// and knows no file: it goes by the reader's error and the text.
package misread

import (
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"time"

	"writeback/internal/visible"
)

// NotJSON is what [JSON] says of a text that is no JSON at all.
const NotJSON = "it is not JSON"

// JSON says what an error of encoding/json means, in words that follow on the name of
// the document and a colon. err is not nil.
func JSON(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var when *time.ParseError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax):
		return NotJSON
	case errors.As(err, &when):
		return "a time in it is not written like 2026-11-28T09:30:00Z"
	case errors.As(err, &kind):
		return wrongKind(kind)
	}
	if _, name, is := strings.Cut(err.Error(), "unknown field "); is {
		return "it has a field " + visible.Words(name, 60) + " that this program does not know"
	}
	return "a value in it cannot be read"
}

// wrongKind says what stands in a field, and what should.
func wrongKind(e *json.UnmarshalTypeError) string {
	field := "it"
	if e.Field != "" {
		field = visible.Words(e.Field, 60)
	}
	has, wants := found(e.Value), wanted(e.Type)
	if has == wants || has == "a number" && strings.HasSuffix(wants, "number") {
		return field + " is a number that does not fit there"
	}
	return field + " is " + has + " where " + wants + " belongs"
}

// found is a kind of value in JSON's own names (RFC 8259 section 3), which may be
// followed by the value.
func found(value string) string {
	name, _, _ := strings.Cut(value, " ")
	if said, known := map[string]string{"string": "a text", "number": "a number", "bool": "true or false", "array": "a list", "object": "an object"}[name]; known {
		return said
	}
	return "something else"
}

func wanted(t reflect.Type) string {
	if t == nil {
		return "another kind of value"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return wanted(t.Elem())
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number"
	}
	return "another kind of value"
}
