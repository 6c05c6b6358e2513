package tenant

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// row tells the value of a property of one entity.
type row func(property string) any

// predicate is a $filter, read and checked.
type predicate func(row) bool

// The part of OData's $filter that is used: eq, ge, le, gt, lt, startswith, any, and, or, parentheses (OData 4.01, URL conventions, 5.1.1). A property
// takes only the operators that are documented for it.
type filterParser struct {
	entity *entity
	tokens []string
}

var filterToken = regexp.MustCompile(`^(?:'(?:[^']|'')*'|[(),]|[^\s'(),]+)`)

func parseFilter(e *entity, s string) (predicate, error) {
	p := &filterParser{entity: e}
	for s = strings.TrimLeft(s, " "); s != ""; s = strings.TrimLeft(s, " ") {
		tok := filterToken.FindString(s)
		if tok == "" {
			return nil, fmt.Errorf("there is an unterminated literal in %q", s)
		}
		p.tokens, s = append(p.tokens, tok), s[len(tok):]
	}
	out, err := p.either()
	if err == nil && len(p.tokens) > 0 {
		err = fmt.Errorf("syntax error at %q", p.tokens[0])
	}
	return out, err
}

// next takes the next token; "" at the end.
func (p *filterParser) next() string {
	if len(p.tokens) == 0 {
		return ""
	}
	tok := p.tokens[0]
	p.tokens = p.tokens[1:]
	return tok
}

func (p *filterParser) is(tok string) bool {
	if len(p.tokens) == 0 || p.tokens[0] != tok {
		return false
	}
	p.next()
	return true
}

func (p *filterParser) either() (predicate, error) {
	left, err := p.both()
	for err == nil && p.is("or") {
		var right predicate
		right, err = p.both()
		l := left
		left = func(r row) bool { return l(r) || right(r) }
	}
	return left, err
}

func (p *filterParser) both() (predicate, error) {
	left, err := p.term()
	for err == nil && p.is("and") {
		var right predicate
		right, err = p.term()
		l := left
		left = func(r row) bool { return l(r) && right(r) }
	}
	return left, err
}

func (p *filterParser) term() (predicate, error) {
	if p.is("(") {
		inner, err := p.either()
		if err == nil && !p.is(")") {
			err = fmt.Errorf("a closing parenthesis is missing")
		}
		return inner, err
	}
	name := p.next()
	if name == "startswith" {
		return p.startsWith()
	}
	if collection, is := strings.CutSuffix(name, "/any"); is {
		return p.anyOf(collection)
	}
	op, literal := p.next(), p.next()
	prop, err := p.property(name, op)
	if err != nil {
		return nil, err
	}
	return compare(prop, op, literal)
}

func (p *filterParser) property(name, op string) (property, error) {
	prop, ok := p.entity.property(name)
	switch {
	case !ok:
		return prop, inWords("Could not find a property named '%s' on type 'microsoft.graph.%s'.", name, p.entity.name)
	case !prop.takes(op):
		return prop, inWords("Unsupported or invalid query filter clause specified for property '%s' of resource '%s'.", name, p.entity.name)
	}
	return prop, nil
}

func (p *filterParser) startsWith() (predicate, error) {
	if !p.is("(") {
		return nil, fmt.Errorf("syntax error after startswith")
	}
	name := p.next()
	comma, literal, end := p.next(), p.next(), p.next()
	if comma != "," || end != ")" {
		return nil, fmt.Errorf("syntax error in startswith")
	}
	prop, err := p.property(name, "startswith")
	if err != nil {
		return nil, err
	}
	want, err := unquote(literal)
	return func(r row) bool {
		have, _ := r(prop.name).(string)
		return len(have) >= len(want) && strings.EqualFold(have[:len(want)], want)
	}, err
}

// compare checks the literal against the property's type.
func compare(p property, op, literal string) (predicate, error) {
	switch p.kind {
	case boolean:
		if literal != "true" && literal != "false" {
			return nil, incompatible(p, literal)
		}
		want := literal == "true"
		return func(r row) bool { have, is := r(p.name).(bool); return is && have == want }, nil
	case instant:
		want, err := time.Parse(time.RFC3339Nano, literal)
		if err != nil {
			return nil, incompatible(p, literal)
		}
		return func(r row) bool {
			have, err := time.Parse(time.RFC3339Nano, fmt.Sprint(r(p.name)))
			return err == nil && ordered(op, have.Compare(want))
		}, nil
	}
	want, err := unquote(literal)
	if err != nil {
		return nil, incompatible(p, literal)
	}
	return func(r row) bool { have, is := r(p.name).(string); return is && strings.EqualFold(have, want) }, nil
}

func ordered(op string, c int) bool {
	switch op {
	case "eq":
		return c == 0
	case "ge":
		return c >= 0
	case "gt":
		return c > 0
	case "le":
		return c <= 0
	}
	return c < 0
}

func incompatible(p property, literal string) error {
	return inWords("A binary operator with incompatible types was detected: '%s' and %s.", p.name, literal)
}

func unquote(literal string) (string, error) {
	if len(literal) < 2 || literal[0] != '\'' {
		return "", fmt.Errorf("%s is not a string literal", literal)
	}
	return strings.ReplaceAll(literal[1:len(literal)-1], "''", "'"), nil
}
