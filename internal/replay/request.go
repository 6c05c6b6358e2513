package replay

import (
	"bytes"
	"errors"
	"fmt"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// The application tags of requests (RFC 4511 section 4).
const (
	opBind    = 0
	opUnbind  = 2
	opSearch  = 3
	opAbandon = 16
)

// request is one LDAP request.
type request struct {
	id     int64
	op     ber.Tag
	base   string
	scope  int64
	filter []byte
	names  []string // attributes that are asked for
	paged  bool
	size   int64  // of a page
	cookie []byte // of a page
}

const oidPaging = "1.2.840.113556.1.4.319" // RFC 2696

// about says that a word is in the filter, as a name or a value.
func (r *request) about(word string) bool { return bytes.Contains(r.filter, []byte(word)) }

var errRequest = errors.New("this is no LDAP request")

// readRequest makes sense of a message.
func readRequest(p *ber.Packet) (r request, err error) {
	if len(p.Children) < 2 {
		return r, errRequest
	}
	var ok bool
	if r.id, ok = p.Children[0].Value.(int64); !ok {
		return r, errRequest
	}
	r.op = p.Children[1].Tag
	if r.op != opSearch {
		return r, nil
	}
	if err := r.readSearch(p.Children[1].Children); err != nil {
		return r, err
	}
	if len(p.Children) > 2 {
		return r, r.readControls(p.Children[2].Children)
	}
	return r, nil
}

// readSearch reads a SearchRequest (RFC 4511 section 4.5.1): baseObject, scope,
// derefAliases, sizeLimit, timeLimit, typesOnly, filter, attributes.
func (r *request) readSearch(parts []*ber.Packet) error {
	if len(parts) < 8 {
		return errRequest
	}
	r.base, _ = parts[0].Value.(string)
	r.scope, _ = parts[1].Value.(int64)
	r.filter = parts[6].Bytes()
	for _, a := range parts[7].Children {
		name, _ := a.Value.(string)
		r.names = append(r.names, name)
	}
	return nil
}

func (r *request) readControls(controls []*ber.Packet) error {
	for _, c := range controls {
		if len(c.Children) < 2 || c.Children[0].Value != oidPaging {
			continue
		}
		value, err := ber.DecodePacketErr(c.Children[len(c.Children)-1].Data.Bytes())
		if err != nil {
			return fmt.Errorf("the paging control: %w", err)
		}
		if len(value.Children) != 2 {
			return fmt.Errorf("the paging control: %w", errRequest)
		}
		r.paged = true
		r.size, _ = value.Children[0].Value.(int64)
		r.cookie = value.Children[1].Data.Bytes()
	}
	return nil
}
