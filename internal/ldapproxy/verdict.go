package ldapproxy

import (
	ber "github.com/go-asn1-ber/asn1-ber"
)

// A Verdict is what becomes of a message. The zero Verdict lets it pass as it came.
type Verdict struct {
	kind    kind
	packets []*ber.Packet
}

type kind int

const (
	passed kind = iota
	kept
	cut
	replaced
	answered
)

func pass(*Message) Verdict { return Verdict{} }

// Pass lets the message on, byte for byte.
func Pass() Verdict { return Verdict{} }

// Keep lets nothing on: a request never reaches the DC, a response never the client.
func Keep() Verdict { return Verdict{kind: kept} }

// Drop cuts the connection on both sides; the message goes no further.
func Drop() Verdict { return Verdict{kind: cut} }

// Replace sends other messages on in place of this one.
func Replace(packets ...*ber.Packet) Verdict { return Verdict{kind: replaced, packets: packets} }

// Answer keeps a request from the DC and sends these messages to the client. For a response it is the same as [Replace].
func Answer(packets ...*ber.Packet) Verdict { return Verdict{kind: answered, packets: packets} }

// Refuse answers a request with a result code and a diagnostic message, and keeps it from the DC. A request that has no answer
// (Unbind, Abandon) is kept.
func Refuse(request *Message, code int, diagnostic string) Verdict {
	p := Result(request, code, diagnostic)
	if p == nil {
		return Keep()
	}
	return Answer(p)
}

// Result builds the response that ends a request, with no matched DN (RFC 4511 4.1.9). It is nil for a request that has none.
func Result(request *Message, code int, diagnostic string) *ber.Packet {
	op, ok := request.Op.answer()
	if !ok {
		return nil
	}
	body := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ber.Tag(op), nil, op.String())
	body.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, int64(code), "resultCode"))
	body.AppendChild(octets("", "matchedDN"))
	body.AppendChild(octets(diagnostic, "diagnosticMessage"))
	return envelope(request.ID, body)
}

// Cut is a hook that drops the connection.
func Cut(*Message) Verdict { return Drop() }

// At is a hook that lets all pass but the nth message of a kind, counted from 1: act decides about that one.
func At(n int, op Op, act Hook) Hook {
	seen := 0
	return func(m *Message) Verdict {
		if m.Op != op {
			return Pass()
		}
		if seen++; seen != n {
			return Pass()
		}
		return act(m)
	}
}

func envelope(id int64, parts ...*ber.Packet) *ber.Packet {
	p := ber.NewSequence("LDAPMessage")
	p.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, id, "messageID"))
	for _, part := range parts {
		p.AppendChild(part)
	}
	return p
}

func octets(s, description string) *ber.Packet {
	return ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, s, description)
}
