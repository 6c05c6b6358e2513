package directory_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"writeback/adperms/directory"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

// zone is what a small DNS server on loopback answers.
type zone struct {
	srv   map[string][]dnsmessage.SRVResource // by name without the last dot
	hosts map[string]string                   // IPv4 addresses
}

// resolver serves the zone over UDP and returns a resolver that asks it alone.
func (z zone) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if reply, err := z.answer(buf[:n]); err == nil {
				conn.WriteTo(reply, from)
			}
		}
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (z zone) answer(query []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil, err
	}
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	q := m.Questions[0]
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
	_, isService := z.srv[name]
	ip, isHost := z.hosts[name]
	switch {
	case q.Type == dnsmessage.TypeSRV && isService:
		for _, r := range z.srv[name] {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &r})
		}
	case q.Type == dnsmessage.TypeA && isHost:
		m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: [4]byte(net.ParseIP(ip).To4())}})
	case !isService && !isHost:
		m.RCode = dnsmessage.RCodeNameError
	}
	return m.Pack()
}

func record(priority uint16, host string) dnsmessage.SRVResource {
	return dnsmessage.SRVResource{Priority: priority, Weight: 100, Port: 389, Target: dnsmessage.MustNewName(host + ".")}
}

func found(dc *sambatest.DC, r *net.Resolver) directory.Options {
	o := admin(dc)
	o.DC, o.Resolver, o.DialTimeout = "", r, 2*time.Second
	return o
}

func TestDCFromDNS(t *testing.T) {
	dc := sambatest.Shared(t)
	service := "_ldap._tcp.dc._msdcs." + domainOf(dc)
	// 127.0.0.2 has nobody on 636 and 389; "gone" has no address at all.
	r := zone{
		srv: map[string][]dnsmessage.SRVResource{service: {
			record(30, "dead."+domainOf(dc)), record(20, dc.Host), record(10, "gone."+domainOf(dc)), record(0, "dead."+domainOf(dc))}},
		hosts: map[string]string{dc.Host: dc.IP, "dead." + domainOf(dc): "127.0.0.2"},
	}.resolver(t)
	c := open(t, found(dc, r))
	if want := "ldaps://" + strings.ToLower(dc.Host) + ":636"; strings.ToLower(c.URL()) != want {
		t.Errorf("connected to %s, want %s", c.URL(), want)
	}
}

func TestKerberosToDCFromDNS(t *testing.T) {
	dc := sambatest.Shared(t)
	r := zone{
		srv:   map[string][]dnsmessage.SRVResource{"_ldap._tcp.dc._msdcs." + domainOf(dc): {record(0, dc.Host)}},
		hosts: map[string]string{dc.Host: dc.IP},
	}.resolver(t)
	o := found(dc, r)
	o.Kerberos, o.Krb5Conf = true, dc.Krb5Conf(t)
	open(t, o)
}

