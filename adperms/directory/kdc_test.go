package directory_test

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	kasn1 "github.com/jcmturner/gofork/encoding/asn1"
	"github.com/jcmturner/gokrb5/v8/iana/errorcode"
	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/iana/patype"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
	"golang.org/x/net/dns/dnsmessage"

	"writeback/adperms/directory"
	"writeback/adperms/directory/bind"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

// kdc is a KDC that says what a test wants, and counts what it is told.
type kdc struct {
	mu     sync.Mutex
	asked  int // without proof
	proved int // with PA-ENC-TIMESTAMP: each counts towards a lockout
	answer func(proved bool) []byte
}

func (k *kdc) serve(t *testing.T, at string) {
	t.Helper()
	l, err := net.Listen("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { defer conn.Close(); k.one(t, conn) })
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
}

func (k *kdc) one(t *testing.T, conn net.Conn) {
	var size [4]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return
	}
	b := make([]byte, binary.BigEndian.Uint32(size[:]))
	if _, err := io.ReadFull(conn, b); err != nil {
		return
	}
	var request messages.ASReq
	if err := request.Unmarshal(b); err != nil {
		t.Errorf("not an AS-REQ: %v", err)
		return
	}
	proved := request.PAData.Contains(patype.PA_ENC_TIMESTAMP)
	k.mu.Lock()
	if proved {
		k.proved++
	} else {
		k.asked++
	}
	k.mu.Unlock()
	if answer := k.answer(proved); answer != nil {
		conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(answer))), answer...))
	}
}

func (k *kdc) counts() (asked, proved int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.asked, k.proved
}

// refusal is a KRB-ERROR; for PREAUTH_REQUIRED with how the key is made.
func refusal(t *testing.T, code int32, rounds uint32) []byte {
	t.Helper()
	e := messages.NewKRBError(types.NewPrincipalName(nametype.KRB_NT_SRV_INST, "krbtgt/CORP.EXAMPLE"), "CORP.EXAMPLE", code, "")
	if code == errorcode.KDC_ERR_PREAUTH_REQUIRED {
		ways, err := kasn1.Marshal(types.ETypeInfo2{{EType: 18, Salt: "salt", S2KParams: binary.BigEndian.AppendUint32(nil, rounds)}})
		if err != nil {
			t.Fatal(err)
		}
		if e.EData, err = kasn1.Marshal(types.PADataSequence{{PADataType: patype.PA_ETYPE_INFO2, PADataValue: ways}}); err != nil {
			t.Fatal(err)
		}
	}
	b, err := e.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// member is a host of the domain that DNS names as a DC and that is none: it has a
// certificate of the same CA for its own name, and passes everything on to the DC, so
// that nothing but the certificate tells.
type member struct {
	proxy *ldapproxy.Proxy
	ip    string
	o     directory.Options
}

func newMember(t *testing.T, dc *sambatest.DC, cert func(*x509.Certificate)) member {
	t.Helper()
	name := "ws1." + domainOf(dc)
	m := member{ip: loopback()}
	var err error
	m.proxy, err = ldapproxy.Listen(ldapproxy.Config{Upstream: dc.LDAPS, UpstreamTLS: dc.TLS(), Certificate: dc.IssueFor(t, cert, name), Address: m.ip + ":636"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.proxy.Close() })
	m.o = found(dc, zone{
		srv:   map[string][]dnsmessage.SRVResource{"_ldap._tcp.dc._msdcs." + domainOf(dc): {record(0, name)}},
		hosts: map[string]string{name: m.ip},
	}.resolver(t))
	return m
}

func forKDC(c *x509.Certificate) {
	c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 2, 3, 5}}
}

