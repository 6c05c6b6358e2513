package secdesc

import "strings"

// conditionText prints an expression. It is not ok where data is no expression
// or no text gives the same bytes again.
func conditionText(data string) (text string, ok bool) {
	rest, ok := strings.CutPrefix(data, conditionSignature)
	if !ok {
		return "", false
	}
	p := conditionPrinter{rest: rest}
	for p.rest != "" && p.rest[0] != 0 {
		if !p.step() {
			return "", false
		}
	}
	if len(p.stack) != 1 || p.stack[0].means == meansValue {
		return "", false
	}
	text = "(" + p.stack[0].text + ")"
	return text, sameAgain(DomainSIDs.parseCondition, text, data)
}

// phrase is the text of a part of an expression. Its depth is bounded, so that
// putting texts together costs at most that many copies of the whole.
type phrase struct {
	text  string
	means meaning
	depth int
}

// conditionPrinter runs an expression on a stack of texts.
type conditionPrinter struct {
	rest  string
	stack []phrase
}

// step reads one token.
func (p *conditionPrinter) step() bool {
	switch t := token(p.rest[0]); {
	case t == tokenAnd:
		return p.join(" && ")
	case t == tokenOr:
		return p.join(" || ")
	case t == tokenNot:
		return p.negate()
	case operatorTexts[t] != "":
		return p.operator(t)
	case t >= tokenLocal && t <= tokenDevice:
		return p.attribute(t)
	}
	text, size, ok := valueText(p.rest, true)
	if !ok {
		return false
	}
	p.rest = p.rest[size:]
	p.stack = append(p.stack, phrase{text: text, means: meansValue})
	return true
}

// pop takes the last n phrases, if they are there.
func (p *conditionPrinter) pop(n int) []phrase {
	at := len(p.stack) - n
	if at < 0 {
		return nil
	}
	top := p.stack[at:]
	p.stack = p.stack[:at]
	return top
}

// push puts an operator's text in place of its operands.
func (p *conditionPrinter) push(text string, depth int) bool {
	p.rest = p.rest[1:]
	p.stack = append(p.stack, phrase{text, meansTruth, depth + 1})
	return depth < conditionDepth
}

func (p *conditionPrinter) join(operator string) bool {
	two := p.pop(2)
	if two == nil || two[0].means == meansValue || two[1].means == meansValue {
		return false
	}
	return p.push("("+two[0].text+")"+operator+"("+two[1].text+")", max(two[0].depth, two[1].depth))
}

func (p *conditionPrinter) negate() bool {
	one := p.pop(1)
	if one == nil || one[0].means == meansValue {
		return false
	}
	return p.push("!("+one[0].text+")", one[0].depth)
}

func (p *conditionPrinter) operator(t token) bool {
	if t.compares() {
		two := p.pop(2)
		if two == nil || !two[0].means.named() || two[1].means != meansValue && two[1].means != meansAttribute {
			return false
		}
		return p.push(two[0].text+" "+operatorTexts[t]+" "+two[1].text, 0)
	}
	one := p.pop(1)
	if one == nil || t.takesMembers() != (one[0].means == meansValue) || one[0].means == meansTruth {
		return false
	}
	return p.push(operatorTexts[t]+" "+one[0].text, 0)
}

func (p *conditionPrinter) attribute(t token) bool {
	name, size, ok := counted(p.rest)
	units, even := unitsOf(name)
	if !ok || !even {
		return false
	}
	p.rest = p.rest[size:]
	if t != tokenLocal {
		p.stack = append(p.stack, phrase{text: prefixTexts[t] + nameText(units), means: meansAttribute})
		return true
	}
	quoted, ok := quotedText(units)
	p.stack = append(p.stack, phrase{text: strings.Trim(quoted, `"`), means: meansLocal})
	return ok
}

// valueText prints the literal at the start of b, whose token has size bytes.
func valueText(b string, listToo bool) (text string, size int, ok bool) {
	if token(b[0]) == tokenInt64 {
		if len(b) < 11 {
			return "", 0, false
		}
		text, ok = integerText(integer{leUint64(b[1:]), b[9], b[10]})
		return text, 11, ok
	}
	data, size, ok := counted(b)
	if !ok {
		return "", 0, false
	}
	switch token(b[0]) {
	case tokenUnicode:
		units, even := unitsOf(data)
		text, ok = quotedText(units)
		return text, size, ok && even
	case tokenOctets:
		return octetsText(data), size, true
	case tokenSID:
		sid, err := leadingSID(data)
		return "SID(" + sidText(sid) + ")", size, err == nil
	case tokenComposite:
		if listToo {
			text, ok = listText(data)
			return text, size, ok
		}
	}
	return "", 0, false
}

func listText(data string) (text string, ok bool) {
	var values []string
	for data != "" {
		value, size, ok := valueText(data, false)
		if !ok {
			return "", false
		}
		values = append(values, value)
		data = data[size:]
	}
	return "{" + strings.Join(values, ", ") + "}", true
}

// counted reads a token of code, length and that many bytes.
func counted(b string) (data string, size int, ok bool) {
	if len(b) < 5 {
		return "", 0, false
	}
	length := leUint32(b[1:])
	if uint64(length) > uint64(len(b)-5) {
		return "", 0, false
	}
	size = 5 + int(length)
	return b[5:size], size, true
}
