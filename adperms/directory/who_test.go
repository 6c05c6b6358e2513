package directory_test

import (
	"testing"

	ber "github.com/go-asn1-ber/asn1-ber"

	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

// An account of another domain has no object here: the DC is asked "who am I?".
// Samba does not know that operation, so the proxy answers as Windows does.
func TestWhoIsOfAnotherDomain(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	foreign := "\x01\x05\x00\x00\x00\x00\x00\x05\x15\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x50\x04\x00\x00"
	proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
		if len(e.Values("tokenGroups")) > 0 {
			e.Set("tokenGroups", foreign)
		}
		if len(e.Values("supportedControl")) > 0 {
			e.Set("supportedExtension", "1.3.6.1.4.1.4203.1.11.3")
		}
		return true
	}))
	proxy.Before(ldapproxy.At(1, ldapproxy.Extended, func(m *ldapproxy.Message) ldapproxy.Verdict {
		return ldapproxy.Answer(whoAmI(m, `u:OTHER\visitor`))
	}))
	c := open(t, o)
	who, err := c.Who(t.Context())
	if err != nil || who.Name != `OTHER\visitor` || !who.SID.IsZero() || len(who.Token()) != 1 {
		t.Errorf("%+v, %v", who, err)
	}
	if n := c.Ops(); n["extended"] != 1 || n["search"] != 2 {
		t.Errorf("%v", n)
	}
}

// A DC that tells nothing leaves the name that we signed in with.
func TestWhoIsNotTold(t *testing.T) {
	dc := sambatest.Shared(t)
	c := lying(t, dc, "tokenGroups")
	who, err := c.Who(t.Context())
	if err != nil || who.Name != dc.AdminUser || who.Token() != nil {
		t.Errorf("%+v, %v", who, err)
	}
}

func whoAmI(m *ldapproxy.Message, authzID string) *ber.Packet {
	return result(m, ldapproxy.ExtendedResponse, 0, ber.NewString(ber.ClassContext, ber.TypePrimitive, 11, authzID, ""))
}