func TestNoUsableDC(t *testing.T) {
	dc := sambatest.Shared(t)
	service := "_ldap._tcp.dc._msdcs." + domainOf(dc)
	hosts := map[string]string{dc.Host: dc.IP, "dead." + domainOf(dc): "127.0.0.2", "dc1.evil.example": dc.IP}
	for _, c := range []struct {
		name   string
		domain string
		zone   zone
		set    func(*directory.Options)
		says   []string
		tried  int
	}{
		{"DNS does not know the domain", "nowhere.example", zone{}, nil, []string{"no DC of nowhere.example was found", "--dc"}, 0},
		{"all are down", "", zone{srv: map[string][]dnsmessage.SRVResource{service: {record(0, "dead."+domainOf(dc))}}, hosts: hosts}, nil,
			[]string{"ldaps://dead.", "ldap://dead."}, 2},
		{"not trusted", "", zone{srv: map[string][]dnsmessage.SRVResource{service: {record(0, dc.Host)}}, hosts: hosts},
			func(o *directory.Options) { o.CACert = "" }, []string{"--tls-pin SHA256:"}, 1},
		{"a DC of another domain", "other.example", zone{srv: map[string][]dnsmessage.SRVResource{
			"_ldap._tcp.dc._msdcs.other.example": {record(0, dc.Host)}}, hosts: hosts}, nil, []string{"is a DC of " + domainOf(dc)}, 1},
		{"a stranger with a public certificate", "", zone{srv: map[string][]dnsmessage.SRVResource{service: {record(0, "dc1.evil.example")}}, hosts: hosts},
			func(o *directory.Options) { o.CACert = "" }, []string{"dc1.evil.example", "DNS alone does not prove"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := found(dc, c.zone.resolver(t))
			o.Password = noPassword(t)
			if c.domain != "" {
				o.Domain = c.domain
			}
			if c.set != nil {
				c.set(&o)
			}
			err := refused[*directory.DiscoveryError](t, o)
			says(t, err, c.says...)
			if len(err.Tried) != c.tried {
				t.Errorf("tried %d, want %d: %v", len(err.Tried), c.tried, err)
			}
		})
	}
}

func TestUntrustedDCFromDNSKeepsItsType(t *testing.T) {
	dc := sambatest.Shared(t)
	r := zone{
		srv:   map[string][]dnsmessage.SRVResource{"_ldap._tcp.dc._msdcs." + domainOf(dc): {record(0, dc.Host)}},
		hosts: map[string]string{dc.Host: dc.IP},
	}.resolver(t)
	o := found(dc, r)
	o.CACert, o.Password = "", noPassword(t)
	o.TLSPin, o.Password = refused[*directory.CertError](t, o).Fingerprint, password(dc.AdminPassword)
	open(t, o)
}

// An RODC and a DC that is still replicating are passed over, and the next one
// is taken; where the user names such a DC it is taken, and the caller decides.
func TestUnfitDCIsPassedOver(t *testing.T) {
	dc := sambatest.Shared(t)
	unfit := "unfit." + domainOf(dc)
	for attribute, value := range map[string]string{"supportedCapabilities": "1.2.840.113556.1.4.1920", "isSynchronized": "FALSE"} {
		t.Run(attribute, func(t *testing.T) {
			at := loopback()
			proxy, err := ldapproxy.Listen(ldapproxy.Config{
				Upstream: dc.LDAPS, UpstreamTLS: dc.TLS(), Certificate: dc.Issue(t, "127.0.0.1", unfit), Address: at + ":636",
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { proxy.Close() })
			proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
				if attribute == "isSynchronized" {
					e.Set(attribute, value)
				} else {
					e.Set(attribute, append(e.Values(attribute), value)...)
				}
				return true
			}))
			r := zone{
				srv:   map[string][]dnsmessage.SRVResource{"_ldap._tcp.dc._msdcs." + domainOf(dc): {record(0, unfit), record(1, dc.Host)}},
				hosts: map[string]string{dc.Host: dc.IP, unfit: at},
			}.resolver(t)
			c := open(t, found(dc, r))
			if !strings.Contains(c.URL(), strings.ToLower(dc.Host)) {
				t.Errorf("took %s", c.URL())
			}
			if proxy.Count(ldapproxy.Bind) != 0 || proxy.Operations() == 0 {
				t.Errorf("the unfit DC saw %v", proxy.Trace())
			}
			o := found(dc, r)
			o.DC = "ldaps://" + unfit
			root := open(t, o).Root()
			if root.ReadOnly() != (attribute == "supportedCapabilities") || root.IsSynchronized != root.ReadOnly() {
				t.Errorf("the root does not show it: %+v", root)
			}
		})
	}
}

// loopback is an address of this computer that nobody else uses, for what is met at
// the ports of a DC.
func loopback() string {
	return fmt.Sprintf("127.%d.%d.%d", 2+rand.IntN(250), rand.IntN(255), 2+rand.IntN(250))
}
