package domain

import (
	"bytes"
	"strconv"
	"strings"

	"writeback/adperms/secdesc"
)

// truth has three values, as filters have.
type truth int8

const (
	no truth = iota
	yes
	undefined
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// Matching rules of AD (MS-ADTS 3.1.1.3.4.4).
const (
	ruleAllBits = "1.2.840.113556.1.4.803"
	ruleAnyBit  = "1.2.840.113556.1.4.804"
	ruleInChain = "1.2.840.113556.1.4.1941"
)

// matches says whether the entry, as the caller sees it, fits the filter.
func (v *view) matches(f *filter) truth {
	switch f.kind {
	case filterAnd, filterOr:
		return v.combine(f)
	case filterNot:
		switch v.matches(&f.subs[0]) {
		case yes:
			return no
		case no:
			return yes
		}
		return undefined
	}
	if f.attr == nil || f.attr.constructed || !v.reads(f.attr) {
		return undefined
	}
	if f.kind == filterRule {
		return v.byRule(f)
	}
	values := v.tree.values(v.entry, f.attr)
	for _, value := range values {
		if f.fits(v.tree, value) {
			return yes
		}
	}
	return truthOf(f.kind == filterPresent && len(values) > 0)
}

// combine is "and", which is true without parts, or "or", which is not (RFC 4526).
func (v *view) combine(f *filter) truth {
	ends := yes // what decides an "or"
	if f.kind == filterAnd {
		ends = no
	}
	out := yes - ends
	for i := range f.subs {
		switch v.matches(&f.subs[i]) {
		case ends:
			return ends
		case undefined:
			out = undefined
		}
	}
	return out
}

func (v *view) byRule(f *filter) truth {
	switch f.rule {
	case ruleAllBits, ruleAnyBit:
		want, err := strconv.ParseInt(f.value, 10, 64)
		if err != nil || !f.attr.syntax.numeric() {
			return undefined
		}
		for _, s := range v.tree.values(v.entry, f.attr) {
			have := parseNumber(s)
			if f.rule == ruleAllBits && have&want == want || f.rule == ruleAnyBit && have&want != 0 {
				return yes
			}
		}
		return no
	case ruleInChain:
		if f.chain == nil {
			f.chain = v.tree.inChain(f.attr, f.value)
		}
		return truthOf(f.chain[v.entry])
	}
	return undefined
}

// inChain are the entries whose link leads to the DN over any number of steps.
func (t *tree) inChain(a *attribute, dn string) map[*entry]bool {
	out := map[*entry]bool{}
	end := t.named(dn)
	if end == nil {
		end = t.phantoms[keyOf(dn)]
	}
	if end == nil || a.link == 0 || a.backward() && a.ahead == nil {
		return out
	}
	step := func(e *entry) []*entry { return e.back[a.key] }
	if a.backward() {
		name := a.ahead.key
		step = func(e *entry) []*entry { return e.links[name] }
	}
	for next := []*entry{end}; len(next) > 0; next = next[1:] {
		for _, e := range step(next[0]) {
			if !out[e] {
				out[e] = true
				next = append(next, e)
			}
		}
	}
	return out
}

// fits compares one value with the filter's.
func (f *filter) fits(t *tree, value string) bool {
	switch f.kind {
	case filterPresent:
		return true
	case filterEqual, filterApprox:
		return equal(t, f.attr, value, f.value)
	case filterParts:
		return f.fitsParts(value)
	}
	order, comparable := compare(f.attr.syntax, value, f.value)
	return comparable && (order == 0 || (order > 0) == (f.kind == filterAtLeast))
}

// equal compares by the attribute's syntax (MS-ADTS 3.1.1.2.2.4). Some
// attributes may be asked for in a form that is easier to type.
func equal(t *tree, a *attribute, value, want string) bool {
	switch a.syntax {
	case dnSyntax:
		if a.name == "objectCategory" && !strings.Contains(want, "=") {
			c := t.types.class(want)
			return c != nil && strings.EqualFold(value, t.category(c))
		}
		key := keyOf(want)
		return key != "" && keyOf(value) == key
	case intSyntax, int64Syntax, timeSyntax:
		order, ok := compare(a.syntax, value, want)
		return ok && order == 0
	case octetSyntax:
		if g, err := secdesc.ParseGUID(want); err == nil && len(value) == 16 {
			return value == string(g[:])
		}
		return value == want
	case sidSyntax:
		if strings.HasPrefix(want, "S-") {
			s, err := secdesc.ParseSID(want)
			return err == nil && value == string(s.Bytes())
		}
		return value == want
	case oidSyntax:
		if c := t.types.class(want); c != nil {
			return strings.EqualFold(value, c.name)
		}
		return strings.EqualFold(value, want)
	case sdSyntax:
		return false
	}
	return strings.EqualFold(value, strings.TrimSpace(want)) || strings.EqualFold(value, want)
}

// compare orders two values; ok is false where that has no meaning.
func compare(s syntax, value, want string) (order int, ok bool) {
	switch s {
	case intSyntax, int64Syntax:
		a, errA := strconv.ParseInt(value, 10, 64)
		b, errB := strconv.ParseInt(want, 10, 64)
		switch {
		case errA != nil || errB != nil:
			return 0, false
		case a < b:
			return -1, true
		case a > b:
			return 1, true
		}
		return 0, true
	case timeSyntax:
		const digits = 14 // to the second; what follows is .0Z or Z
		if len(want) < digits || len(value) < digits {
			return 0, false
		}
		return strings.Compare(value[:digits], want[:digits]), true
	case textSyntax, oidSyntax:
		return strings.Compare(strings.ToLower(value), strings.ToLower(want)), true
	case octetSyntax, sidSyntax:
		return bytes.Compare([]byte(value), []byte(want)), true
	}
	return 0, false
}

// fitsParts is a substring match, which texts alone have.
func (f *filter) fitsParts(value string) bool {
	if f.attr.syntax != textSyntax {
		return false
	}
	rest := strings.ToLower(value)
	for _, p := range f.parts {
		text := strings.ToLower(p.text)
		switch p.place {
		case 0:
			if !strings.HasPrefix(rest, text) {
				return false
			}
			rest = rest[len(text):]
		case 2:
			if !strings.HasSuffix(rest, text) {
				return false
			}
			rest = ""
		default:
			i := strings.Index(rest, text)
			if i < 0 {
				return false
			}
			rest = rest[i+len(text):]
		}
	}
	return true
}
