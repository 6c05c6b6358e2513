package directory_test

import (
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	asn1 "github.com/go-asn1-ber/asn1-ber"

	"writeback/adperms/directory"
	"writeback/internal/authority"
	"writeback/internal/ldapproxy"
	"writeback/internal/practice/domain"
	"writeback/internal/test/windows"
)

// A Windows DC took three writes of a security descriptor from another client. Ours asks
// for the same, to the element: what is written is the whole descriptor, and the critical
// control says that the DACL alone counts. Two things differ: the name of the object, which
// is <GUID=…> as a rule, and a second control of that client, LDAP_SERVER_PERMISSIVE_MODIFY,
// which means nothing where a value is replaced.
func TestWritesWhatWindowsTook(t *testing.T) {
	d, err := domain.Start(domain.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	ca, err := authority.New("a proxy")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ca.Issue("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := ldapproxy.Listen(ldapproxy.Config{Upstream: d.LDAPS(), UpstreamTLS: &tls.Config{RootCAs: d.RootCAs()}, Certificate: cert})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proxy.Close() })
	var mu sync.Mutex
	var sent []byte
	proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op == ldapproxy.Modify {
			mu.Lock()
			defer mu.Unlock()
			sent = append([]byte(nil), m.Raw...)
		}
		return ldapproxy.Pass()
	})
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, ca.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	account := d.Account(domain.RoleAdmin)
	c := open(t, directory.Options{DC: proxy.LDAPS, CACert: file, User: account.UPN, Password: password(account.Password)})
	judged := 0
	for _, m := range windows.Capture(t) {
		theirs := asn1.DecodePacket(m.Octets)
		if m.FromServer || theirs.Children[1].Tag != 6 { // modifyRequest [APPLICATION 6]
			continue
		}
		value := theirs.Children[1].Children[1].Children[0].Children[1].Children[1].Children[0].Data.Bytes()
		_ = c.WriteDACL(soon(t), d.BaseDN(), value) // the trustees are another domain's: what was asked for is the matter
		mu.Lock()
		ours := asn1.DecodePacket(sent)
		mu.Unlock()
		for i, what := range map[int]string{1: "the changes", 2: "the controls"} {
			a, b := ours.Children[i].Children[0], theirs.Children[i].Children[0]
			if i == 1 {
				a, b = ours.Children[i].Children[1], theirs.Children[i].Children[1]
			}
			if got, want := elements(a), elements(b); got != want {
				t.Errorf("%s are\n%s\nWindows took\n%s", what, got, want)
			}
		}
		judged++
	}
	if judged != 3 {
		t.Errorf("%d writes were recorded", judged)
	}
}

// elements writes down what a packet holds, whatever the form of its lengths.
func elements(p *asn1.Packet) string {
	if p.TagType == asn1.TypePrimitive {
		return fmt.Sprintf("%d/%d:%x", p.ClassType, p.Tag, p.Data.Bytes())
	}
	var all []string
	for _, c := range p.Children {
		all = append(all, elements(c))
	}
	return fmt.Sprintf("%d/%d{%s}", p.ClassType, p.Tag, strings.Join(all, " "))
}
