package secdesc

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// parseCondition makes the bytes of an expression from its text (MS-DTYP
// 2.5.1.1, cond-expr). As on Windows "&&" binds tighter than "||", both group
// from the left, and "!" wants a parenthesis or an attribute with a prefix.
func (n DomainSIDs) parseCondition(s string) (string, error) {
	p := conditionParser{literalReader: literalReader{what: "condition", text: s, names: n}}
	p.out = []byte(conditionSignature)
	p.space()
	if p.next() != '(' {
		return "", p.wrong("a parenthesis is expected")
	}
	if _, err := p.primary(); err != nil {
		return "", err
	}
	p.space()
	if p.at != len(s) {
		return "", p.wrong("%.20q is more than one condition", s[p.at:])
	}
	out := padded(p.out)
	if len(out) > dataLimit {
		return "", p.wrong("the condition has %d bytes, more than an ACE can hold", len(out))
	}
	return string(out), nil
}

// conditionParser writes operands as it meets them and each operator behind
// its operands.
type conditionParser struct {
	literalReader
	out   []byte
	depth int
}

func (p *conditionParser) emit(t token) { p.out = append(p.out, byte(t)) }

// either reads one or more parts with "||" between them.
func (p *conditionParser) either() (meaning, error) {
	return p.chain("||", tokenOr, p.both)
}

// both reads one or more parts with "&&" between them.
func (p *conditionParser) both() (meaning, error) {
	return p.chain("&&", tokenAnd, p.unary)
}

func (p *conditionParser) chain(operator string, code token, part func() (meaning, error)) (meaning, error) {
	m, err := part()
	for err == nil {
		if p.space(); !p.take(operator) {
			return m, nil
		}
		if len(p.out) > dataLimit {
			return meansTruth, p.wrong("the condition is longer than an ACE can be")
		}
		if _, err = part(); err == nil {
			p.emit(code)
			m = meansTruth
		}
	}
	return meansTruth, err
}

// unary reads a comparison, maybe behind "!".
func (p *conditionParser) unary() (meaning, error) {
	p.space()
	if !p.take("!") {
		return p.comparison()
	}
	p.space()
	if c := p.next(); c != '(' && c != '@' {
		return meansTruth, p.wrong("a parenthesis or an attribute with @ is expected behind !")
	}
	_, err := p.comparison()
	p.emit(tokenNot)
	return meansTruth, err
}

// comparison reads an attribute alone or compared, a parenthesis, or an
// operator with its operand.
func (p *conditionParser) comparison() (meaning, error) {
	left, err := p.primary()
	if err != nil {
		return meansTruth, err
	}
	p.space()
	start := p.at
	operator, ok := p.comparator()
	if !ok {
		return left, nil
	}
	if !left.named() {
		p.at = start
		return meansTruth, p.wrong("only an attribute can stand before an operator")
	}
	p.space()
	if p.next() == '@' {
		_, err = p.attribute()
	} else {
		p.out, err = p.value(p.out, true)
	}
	p.emit(operator)
	return meansTruth, err
}

// symbols are the operators without letters, the longer ones first.
var symbols = []token{tokenEqual, tokenNotEqual, tokenLessOrEqual, tokenGreaterOrEqual, tokenLess, tokenGreater}

// comparator takes the operator ahead, if there is one.
func (p *conditionParser) comparator() (token, bool) {
	for _, t := range symbols {
		if p.take(operatorTexts[t]) {
			return t, true
		}
	}
	word := p.word()
	if t, ok := operatorOf[strings.ToLower(word)]; ok && t.compares() {
		p.at += len(word)
		return t, true
	}
	return 0, false
}

var operatorOf = func() map[string]token {
	out := make(map[string]token, len(operatorTexts))
	for t, text := range operatorTexts {
		out[strings.ToLower(text)] = t
	}
	return out
}()

func (p *conditionParser) primary() (meaning, error) {
	switch c := p.next(); {
	case c == '(':
		return p.parenthesis()
	case c == '@':
		return p.attribute()
	}
	word := p.word()
	operator, ok := operatorOf[strings.ToLower(word)]
	switch {
	case word == "":
		return meansTruth, p.wrong("an attribute, an operator or a parenthesis is expected")
	case !ok:
		return meansLocal, p.local(word)
	case operator.takesMembers():
		p.at += len(word)
		err := p.members()
		p.emit(operator)
		return meansTruth, err
	case operator.takesAttribute():
		p.at += len(word)
		err := p.existing()
		p.emit(operator)
		return meansTruth, err
	}
	return meansTruth, p.wrong("%s needs an attribute before it", operatorTexts[operator])
}

func (p *conditionParser) parenthesis() (meaning, error) {
	if p.depth++; p.depth > conditionDepth {
		return meansTruth, p.wrong("parentheses are nested deeper than %d", conditionDepth)
	}
	p.at++
	m, err := p.either()
	if err != nil {
		return meansTruth, err
	}
	p.depth--
	p.space()
	return m, p.want(")")
}

// attribute reads @User., @Resource. or @Device. and the name behind it.
func (p *conditionParser) attribute() (meaning, error) {
	for _, t := range []token{tokenUser, tokenResource, tokenDevice} {
		if p.take(prefixTexts[t]) {
			name, err := p.name(false)
			if err != nil {
				return meansTruth, err
			}
			return meansAttribute, p.writeText(t, name)
		}
	}
	return meansTruth, p.wrong("@User., @Resource. or @Device. is expected")
}

// existing reads the operand of Exists.
func (p *conditionParser) existing() error {
	p.space()
	word := p.word()
	if p.next() == '@' {
		_, err := p.attribute()
		return err
	}
	if word == "" {
		return p.wrong("the name of an attribute is expected")
	}
	return p.local(word)
}

// local writes the name of an attribute without a prefix.
func (p *conditionParser) local(word string) error {
	if len(word) > dataLimit/2 {
		return p.wrong("the name is longer than an ACE can be")
	}
	p.at += len(word)
	return p.writeText(tokenLocal, utf16.Encode([]rune(word)))
}

// writeText writes a name or a string: code, length in bytes, UTF-16.
func (p *conditionParser) writeText(t token, units []uint16) error {
	if len(p.out)+2*len(units) > dataLimit {
		return p.wrong("the condition is longer than an ACE can be")
	}
	p.emit(t)
	p.out = binary.LittleEndian.AppendUint32(p.out, uint32(2*len(units)))
	p.out = appendUnits(p.out, units)
	return nil
}
