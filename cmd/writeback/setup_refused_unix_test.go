//go:build linux || darwin

package main

import (
	"testing"

	"writeback/internal/ldapproxy"
)

// refuses has the DC refuse every sign-in with a code of AD.
func (b *bench) refuses(data string) {
	b.proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op != ldapproxy.Bind {
			return ldapproxy.Pass()
		}
		return ldapproxy.Refuse(m, 49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data "+data+", v4563")
	})
}

// A refusal that is not known is told, and no password is asked for again: a second
// try could lock the account. Only a wrong one is asked for again.
func TestSetupAsksNoPasswordAgain(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct{ data, says string }{
		{"5a5", "net helpmsg 1445"},
		{"52f", "use --kerberos"},
		{"775", "unlock it"},
	} {
		before := b.proxy.Count(ldapproxy.Bind)
		b.refuses(c.data)
		h := b.talks()
		h.adOnly()
		h.hears(c.says)
		h.replies("How to go on?", "Leave")
		h.leaves(exitSignIn)
		if n := b.proxy.Count(ldapproxy.Bind) - before; n != 1 {
			t.Errorf("%s: %d sign-ins were tried", c.data, n)
		}
	}
	b.refuses("52e")
	h := b.talks()
	h.adOnly()
	h.hears("user name or password is wrong")
	b.proxy.Before(nil)
	h.repliesHidden("Password of", b.dc.AdminPassword)
	h.hears("Which account")
	h.types("\x03")
	h.leaves(exitCancelled)
}

// Kerberos that was asked for, and no user: a refusal ends it, and is not tried again
// without end.
func TestSetupWithoutATicketEnds(t *testing.T) {
	b := newBench(t)
	p := b.without("--ad-user")
	p.env = append(p.env, "KRB5CCNAME=FILE:/nonexistent/cache")
	h := p.talks("--kerberos")
	h.adOnly()
	h.hears("get one with kinit")
	h.replies("How to go on?", "Leave")
	h.leaves(exitSignIn)
}
