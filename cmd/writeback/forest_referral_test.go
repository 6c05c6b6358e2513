package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
	"golang.org/x/net/dns/dnsmessage"

	"writeback/internal/ldapproxy"
	"writeback/internal/practice/domain"
	"writeback/internal/sambatest"
)

// baited is a listener that counts who comes.
func baited(t *testing.T) (address string, seen *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	seen = new(atomic.Int32)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			seen.Add(1)
			c.Close()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return l.Addr().String(), seen
}

// nothingInDNS is a server that knows no name, and tells which ones it was asked for.
func nothingInDNS(t *testing.T) (address string, asked func() []string) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var names []string
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			mu.Lock()
			names = append(names, strings.ToLower(m.Questions[0].Name.String()))
			mu.Unlock()
			m.Response, m.Additionals, m.RCode = true, nil, dnsmessage.RCodeNameError
			if reply, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(reply, from) // the client asks again
			}
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return conn.LocalAddr().String(), func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), names...)
	}
}

// refers puts a proxy before the parent's DC that refers everything below a DN to a host.
func (f *family) refers(below, host string) {
	f.t.Helper()
	boss := f.parent.Account(domain.RoleAdmin)
	dc := sambatest.At(f.t, sambatest.Elsewhere{LDAPS: f.parent.LDAPS(), Domain: f.parent.Name(), CA: f.parent.CA(), Roots: f.parent.RootCAs(),
		AdminUser: boss.UPN, AdminPassword: boss.Password})
	proxy := proxyOn(f.t, dc)
	proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op != ldapproxy.Search || !strings.HasSuffix(strings.ToLower(m.DN()), strings.ToLower(below)) {
			return ldapproxy.Pass()
		}
		body := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ber.Tag(ldapproxy.SearchDone), nil, "")
		body.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, ldap.LDAPResultReferral, ""))
		for range 2 { // matchedDN, diagnosticMessage
			body.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, "", ""))
		}
		urls := ber.Encode(ber.ClassContext, ber.TypeConstructed, 3, nil, "")
		urls.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, "ldap://"+host+"/"+m.DN(), ""))
		body.AppendChild(urls)
		out := ber.NewSequence("")
		out.AppendChild(m.Packet.Children[0])
		out.AppendChild(body)
		return ldapproxy.Answer(out)
	})
	f.trust(dc)
	f.configure(proxy.LDAPS, f.child.LDAPS())
}

// A referral leads nowhere: not to a listener that is there, nor to a host that is not. The
// DC of the user's domain is asked, which the configuration file or DNS names.
func TestFollowsNoReferral(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	dn, _ := f.user(f.child, "lena.orth")
	address, seen := baited(t)
	server, asked := nothingInDNS(t)
	f.env = append(f.env, dnsEnv+"="+server)
	for _, host := range []string{address, "host-that-is-not.invalid"} {
		f.refers(f.child.BaseDN(), host)
		if e := f.explained(dn); e.User != dn || e.Connector != f.connector.DN {
			t.Errorf("referred to %s: %s, %s", host, e.User, e.Connector)
		}
		o := f.want(exitError, "explain", "CN=Nobody,OU=Staff,OU=Branch,"+f.child.BaseDN())
		if strings.Contains(o.err, host) || !strings.Contains(o.err, "CN=Nobody") {
			t.Errorf("referred to %s, it says\n%s", host, o.err)
		}
	}
	if n := seen.Load(); n != 0 {
		t.Errorf("the host of the referral saw %d connections", n)
	}
	if names := asked(); len(names) != 0 {
		t.Errorf("DNS was asked for %q", names)
	}
	f.configure(f.parent.LDAPS(), "") // where nothing names a DC, DNS is asked for the domain's
	f.ends(exitError, []string{f.child.Name(), "could not be asked"}, "explain", dn)
	names := asked()
	for _, name := range names {
		if !strings.HasPrefix(name, "_ldap._tcp.dc._msdcs."+f.child.Name()+".") {
			t.Errorf("DNS was asked for %s", name)
		}
	}
	if len(names) == 0 {
		t.Error("DNS was not asked for the child's DCs")
	}
}

// The child's DC that DNS names has to prove that it is one, as a further --domain's has to: a
// certificate for its name is not enough. The practice DC cannot, and so nobody signs in there.
func TestChildDomainInDNSProvesItself(t *testing.T) {
	t.Parallel()
	ip := fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(254), rand.IntN(256), 1+rand.IntN(254))
	probe, err := net.Listen("tcp", ip+":636")
	if err != nil {
		t.Skipf("nothing can be served on %s:636: %v", ip, err)
	}
	probe.Close()
	f := newFamilyAt(t, ip+":636")
	dn, _ := f.user(f.child, "lena.orth")
	host := "emea-dc1." + f.child.Name()
	target := dnsmessage.SRVResource{Weight: 100, Port: 389, Target: dnsmessage.MustNewName(host + ".")}
	f.env = append(f.env, dnsEnv+"="+serve(t, zone{service: "_ldap._tcp.dc._msdcs." + f.child.Name(), target: &target, hosts: map[string]string{host: ip}}))
	f.configure(f.parent.LDAPS(), "")
	for _, args := range [][]string{{"explain", dn}, {"plan", "--all-domains"}} {
		f.ends(exitError, []string{"ldaps://" + host + ":636", "does not say that this is a domain controller of " + f.child.Name()}, args...)
	}
}
