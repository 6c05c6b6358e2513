package ldapproxy

import (
	"slices"
	"strings"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// Entry is a search result entry that a hook may change (RFC 4511 4.5.2). Values are bytes in a string.
type Entry struct {
	DN         string
	Attributes []Attribute
}

// Attribute is a name with its values.
type Attribute struct {
	Name   string
	Values []string
}

// Rewrite is a hook for [Proxy.After] that makes the DC say something else: change gets each search entry with the search that found it, and says
// whether it changed it. An entry that it did not change passes byte for byte.
func Rewrite(change func(search *Message, e *Entry) bool) Hook {
	return func(m *Message) Verdict {
		if m.Op != SearchEntry {
			return Pass()
		}
		e := decodeEntry(m.Packet.Children[1])
		if !change(m.Request, e) {
			return Pass()
		}
		return Replace(envelope(m.ID, append([]*ber.Packet{e.encode()}, m.Packet.Children[2:]...)...))
	}
}

// Values returns the values of an attribute, or nil.
func (e *Entry) Values(name string) []string {
	if i := e.index(name); i >= 0 {
		return e.Attributes[i].Values
	}
	return nil
}

// Set gives an attribute these values and no others; without values the attribute goes.
func (e *Entry) Set(name string, values ...string) {
	i := e.index(name)
	switch {
	case len(values) == 0 && i >= 0:
		e.Attributes = slices.Delete(e.Attributes, i, i+1)
	case len(values) == 0:
	case i >= 0:
		e.Attributes[i].Values = values
	default:
		e.Attributes = append(e.Attributes, Attribute{Name: name, Values: values})
	}
}

func (e *Entry) index(name string) int {
	return slices.IndexFunc(e.Attributes, func(a Attribute) bool { return strings.EqualFold(a.Name, name) })
}

func decodeEntry(p *ber.Packet) *Entry {
	e := &Entry{DN: text(child(p, 0))}
	for _, a := range children(child(p, 1)) {
		attribute := Attribute{Name: text(child(a, 0))}
		for _, v := range children(child(a, 1)) {
			attribute.Values = append(attribute.Values, text(v))
		}
		e.Attributes = append(e.Attributes, attribute)
	}
	return e
}

func (e *Entry) encode() *ber.Packet {
	list := ber.NewSequence("attributes")
	for _, a := range e.Attributes {
		values := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSet, nil, "vals")
		for _, v := range a.Values {
			values.AppendChild(octets(v, "value"))
		}
		attribute := ber.NewSequence("attribute")
		attribute.AppendChild(octets(a.Name, "type"))
		attribute.AppendChild(values)
		list.AppendChild(attribute)
	}
	body := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ber.Tag(SearchEntry), nil, SearchEntry.String())
	body.AppendChild(octets(e.DN, "objectName"))
	body.AppendChild(list)
	return body
}