// A member's certificate and a spoofed record: no password, and none is asked for.
func TestMemberGetsNoPassword(t *testing.T) {
	dc := sambatest.Shared(t)
	t.Setenv("KRB5_CONFIG", "/nonexistent/krb5.conf")
	m := newMember(t, dc, nil)
	for _, user := range []string{dc.AdminUser, "Administrator", dc.Domain + `\Administrator`, "CN=Administrator,CN=Users," + dc.BaseDN} {
		o := m.o
		o.User, o.Password = user, noPassword(t)
		err := refused[*directory.CertError](t, o)
		as[*directory.UnprovenError](t, err)
		says(t, err, "DNS alone does not prove", "--dc ldaps://ws1."+domainOf(dc), "--tls-pin SHA256:")
	}
	if n := m.proxy.Count(ldapproxy.Bind); n != 0 {
		t.Errorf("%d binds reached it", n)
	}
	o := m.o // a person's word: this very certificate
	o.TLSPin, o.CACert = refused[*directory.CertError](t, withPassword(o, noPassword(t))).Fingerprint, ""
	if c := open(t, o); c.Proof() != "its certificate is the pinned one" {
		t.Errorf("%q", c.Proof())
	}
	// The same host, named.
	o = m.o
	o.DC, o.TLSName = "ldaps://ws1."+domainOf(dc), ""
	if c := open(t, o); !strings.Contains(c.Proof(), "named") {
		t.Errorf("%q", c.Proof())
	}
	// That a run found it in DNS is nobody's word either.
	o.Found, o.Password = true, noPassword(t)
	refused[*directory.CertError](t, o)
}

// A certificate that is a DC's is proof where no KDC answers.
func TestCertificateOfADC(t *testing.T) {
	dc := sambatest.Shared(t)
	t.Setenv("KRB5_CONFIG", "/nonexistent/krb5.conf")
	m := newMember(t, dc, forKDC)
	c := open(t, m.o)
	if !strings.Contains(c.Proof(), "KDC Authentication") || c.Kerberos() || m.proxy.Count(ldapproxy.Bind) != 1 {
		t.Errorf("%q, by Kerberos: %v, %d binds", c.Proof(), c.Kerberos(), m.proxy.Count(ldapproxy.Bind))
	}
}

// Whatever a KDC answers ends the sign-in: no bind follows, though the certificate
// would allow one, and what was proved is proved once.
func TestAnswerOfAKDCIsFinal(t *testing.T) {
	dc := sambatest.Shared(t)
	t.Setenv("KRB5_CONFIG", "/nonexistent/krb5.conf")
	wants := refusal(t, errorcode.KDC_ERR_PREAUTH_REQUIRED, 4096)
	for _, c := range []struct {
		name   string
		first  []byte
		then   []byte // nil: no answer
		proved int
		reason bind.Reason
	}{
		{"wrong password", wants, refusal(t, errorcode.KDC_ERR_PREAUTH_FAILED, 0), 1, bind.WrongPassword},
		{"locked out", wants, refusal(t, errorcode.KDC_ERR_CLIENT_REVOKED, 0), 1, bind.Revoked},
		{"expired", wants, refusal(t, errorcode.KDC_ERR_KEY_EXPIRED, 0), 1, bind.PasswordExpired},
		{"another clock", wants, refusal(t, errorcode.KRB_AP_ERR_SKEW, 0), 1, bind.ClockSkew},
		{"the account is not known", refusal(t, errorcode.KDC_ERR_C_PRINCIPAL_UNKNOWN, 0), nil, 0, bind.NoSuchUser},
		{"locked out, said at once", refusal(t, errorcode.KDC_ERR_CLIENT_REVOKED, 0), nil, 0, bind.Revoked},
		{"policy", refusal(t, errorcode.KDC_ERR_POLICY, 0), nil, 0, bind.Restricted},
		{"no encryption type", refusal(t, errorcode.KDC_ERR_ETYPE_NOSUPP, 0), nil, 0, bind.NoEncryption},
		{"an error that is not known here", refusal(t, errorcode.KDC_ERR_MUST_USE_USER2USER, 0), nil, 0, bind.Refused},
		{"wants proof again and again", wants, wants, 1, bind.Refused},
		{"no answer to the proof", wants, nil, 1, bind.OtherReason},
		{"nonsense", []byte("this is no answer"), nil, 0, bind.OtherReason},
		{"nonsense to the proof", wants, []byte{0x6b, 0x03, 0x02, 0x01}, 1, bind.OtherReason},
		{"rounds without end", refusal(t, errorcode.KDC_ERR_PREAUTH_REQUIRED, 0), nil, 0, bind.OtherReason},
		{"too many rounds", refusal(t, errorcode.KDC_ERR_PREAUTH_REQUIRED, 1<<31), nil, 0, bind.OtherReason},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMember(t, dc, forKDC)
			k := &kdc{answer: func(proved bool) []byte {
				if proved {
					return c.then
				}
				return c.first
			}}
			k.serve(t, m.ip+":88")
			err := refused[*bind.SignInError](t, m.o)
			if err.Reason != c.reason {
				t.Errorf("reason %q, want %q: %v", err.Reason, c.reason, err)
			}
			if asked, proved := k.counts(); asked != 1 || proved != c.proved {
				t.Errorf("asked %d times, proved %d times; want 1 and %d", asked, proved, c.proved)
			}
			if n := m.proxy.Count(ldapproxy.Bind); n != 0 {
				t.Errorf("%d binds followed", n)
			}
		})
	}
}

