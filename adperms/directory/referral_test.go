package directory_test

import (
	"testing"

	ber "github.com/go-asn1-ber/asn1-ber"

	"writeback/adperms/directory"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

// A lone Samba DC refers to nobody, so the proxy does it as Windows does: for an
// object of another domain, and on an RODC for a write (MS-ADTS 3.1.1.5.1.8).
func TestReferralsAreNotFollowed(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	c := open(t, o)
	const to = "ldap://dc2.other.example/"
	proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
		switch m.Op {
		case ldapproxy.Search:
			return ldapproxy.Answer(referral(m, ldapproxy.SearchDone, to))
		case ldapproxy.Modify:
			return ldapproxy.Answer(referral(m, ldapproxy.ModifyResponse, to))
		}
		return ldapproxy.Pass()
	})
	_, err := c.Object(t.Context(), dc.BaseDN)
	if r := as[*directory.ReferralError](t, err); r.To != to || r.DN != dc.BaseDN {
		t.Errorf("%+v", r)
	}
	says(t, err, "a DC of that domain", to)
	err = c.WriteDACL(t.Context(), dc.BaseDN, []byte{1})
	if r := as[*directory.ReferralError](t, err); r.To != to {
		t.Errorf("%+v", r)
	}
	says(t, err, "a writable DC", to)
}

func referral(m *ldapproxy.Message, op ldapproxy.Op, to string) *ber.Packet {
	urls := ber.Encode(ber.ClassContext, ber.TypeConstructed, 3, nil, "")
	urls.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, to, ""))
	return result(m, op, 10, urls)
}

// result builds an LDAPResult with what may follow it (RFC 4511 section 4.1.9).
func result(m *ldapproxy.Message, op ldapproxy.Op, code int, more ...*ber.Packet) *ber.Packet {
	body := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ber.Tag(op), nil, "")
	body.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, code, ""))
	for range 2 { // matchedDN, diagnosticMessage
		body.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, "", ""))
	}
	for _, p := range more {
		body.AppendChild(p)
	}
	out := ber.NewSequence("")
	out.AppendChild(m.Packet.Children[0])
	out.AppendChild(body)
	return out
}
