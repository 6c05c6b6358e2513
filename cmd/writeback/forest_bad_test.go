package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
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

// What is in no domain of the forest stays an error that says so, whatever the DC refers to;
// a domain that a crossRef names and nothing else knows is told as such.
func TestDomainsThatAreNone(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	server, _ := nothingInDNS(t)
	f.env = append(f.env, dnsEnv+"="+server)
	for _, name := range []string{"CN=Ann,DC=other,DC=example", `OTHER\ann`, `other.example\ann`} {
		f.ends(exitError, []string{"no domain of this forest", f.parent.Name(), f.child.Name()}, "explain", name)
		f.ends(exitError, []string{"--connector", "no domain of this forest"}, "plan", "--connector", name)
	}
	f.parent.CrossRef("VOID", "void."+f.parent.Name())
	for _, name := range []string{"CN=Ann,DC=void," + f.parent.BaseDN(), `VOID\ann`, "ann@void." + f.parent.Name()} {
		f.ends(exitError, []string{"void." + f.parent.Name(), "could not be asked", "--config"}, "explain", name)
	}
}

// A domain that cannot be asked is told with its name and the next step. A user who is not
// there is told by the domain that was asked.
func TestChildDomainThatCannotBeAsked(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	dn, sid := f.user(f.child, "lena.orth")
	const closed = "ldaps://127.0.0.1:9"
	f.configure(f.parent.LDAPS(), closed)
	for _, name := range []string{dn, sid, `EMEA\lena.orth`, "lena.orth@" + f.child.Name(), "nobody.here@contoso.com"} {
		f.ends(exitError, []string{f.child.Name(), "could not be asked", "--config", "ldaps://HOST"}, "explain", name)
	}
	_, here := f.user(f.parent, f.parent.Account(domain.RoleUser).Name)
	nobody := here[:strings.LastIndex(here, "-")] + "-999999"
	if o := f.want(exitError, "explain", nobody); strings.Contains(o.err, f.child.Name()) {
		t.Errorf("the child was asked for a SID of the parent's:\n%s", o.err)
	}
	f.configure(f.parent.LDAPS(), f.parent.LDAPS()) // it is another domain's DC
	f.ends(exitError, []string{f.child.Name(), "is a DC of " + f.parent.Name()}, "explain", dn)
	f.configure(f.parent.LDAPS(), f.child.LDAPS())
	f.ends(exitError, []string{"no account", "did you mean lena.orth"}, "explain", `EMEA\lena.ort`)
	f.ends(exitError, []string{"CN=Nobody"}, "explain", "CN=Nobody,OU=Staff,OU=Branch,"+f.child.BaseDN())
	f.ends(exitError, []string{f.parent.BaseDN()}, "explain", "CN=Nobody,"+f.parent.BaseDN())
}

// A name that fits several users, or several domains, is ambiguous, and the answer lists them.
func TestAmbiguousAcrossDomains(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	there, _ := f.user(f.child, "lena.orth")
	here, _ := f.user(f.parent, f.parent.Account(domain.RoleUser).Name)
	m := ldap.NewModifyRequest(here, nil) // the UPN that the child's user has without it being written anywhere
	m.Replace("userPrincipalName", []string{"lena.orth@" + f.child.Name()})
	m.Replace("sAMAccountName", []string{"lena.orth"})
	if err := f.as(f.parent, domain.RoleAdmin).Modify(m); err != nil {
		t.Fatal(err)
	}
	f.ends(exitError, []string{"several", there, here}, "explain", "lena.orth@"+f.child.Name())
	f.ends(exitError, []string{"several", there, here}, "explain", "lena.orth", "--domain", f.child.Name())
	if e := f.explained("lena.orth"); e.User != here {
		t.Errorf("in the one domain that was asked for it is %s", e.User)
	}
	f.parent.CrossRef("EMEA", "twin."+f.parent.Name())
	forms := []string{"ambiguous", f.child.Name() + `\lena.orth`, "twin." + f.parent.Name() + `\lena.orth`}
	f.ends(exitError, forms, "explain", `EMEA\lena.orth`)
	f.ends(exitError, []string{"--connector", "ambiguous"}, "plan", "--connector", `EMEA\lena.orth`)
	if e := f.explained(f.child.Name() + `\lena.orth`); e.User != there {
		t.Errorf("by the DNS name it is %s", e.User)
	}
}

// Two forests whose domains have the same short name: a name that begins with it is ambiguous,
// and the DNS name is not.
func TestTwoForestsOfOneShortName(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	var dcs []*sambatest.DC
	var config strings.Builder
	config.WriteString("domains:\n")
	for _, name := range []string{"twin.one.example", "twin.two.example"} {
		dc := sambatest.New(t, sambatest.Realm(name))
		dcs = append(dcs, dc)
		dc.Connector(t)
		dc.AddUser(t, dc.OU(t), "ann", "First-1234")
		fmt.Fprintf(&config, "  - domain: %s\n    ca-cert: %s\n    ad-user: %s\n    ad-password-file: %s\n", name, dc.CAFile, dc.AdminUser, secretFile(t, dc.AdminPassword))
	}
	if err := os.WriteFile(filepath.Join(p.dir, "writeback.yaml"), []byte(config.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	p.env = append(p.env, dnsEnv+"="+sambatest.ServeDNS(t, dcs...), "WRITEBACK_CONFIG=writeback.yaml")
	p.ends(exitError, []string{"ambiguous", `twin.one.example\ann`, `twin.two.example\ann`}, "explain", `TWIN\ann`)
	p.ends(exitError, []string{"several", dcs[0].BaseDN, dcs[1].BaseDN}, "explain", "ann")
	for i, name := range []string{`twin.one.example\ann`, "ann@twin.two.example"} {
		if o := p.want(exitDone, "explain", name); !strings.Contains(o.out, ","+dcs[i].BaseDN) {
			t.Errorf("%s is\n%s", name, o.out)
		}
	}
}
