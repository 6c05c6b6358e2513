package secdesc

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf16"
)

// parseClaim makes the bytes of a claim from ("name",TYPE,flags,value,…).
func (n DomainSIDs) parseClaim(s string) (string, error) {
	p := claimParser{literalReader{what: "claim", text: s, names: n}}
	name, err := p.start()
	if err != nil {
		return "", err
	}
	t, err := p.valueType()
	if err != nil {
		return "", err
	}
	flags, err := p.flags()
	if err != nil {
		return "", err
	}
	values, err := p.values(t)
	if err != nil {
		return "", err
	}
	p.space()
	if p.at != len(s) {
		return "", p.wrong("%.20q is more than one claim", s[p.at:])
	}
	out := claimBytes(name, t, flags, values)
	if len(out) > dataLimit {
		return "", p.wrong("the claim has %d bytes, more than an ACE can hold", len(out))
	}
	return string(out), nil
}

type claimParser struct{ literalReader }

// start reads the parenthesis and the name, as UTF-16 with a NUL behind it.
func (p *claimParser) start() ([]byte, error) {
	p.space()
	if err := p.want("("); err != nil {
		return nil, err
	}
	p.space()
	if err := p.want(`"`); err != nil {
		return nil, err
	}
	units, err := p.name(true)
	if err != nil {
		return nil, err
	}
	if slices.Contains(units, 0) {
		return nil, p.wrong("the name has a NUL")
	}
	return appendUnits(nil, append(units, 0)), p.want(`"`)
}

// comma reads "," and the spaces around it.
func (p *claimParser) comma() error {
	p.space()
	err := p.want(",")
	p.space()
	return err
}

func (p *claimParser) valueType() (claimType, error) {
	if err := p.comma(); err != nil {
		return 0, err
	}
	word := p.word()
	t, ok := claimTypeOf[strings.ToUpper(word)]
	if !ok {
		return 0, p.wrong("%.20q is none of the types TI, TU, TS, TD, TX and TB", word)
	}
	p.at += len(word)
	return t, nil
}

func (p *claimParser) flags() (uint32, error) {
	if err := p.comma(); err != nil {
		return 0, err
	}
	word := p.word()
	flags, _, err := unsigned(word, 32)
	if err != nil {
		return 0, p.wrong("%.20q are not the flags of a claim", word)
	}
	p.at += len(word)
	return uint32(flags), nil
}

// values reads up to the closing parenthesis. There may be none.
func (p *claimParser) values(t claimType) ([][]byte, error) {
	var values [][]byte
	for total := 0; ; {
		p.space()
		if p.take(")") {
			return values, nil
		}
		if err := p.comma(); err != nil {
			return nil, err
		}
		value, err := p.value(t)
		if err != nil {
			return nil, err
		}
		if total += 4 + len(value); total > dataLimit {
			return nil, p.wrong("the claim is longer than an ACE can be")
		}
		values = append(values, value)
	}
}

func (p *claimParser) value(t claimType) ([]byte, error) {
	switch t {
	case claimString:
		s, err := p.quoted()
		return appendUnits(nil, append(utf16.Encode([]rune(s)), 0)), err
	case claimSID:
		return p.sidValue()
	case claimOctets:
		p.take("#") // Windows does without
		octets, err := p.octets()
		return countedOctets(octets), err
	}
	start := p.at
	n, err := p.integer()
	if err != nil {
		return nil, err
	}
	signed := n.sign == signMinus && n.bits != 0
	high := n.bits>>63 != 0
	if t == claimInt && high != signed || t == claimUint && signed || t == claimBool && n.bits > 1 {
		p.at = start
		return nil, p.wrong("the value does not fit the type %s", claimTokens[t])
	}
	return binary.LittleEndian.AppendUint64(nil, n.bits), nil
}

// sidValue reads a SID. MS-DTYP 2.4.10.1 calls what is kept "a SID string";
// what Windows' own readers take, and what is written here, is the binary form.
func (p *claimParser) sidValue() ([]byte, error) {
	sid, err := p.sid()
	return countedOctets([]byte(sid.raw)), err
}

// countedOctets is CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_RELATIVE (MS-DTYP 2.4.10.2).
func countedOctets(octets []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(octets))), octets...)
}

func claimBytes(name []byte, t claimType, flags uint32, values [][]byte) []byte {
	at := claimHeader + 4*len(values)
	b := binary.LittleEndian.AppendUint32(nil, uint32(at))
	b = binary.LittleEndian.AppendUint16(b, uint16(t))
	b = binary.LittleEndian.AppendUint16(b, 0)
	b = binary.LittleEndian.AppendUint32(b, flags)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(values)))
	at += len(name)
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, uint32(at))
		at += len(v)
	}
	b = append(b, name...)
	for _, v := range values {
		b = append(b, v...)
	}
	return padded(b)
}