// Who listens at port 88 and says nothing, or serves another realm, is no KDC of it.
func TestNoAnswerOfAKDC(t *testing.T) {
	dc := sambatest.Shared(t)
	t.Setenv("KRB5_CONFIG", "/nonexistent/krb5.conf")
	for name, answer := range map[string][]byte{"nothing": nil, "another realm": refusal(t, errorcode.KDC_ERR_WRONG_REALM, 0)} {
		m := newMember(t, dc, forKDC)
		k := &kdc{answer: func(bool) []byte { return answer }}
		k.serve(t, m.ip+":88")
		if c := open(t, m.o); c.Kerberos() {
			t.Errorf("%s: by Kerberos", name)
		}
		if asked, proved := k.counts(); asked == 0 || proved != 0 {
			t.Errorf("%s: asked %d times, proved %d times", name, asked, proved)
		}
	}
}

// On the real DC one try counts once, and every form of a name leads to a ticket,
// for a service that none but a DC has.
func TestSignInAtADCFromDNS(t *testing.T) {
	dc := sambatest.Shared(t)
	t.Setenv("KRB5_CONFIG", "/nonexistent/krb5.conf")
	r := zone{
		srv:   map[string][]dnsmessage.SRVResource{"_ldap._tcp.dc._msdcs." + domainOf(dc): {record(0, dc.Host)}},
		hosts: map[string]string{dc.Host: dc.IP},
	}.resolver(t)
	sam := sambatest.Unique("user")
	dn := dc.AddUser(t, dc.OU(t), sam, userPassword)
	dc.SetAttribute(t, dn, "userPrincipalName", sam+"@alias.example")
	o := found(dc, r)
	o.Password = password(userPassword)
	for _, name := range []string{sam, sam + "@" + domainOf(dc), strings.ToUpper(sam) + "@" + dc.Realm, sam + "@alias.example", dc.Domain + `\` + sam} {
		o.User = name
		c := open(t, o)
		if who, err := c.Who(t.Context()); err != nil || who.Name != dc.Domain+`\`+sam || !c.Kerberos() {
			t.Errorf("%s: %+v, %v", name, who, err)
		}
		if want := "ldap/" + dc.Host + "/" + domainOf(dc); !strings.Contains(c.Proof(), want) {
			t.Errorf("%s: proof %q, want %s in it", name, c.Proof(), want)
		}
	}
	dc.SetAttribute(t, dc.BaseDN, "lockoutThreshold", "10") // else nothing is counted
	t.Cleanup(func() { dc.SetAttribute(t, dc.BaseDN, "lockoutThreshold", "0") })
	c := open(t, admin(dc))
	before := badPasswords(t, c, dn)
	o.User, o.Password = sam+"@"+domainOf(dc), password("not-the-password")
	if err := refused[*bind.SignInError](t, o); err.Reason != bind.WrongPassword {
		t.Errorf("%v", err)
	}
	if now := badPasswords(t, c, dn); now != "1" || before != "0" {
		t.Errorf("badPwdCount was %s and is %s", before, now)
	}
	o.User, o.Password = `ELSEWHERE\`+sam, noPassword(t)
	if _, err := directory.Open(t.Context(), o); err == nil {
		t.Error("an account of a domain that is not known here signed in")
	}
}

func badPasswords(t *testing.T, c *directory.Conn, dn string) (n string) {
	t.Helper()
	err := c.Search(t.Context(), dn, directory.Base, "(objectClass=*)", []string{"badPwdCount"}, func(e *directory.Entry) error {
		n = e.Text("badPwdCount")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func withPassword(o directory.Options, ask func() (string, error)) directory.Options {
	o.Password = ask
	return o
}
