//go:build linux || darwin

package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

// namesAMember makes DNS name a host of the domain as its DC that is none: it has a
// certificate of the same authority for its own name, as every member can get one.
// Nobody answers there as a KDC.
func namesAMember(t *testing.T, dc *sambatest.DC) (dns string, proxy *ldapproxy.Proxy) {
	t.Helper()
	name := "ws1." + domainOf(dc)
	at := fmt.Sprintf("127.%d.%d.%d", 2+rand.IntN(250), rand.IntN(255), 2+rand.IntN(250))
	proxy, err := ldapproxy.Listen(ldapproxy.Config{Upstream: dc.LDAPS, UpstreamTLS: dc.TLS(), Certificate: dc.Issue(t, name), Address: at + ":636"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proxy.Close() })
	return dnsEnv + "=" + serve(t, zone{
		service: "_ldap._tcp.dc._msdcs." + domainOf(dc), hosts: map[string]string{name: at},
		target: &dnsmessage.SRVResource{Weight: 100, Port: 389, Target: dnsmessage.MustNewName(name + ".")},
	}), proxy
}

// The password goes to no member that DNS names, neither for a plan nor for a write,
// and the error says what would be proof.
func TestMemberIsNoDC(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	dns, proxy := namesAMember(t, dc)
	p := newProgram(t)
	p.env = []string{"WRITEBACK_AD_PASSWORD=" + dc.AdminPassword, dns, "KRB5_CONFIG=/nonexistent/krb5.conf"}
	p.flags = []string{"--domain", domainOf(dc), "--ca-cert", dc.CAFile, "--ad-user", dc.AdminUser}
	says := []string{"DNS alone does not prove", "ws1." + domainOf(dc), "--dc", "--tls-pin SHA256:"}
	for _, verb := range [][]string{{"plan"}, {"apply", "--yes"}, {"verify"}, {"doctor"}} {
		p.ends(exitError, says, verb...)
	}
	if n := proxy.Count(ldapproxy.Bind); n != 0 {
		t.Errorf("%d binds reached it: %v", n, proxy.Trace())
	}
}

// The guided setup asks for the fingerprint, and trusts what the person says.
func TestSetupAsksWhatProvesTheDC(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	dns, proxy := namesAMember(t, dc)
	p := newProgram(t)
	p.env = append(p.env, dns, "KRB5_CONFIG=/nonexistent/krb5.conf")
	p.flags = []string{"--ca-cert", dc.CAFile}
	h := p.talks()
	h.adOnly()
	h.replies("Which Active Directory domain", domainOf(dc))
	h.replies("found in DNS", "")
	h.replies("Who signs in", dc.AdminUser)
	h.repliesHidden("Password of", dc.AdminPassword)
	h.hears("nothing proves that it is a domain controller")
	if n := proxy.Count(ldapproxy.Bind); n != 0 {
		t.Errorf("%d binds reached it", n)
	}
	h.replies("Yes, trust this certificate", "2")
	h.hears("Which account does the sync product use")
	if n := proxy.Count(ldapproxy.Bind); n == 0 {
		t.Error("the person said that it is the DC, and nobody signed in")
	}
	if strings.Contains(h.screen(), "Trust the authority") {
		t.Error("the authority is trusted, and proves nothing here")
	}
	h.types("\x03")
	h.leaves(exitCancelled)
}
