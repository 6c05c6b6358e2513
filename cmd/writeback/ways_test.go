package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"writeback/internal/leaks"
	"writeback/internal/sambatest"
	"writeback/steps"
)

// dnsEnv tells the program which DNS server to ask: UDP, ADDRESS:PORT.
const dnsEnv = "WRITEBACK_TEST_DNS"

func init() {
	seams[dnsEnv] = func(a *app, address string) {
		a.resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "udp", address)
		}}
	}
}

// Every way to a DC and to sign in ends in the same plan.
func TestWaysIn(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	password := "WRITEBACK_AD_PASSWORD=" + dc.AdminPassword
	file := secretFile(t, dc.AdminPassword+"\r\nsecond line\n")
	trust := []string{"--ca-cert", dc.CAFile}
	conf := []string{"--krb5-conf", dc.Krb5Conf(t)}
	keytab := dc.Keytab(t, "Administrator")
	user := []string{"--ad-user", dc.AdminUser}
	for _, way := range []struct {
		name  string
		flags [][]string
		env   []string
		url   string // as the plan names the DC
		from  string
	}{
		{"LDAPS", [][]string{{"--dc", dc.LDAPS}, trust, user}, []string{password}, dc.LDAPS, "flag"},
		{"StartTLS", [][]string{{"--dc", dc.LDAP}, trust, user}, []string{password}, dc.LDAP, "flag"},
		{"password from a file", [][]string{{"--dc", dc.LDAPS}, trust, user, {"--ad-password-file", file}}, nil, dc.LDAPS, "flag"},
		{"ticket cache", [][]string{{"--dc", dc.LDAPS}, trust, conf, {"--kerberos"}},
			[]string{"KRB5CCNAME=FILE:" + dc.CCache(t, "Administrator", dc.AdminPassword)}, dc.LDAPS, "flag"},
		{"keytab", [][]string{{"--dc", dc.LDAP}, trust, conf, user, {"--keytab", keytab}}, nil, dc.LDAP, "flag"},
		{"Kerberos by password", [][]string{{"--dc", dc.LDAPS}, trust, conf, user, {"--kerberos"}}, []string{password}, dc.LDAPS, "flag"},
		{"DNS", [][]string{{"--domain", domainOf(dc)}, trust, user}, []string{password, nameServer(t, dc)},
			"ldaps://" + dc.Host + ":636", "found in DNS"},
		{"DNS, then Kerberos", [][]string{{"--domain", domainOf(dc)}, trust, user, conf, {"--keytab", keytab}}, []string{nameServer(t, dc)},
			"ldaps://" + dc.Host + ":636", "found in DNS"},
		{"the computer's own domain", [][]string{trust, user}, []string{password, nameServer(t, dc), "USERDNSDOMAIN=" + dc.Realm},
			"ldaps://" + dc.Host + ":636", "found in DNS"},
	} {
		t.Run(way.name, func(t *testing.T) {
			p := newProgram(t)
			p.env = way.env
			for _, f := range way.flags {
				p.flags = append(p.flags, f...)
			}
			plan := decode[steps.Plan](t, p.want(exitDone, "plan", "--output", "json"))
			if plan.Steps[0].ID != "delegate" || len(plan.Steps[0].Changes) != 3 {
				t.Errorf("planned %+v", plan.Steps)
			}
			if got := plan.Settings["dc"]; got.Value != way.url || got.From != way.from {
				t.Errorf("dc %+v, want %s from %s", got, way.url, way.from)
			}
			proof, _ := plan.Settings["dc-proof"].Value.(string)
			if want := "ldap/" + dc.Host + "/" + domainOf(dc); (way.from == "found in DNS") != strings.Contains(proof, want) {
				t.Errorf("the DC's proof is %q", proof)
			}
			if plan.Target.DC != dc.Host || plan.Target.Domain != domainOf(dc) {
				t.Errorf("target %+v", plan.Target)
			}
		})
	}
}

// A run goes on, and is undone, on the DC that DNS gave it then, whatever DNS
// says now: on another one the changes may not have arrived.
func TestUndoStaysOnTheDC(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	p := newProgram(t)
	p.env = []string{"WRITEBACK_AD_PASSWORD=" + dc.AdminPassword, nameServer(t, dc)}
	p.want(exitDone, "apply", "--yes", "--domain", domainOf(dc), "--ca-cert", dc.CAFile, "--ad-user", dc.AdminUser)
	p.env[1] = dnsEnv + "=" + serve(t, zone{hosts: map[string]string{dc.Host: dc.IP}})
	res := decode[steps.UndoResult](t, p.want(exitDone, "undo", "--yes", "--output", "json"))
	if res.State != steps.ResultUndone || len(res.Undone) != 3 {
		t.Errorf("%+v", res)
	}
}

func domainOf(dc *sambatest.DC) string { return strings.ToLower(dc.Realm) }

// secretFile is a file that holds text and that only we can read.
func secretFile(t *testing.T, text string) string {
	t.Helper()
	leaks.Secret(strings.TrimSpace(text))
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// nameServer starts a DNS server that knows the DC's domain, and returns the
// program's way to it.
func nameServer(t *testing.T, dc *sambatest.DC) string {
	t.Helper()
	target := dnsmessage.SRVResource{Priority: 0, Weight: 100, Port: 389, Target: dnsmessage.MustNewName(dc.Host + ".")}
	return dnsEnv + "=" + serve(t, zone{
		service: "_ldap._tcp.dc._msdcs." + domainOf(dc), target: &target, hosts: map[string]string{dc.Host: dc.IP},
	})
}

// zone is what a small DNS server knows: one service and some hosts.
type zone struct {
	service string
	target  *dnsmessage.SRVResource
	hosts   map[string]string // IPv4 addresses
}

// serve answers over UDP on loopback until the test ends.
func serve(t *testing.T, z zone) (address string) {
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
				_, _ = conn.WriteTo(reply, from) // the client asks again
			}
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return conn.LocalAddr().String()
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
	ip, isHost := z.hosts[name]
	switch {
	case q.Type == dnsmessage.TypeSRV && name == z.service:
		m.Answers = []dnsmessage.Resource{{Header: header, Body: z.target}}
	case q.Type == dnsmessage.TypeA && isHost:
		m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: [4]byte(net.ParseIP(ip).To4())}}}
	case !isHost && name != z.service:
		m.RCode = dnsmessage.RCodeNameError
	}
	return m.Pack()
}
