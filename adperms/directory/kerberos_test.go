package directory_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/spnego"
	"github.com/jcmturner/gokrb5/v8/types"

	"writeback/adperms/directory"
	"writeback/adperms/directory/bind"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

func byKerberos(t *testing.T, dc *sambatest.DC) (*ldapproxy.Proxy, directory.Options) {
	t.Helper()
	proxy, o := proxied(t, dc)
	o.Kerberos, o.Krb5Conf = true, dc.Krb5Conf(t)
	return proxy, o
}

// What is really sent in a Kerberos bind, opened with the DC's own key: the
// ticket is for the DC's host name, and the authenticator binds it to the TLS
// certificate that we saw. Samba 4.17 does not look at the binding, Windows may
// demand it.
func TestChannelBindingIsSent(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := byKerberos(t, dc)
	var credentials []byte
	proxy.Before(ldapproxy.At(1, ldapproxy.Bind, func(m *ldapproxy.Message) ldapproxy.Verdict {
		sasl := m.Packet.Children[1].Children[2] // SaslCredentials, RFC 4511 section 4.2
		credentials = bytes.Clone(sasl.Children[1].ByteValue)
		return ldapproxy.Pass()
	}))
	open(t, o)

	var token spnego.KRB5Token
	if err := token.Unmarshal(credentials); err != nil || !token.IsAPReq() {
		t.Fatalf("no AP-REQ: %v", err)
	}
	if got, want := token.APReq.Ticket.SName.PrincipalNameString(), "ldap/"+dc.Host; got != want {
		t.Errorf("the ticket is for %s, want %s", got, want)
	}
	keys, err := keytab.Load(dc.Keytab(t, "DC1$"))
	if err != nil {
		t.Fatal(err)
	}
	machine := types.NewPrincipalName(1, "DC1$")
	if err := token.APReq.Ticket.DecryptEncPart(keys, &machine); err != nil {
		t.Fatal(err)
	}
	if err := token.APReq.DecryptAuthenticator(token.APReq.Ticket.DecryptedEncPart.Key); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(proxy.Leaf().Raw)
	data := "tls-server-end-point:" + string(sum[:])
	bindings := md5.Sum([]byte(string(make([]byte, 16)) + "\x35\x00\x00\x00" + data))
	want := append([]byte{16, 0, 0, 0}, bindings[:]...)
	if got := token.APReq.Authenticator.Cksum.Checksum; len(got) != 24 || !bytes.Equal(got[:20], want) {
		t.Errorf("checksum %x, want %x and the flags", got, want)
	}
}

// A DC has to prove that it could read the ticket. One that cannot is refused,
// wherever its answer was changed; and none of it brings us down.
func TestImpostorOfTheDC(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := byKerberos(t, dc)
	for step, name := range map[int]string{1: "AP-REP", 2: "wrap token"} {
		for _, change := range []struct {
			name string
			do   func([]byte) []byte
		}{
			{"last byte", func(b []byte) []byte { b[len(b)-1] ^= 1; return b }},
			{"middle", func(b []byte) []byte { b[len(b)/2] ^= 0x80; return b }},
			{"cut", func(b []byte) []byte { return b[:len(b)/2] }},
			{"two bytes", func([]byte) []byte { return []byte{0x60, 0x84} }},
			{"text", func([]byte) []byte { return []byte("a DC, honestly a DC, trust me on that") }},
		} {
			t.Run(name+", "+change.name, func(t *testing.T) {
				proxy.After(ldapproxy.At(step, ldapproxy.BindResponse, func(m *ldapproxy.Message) ldapproxy.Verdict {
					return ldapproxy.Replace(withCredentials(m, change.do))
				}))
				err := refused[*bind.SignInError](t, o)
				if err.Reason != bind.OtherReason || err.User == "" {
					t.Errorf("%+v", err)
				}
			})
		}
	}
}

// withCredentials rebuilds a bind response with other serverSaslCreds [7].
func withCredentials(m *ldapproxy.Message, change func([]byte) []byte) *ber.Packet {
	old := m.Packet.Children[1]
	body := ber.Encode(old.ClassType, old.TagType, old.Tag, nil, "")
	for _, child := range old.Children {
		if child.ClassType == ber.ClassContext && child.Tag == 7 {
			creds := change(bytes.Clone(child.Data.Bytes()))
			child = ber.NewString(ber.ClassContext, ber.TypePrimitive, 7, string(creds), "")
		}
		body.AppendChild(child)
	}
	out := ber.NewSequence("")
	out.AppendChild(m.Packet.Children[0])
	out.AppendChild(body)
	return out
}

// A cache whose ticket has run out says so, and nobody is asked for anything.
func TestTicketExpired(t *testing.T) {
	dc := sambatest.Shared(t)
	path := dc.CCache(t, "Administrator", dc.AdminPassword)
	cache, err := credentials.LoadCCache(path)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	stamp := func(at time.Time) []byte { return binary.BigEndian.AppendUint32(nil, uint32(at.Unix())) }
	for _, entry := range cache.GetEntries() {
		raw = bytes.ReplaceAll(raw, stamp(entry.EndTime), stamp(time.Now().Add(-time.Hour)))
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	o := admin(dc)
	o.User, o.Password, o.CCache, o.Krb5Conf = "", noPassword(t), path, dc.Krb5Conf(t)
	refusal := refused[*bind.SignInError](t, o)
	if refusal.Reason != bind.TicketExpired || refusal.User != "Administrator@"+dc.Realm {
		t.Errorf("%+v", refusal)
	}
	says(t, refusal, "kinit")
}

// No KDC where the configuration says that it is.
func TestNoKDC(t *testing.T) {
	dc := sambatest.Shared(t)
	conf := filepath.Join(t.TempDir(), "krb5.conf")
	text := "[libdefaults]\n default_realm = " + dc.Realm + "\n udp_preference_limit = 1\n[realms]\n " + dc.Realm + " = {\n  kdc = 127.0.0.2:88\n }\n"
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o := admin(dc)
	o.Kerberos, o.Krb5Conf = true, conf
	if refusal := refused[*bind.SignInError](t, o); refusal.Reason != bind.NoKDC {
		t.Errorf("%+v", refusal)
	}
}
