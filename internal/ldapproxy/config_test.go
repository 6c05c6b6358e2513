package ldapproxy_test

import (
	"crypto/tls"
	"net"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/ldapproxy"
)

func TestListenRefuses(t *testing.T) {
	for _, upstream := range []string{"", "127.0.0.1:636", "ldap://127.0.0.1:389", "ldaps://127.0.0.1", "ldaps://\x00:1"} {
		proxy, err := ldapproxy.Listen(ldapproxy.Config{Upstream: upstream})
		if err == nil {
			t.Errorf("%q is taken; closing it: %v", upstream, proxy.Close())
		}
	}
}

// A DC that cannot be reached is told by Close, and meanwhile clients are cut.
func TestNoDC(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	proxy, err := ldapproxy.Listen(ldapproxy.Config{Upstream: "ldaps://" + nobody, UpstreamTLS: &tls.Config{}})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := ldap.DialURL(proxy.LDAP)
	if err != nil {
		t.Fatal(err)
	}
	wantLost(t, "bind", conn.Bind("ann", "secret"))
	if err := proxy.Close(); err == nil {
		t.Error("Close does not say that there was no DC")
	}
}
