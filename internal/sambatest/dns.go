package sambatest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Resolver returns a resolver that knows these DCs and nothing else: the address of each, and for each of their domains the SRV records of its
// DCs, by which clients find them (RFC 2782; MS-ADTS 6.3.2.3).
func Resolver(t testing.TB, dcs ...*DC) *net.Resolver {
	t.Helper()
	server := ServeDNS(t, dcs...)
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", server)
	}}
}

// ServeDNS is the server behind [Resolver], for a program in a process of its own: it returns the address, IP:port, on which it answers over UDP
// until t ends.
func ServeDNS(t testing.TB, dcs ...*DC) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	z := zoneOf(dcs)
	done := make(chan struct{})
	go func() {
		defer close(done)
		query := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(query)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				continue // of one client that went away
			}
			if answer, err := z.answer(query[:n]); err == nil {
				_, _ = conn.WriteTo(answer, from) // a client that gets none asks again
			}
		}
	}()
	t.Cleanup(func() {
		_ = conn.Close() // ends the loop
		<-done
	})
	return conn.LocalAddr().String()
}

// zone is what the server answers, by name in lower case without the last dot.
type zone struct {
	hosts    map[string]string // IPv4 addresses
	services map[string][]*dnsmessage.SRVResource
}

func zoneOf(dcs []*DC) zone {
	z := zone{hosts: map[string]string{}, services: map[string][]*dnsmessage.SRVResource{}}
	for _, dc := range dcs {
		z.hosts[dc.Host] = dc.IP
		service := "_ldap._tcp.dc._msdcs." + strings.ToLower(dc.Realm)
		z.services[service] = append(z.services[service], &dnsmessage.SRVResource{
			Weight: 100, Port: 389, Target: dnsmessage.MustNewName(dc.Host + "."),
		})
	}
	return z
}

func (z zone) answer(query []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil, err
	}
	if len(m.Questions) != 1 {
		return nil, fmt.Errorf("%d questions in one message", len(m.Questions))
	}
	q := m.Questions[0]
	m.Response, m.Authoritative, m.Answers, m.Authorities, m.Additionals = true, true, nil, nil, nil
	header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	ip, isHost := z.hosts[name]
	services, isService := z.services[name]
	switch {
	case !isHost && !isService:
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeA && isHost:
		m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: [4]byte(net.ParseIP(ip).To4())}}}
	case q.Type == dnsmessage.TypeSRV:
		for _, s := range services {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: s})
		}
	}
	return m.Pack()
}
