package ldapproxy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// Op is the kind of an LDAP message: the application tag of its protocolOp (RFC 4511 4.2 to 4.14).
type Op int

// The operations of RFC 4511.
const (
	Bind                 Op = 0
	BindResponse         Op = 1
	Unbind               Op = 2
	Search               Op = 3
	SearchEntry          Op = 4
	SearchDone           Op = 5
	Modify               Op = 6
	ModifyResponse       Op = 7
	Add                  Op = 8
	AddResponse          Op = 9
	Delete               Op = 10
	DeleteResponse       Op = 11
	ModifyDN             Op = 12
	ModifyDNResponse     Op = 13
	Compare              Op = 14
	CompareResponse      Op = 15
	Abandon              Op = 16
	SearchReference      Op = 19
	Extended             Op = 23
	ExtendedResponse     Op = 24
	IntermediateResponse Op = 25
)

var opNames = map[Op]string{
	Bind: "bind", BindResponse: "bind response", Unbind: "unbind",
	Search: "search", SearchEntry: "search entry", SearchDone: "search done", SearchReference: "search reference",
	Modify: "modify", ModifyResponse: "modify response", Add: "add", AddResponse: "add response",
	Delete: "delete", DeleteResponse: "delete response", ModifyDN: "modify DN", ModifyDNResponse: "modify DN response",
	Compare: "compare", CompareResponse: "compare response", Abandon: "abandon",
	Extended: "extended", ExtendedResponse: "extended response", IntermediateResponse: "intermediate response",
}

// String returns the operation in words.
func (o Op) String() string {
	if name, ok := opNames[o]; ok {
		return name
	}
	return fmt.Sprintf("operation %d", int(o))
}

// answer is the kind of response that ends a request of this kind; none ends Unbind and Abandon.
func (o Op) answer() (Op, bool) {
	switch o {
	case Search:
		return SearchDone, true
	case Bind, Modify, Add, Delete, ModifyDN, Compare, Extended:
		return o + 1, true
	}
	return 0, false
}

// Message is one LDAPMessage on its way (RFC 4511 4.1.1).
type Message struct {
	Conn    int         // number of the connection, from 1
	ID      int64       // messageID
	Op      Op          // what it is
	Raw     []byte      // as it came, and as it is passed on
	Packet  *ber.Packet // Raw, decoded: messageID, protocolOp and perhaps controls
	Request *Message    // of a response: what it answers; nil where that is not known
}

// readMessage reads one message. An error of the connection is returned as it is.
func readMessage(r io.Reader) (*Message, error) {
	var raw bytes.Buffer
	p, err := ber.ReadPacket(io.TeeReader(r, &raw))
	if err != nil {
		return nil, err
	}
	if len(p.Children) < 2 {
		return nil, fmt.Errorf("an LDAP message of %d parts", len(p.Children))
	}
	id, ok := p.Children[0].Value.(int64)
	if !ok {
		return nil, errors.New("an LDAP message without an ID")
	}
	if p.Children[1].ClassType != ber.ClassApplication {
		return nil, errors.New("an LDAP message without an operation")
	}
	return &Message{ID: id, Op: Op(p.Children[1].Tag), Raw: raw.Bytes(), Packet: p}, nil
}

// DN is the entry that a request, a search entry or a bind is about, or the base of a search.
func (m *Message) DN() string {
	body := m.Packet.Children[1]
	switch m.Op {
	case Delete: // the DN itself, with the tag of the operation
		return body.Data.String()
	case Bind:
		return text(child(body, 1))
	case Search, SearchEntry, Modify, Add, ModifyDN, Compare:
		return text(child(body, 0))
	}
	return ""
}

// Attributes are the names of what a search asks for, a modify or add writes, or a search entry holds.
func (m *Message) Attributes() []string {
	body := m.Packet.Children[1]
	var names []string
	switch m.Op {
	case Search:
		for _, a := range children(child(body, 7)) {
			names = append(names, text(a))
		}
	case Modify: // each change is an operation and an attribute
		for _, change := range children(child(body, 1)) {
			names = append(names, text(child(child(change, 1), 0)))
		}
	case Add, SearchEntry:
		for _, a := range children(child(body, 1)) {
			names = append(names, text(child(a, 0)))
		}
	}
	return names
}

// Writes says whether the message is a modify of this attribute.
func (m *Message) Writes(attribute string) bool {
	return m.Op == Modify && slices.ContainsFunc(m.Attributes(), func(a string) bool { return strings.EqualFold(a, attribute) })
}

// ResultCode is the result of a response that ends a request (RFC 4511 4.1.9), and -1 of any other message.
func (m *Message) ResultCode() int {
	switch m.Op {
	case BindResponse, SearchDone, ModifyResponse, AddResponse, DeleteResponse, ModifyDNResponse, CompareResponse, ExtendedResponse:
		if code := child(m.Packet.Children[1], 0); code != nil {
			if n, ok := code.Value.(int64); ok {
				return int(n)
			}
		}
	}
	return -1
}

// String is one line for people: connection, operation, DN and attributes.
func (m *Message) String() string {
	line := fmt.Sprintf("#%d %v %q", m.Conn, m.Op, m.DN())
	if a := m.Attributes(); len(a) > 0 {
		line += " " + strings.Join(a, ",")
	}
	return line
}

func children(p *ber.Packet) []*ber.Packet {
	if p == nil {
		return nil
	}
	return p.Children
}

func child(p *ber.Packet, i int) *ber.Packet {
	if p == nil || i >= len(p.Children) {
		return nil
	}
	return p.Children[i]
}

func text(p *ber.Packet) string {
	if p == nil {
		return ""
	}
	return p.Data.String()
}
