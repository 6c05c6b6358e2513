package directory_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jcmturner/gokrb5/v8/iana/errorcode"
	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
	"golang.org/x/net/dns/dnsmessage"

	"writeback/adperms/directory"
	"writeback/adperms/directory/bind"
	"writeback/internal/sambatest"
)

// What a KDC sends, and how many are asked, is bounded. Beyond a bound no KDC has
// answered, and the certificate of the member, which is a DC's, is the proof. An answer
// that is believed here is that the account is not known, which ends the sign-in.

const otherRealm = "OTHER.EXAMPLE"

// unknown is a KDC that knows no account.
func unknown(t *testing.T) *kdc {
	answer := refusal(t, errorcode.KDC_ERR_C_PRINCIPAL_UNKNOWN, 0)
	return &kdc{answer: func(bool) []byte { return answer }}
}

// saying is a KRB-ERROR with a text, which points to a realm where one is named.
func saying(t *testing.T, code int32, realm, text string) []byte {
	t.Helper()
	e := messages.NewKRBError(types.NewPrincipalName(nametype.KRB_NT_SRV_INST, "krbtgt/CORP.EXAMPLE"), "CORP.EXAMPLE", code, text)
	e.CRealm = realm
	b, err := e.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// believed wants the answer of a KDC to end the sign-in, or else none to have been heard.
func believed(t *testing.T, o directory.Options, want bool) {
	t.Helper()
	if want {
		if err := refused[*bind.SignInError](t, o); err.Reason != bind.NoSuchUser {
			t.Errorf("reason %q: %v", err.Reason, err)
		}
		return
	}
	c, err := directory.Open(soon(t), o)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if c.Kerberos() {
		t.Error("by Kerberos")
	}
}

func (k *kdc) wantAsked(t *testing.T, want int) {
	t.Helper()
	if asked, proved := k.counts(); asked != want || proved != 0 {
		t.Errorf("asked %d times, proved %d times; want %d and 0", asked, proved, want)
	}
}

func TestSizeOfAnAnswerIsBounded(t *testing.T) {
	dc := sambatest.Shared(t)
	t.Setenv("KRB5_CONFIG", "/nonexistent/krb5.conf")
	for size, want := range map[int]bool{1<<20 - 1000: true, 1<<20 + 1: false, 2 << 20: false} {
		m := newMember(t, dc, forKDC)
		answer := saying(t, errorcode.KDC_ERR_C_PRINCIPAL_UNKNOWN, "", strings.Repeat("x", size))
		k := &kdc{answer: func(bool) []byte { return answer }}
		k.serve(t, m.ip+":88")
		t.Logf("%d octets", len(answer))
		believed(t, m.o, want)
		k.wantAsked(t, 1)
	}
}

// Two realms that point to each other.
func TestReferralsOfKDCsAreBounded(t *testing.T) {
	dc := sambatest.Shared(t)
	t.Setenv("KRB5_CONFIG", "/nonexistent/krb5.conf")
	m := newMember(t, dc, forKDC)
	m.o.Resolver = withOtherRealm(dc, m, m.ip).resolver(t)
	var n atomic.Int32
	there, back := saying(t, errorcode.KDC_ERR_WRONG_REALM, otherRealm, ""), saying(t, errorcode.KDC_ERR_WRONG_REALM, dc.Realm, "")
	end := refusal(t, errorcode.KDC_ERR_C_PRINCIPAL_UNKNOWN, 0)
	k := &kdc{answer: func(bool) []byte {
		switch i := n.Add(1); {
		case i > 20:
			return end
		case i%2 == 1:
			return there
		}
		return back
	}}
	k.serve(t, m.ip+":88")
	believed(t, m.o, false)
	k.wantAsked(t, 1+5)
}

// withOtherRealm is the zone of a member, with KDCs of another realm in this order.
func withOtherRealm(dc *sambatest.DC, m member, ips ...string) zone {
	name := "ws1." + domainOf(dc)
	z := zone{srv: map[string][]dnsmessage.SRVResource{"_ldap._tcp.dc._msdcs." + domainOf(dc): {record(0, name)}}, hosts: map[string]string{name: m.ip}}
	for i, ip := range ips {
		host := fmt.Sprintf("kdc%d.other.example", i)
		z.hosts[host] = ip
		service := "_ldap._tcp.dc._msdcs.other.example"
		z.srv[service] = append(z.srv[service], record(uint16(i), host))
	}
	return z
}

// krb5With names the KDCs of the domain in a krb5.conf.
func krb5With(t *testing.T, dc *sambatest.DC, kdcs ...string) {
	t.Helper()
	text := "[libdefaults]\n default_realm = " + dc.Realm + "\n[realms]\n " + dc.Realm + " = {\n"
	for _, k := range kdcs {
		text += "  kdc = " + k + ":88\n"
	}
	path := filepath.Join(t.TempDir(), "krb5.conf")
	if err := os.WriteFile(path, []byte(text+" }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KRB5_CONFIG", path)
}

// Four KDCs of a realm are asked, whoever names them.
func TestNumberOfKDCsIsBounded(t *testing.T) {
	dc := sambatest.Shared(t)
	for dead, asked := range map[int]int{3: 1, 4: 0} {
		m := newMember(t, dc, forKDC)
		var ips []string
		for range dead { // nobody is there
			ips = append(ips, loopback())
		}
		ips = append(ips, loopback())
		last := unknown(t)
		last.serve(t, ips[dead]+":88")

		krb5With(t, dc, ips...)
		believed(t, m.o, asked > 0)
		last.wantAsked(t, asked)

		t.Setenv("KRB5_CONFIG", "/nonexistent/krb5.conf")
		m.o.Resolver = withOtherRealm(dc, m, ips...).resolver(t)
		elsewhere := saying(t, errorcode.KDC_ERR_WRONG_REALM, otherRealm, "")
		(&kdc{answer: func(bool) []byte { return elsewhere }}).serve(t, m.ip+":88")
		believed(t, m.o, asked > 0)
		last.wantAsked(t, 2*asked)
	}
}

// The time is for the search: a KDC that takes it all leaves none for the next.
func TestSearchForAKDCIsBounded(t *testing.T) {
	dc := sambatest.Shared(t)
	m := newMember(t, dc, forKDC)
	ips := []string{loopback(), loopback()}
	opened := make(chan struct{})
	silent := &kdc{answer: func(bool) []byte { <-opened; return nil }}
	silent.serve(t, ips[0]+":88")
	next := unknown(t)
	next.serve(t, ips[1]+":88")
	t.Cleanup(func() { close(opened) })
	krb5With(t, dc, ips...)
	believed(t, m.o, false)
	silent.wantAsked(t, 1)
	next.wantAsked(t, 0)
}
