//go:build linux || darwin

package main

import (
	"testing"

	"writeback/internal/ldaptap"
)

// refuses has the DC refuse every sign-in with a code of AD.
func (b *bench) refuses(data string) {
	b.tap.Before(func(m *ldaptap.Message) ldaptap.Verdict {
		if m.Op != ldaptap.Bind {
			return ldaptap.Pass()
		}
		return ldaptap.Refuse(m, 49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data "+data+", v4563")
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
		before := b.tap.Count(ldaptap.Bind)
		b.refuses(c.data)
		h := b.talks()
		h.hears(c.says)
		h.replies("How to go on?", "Leave")
		h.leaves(exitSignIn)
		if n := b.tap.Count(ldaptap.Bind) - before; n != 1 {
			t.Errorf("%s: %d sign-ins were tried", c.data, n)
		}
	}
	b.refuses("52e")
	h := b.talks()
	h.hears("user name or password is wrong")
	b.tap.Before(nil)
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
	h.hears("get one with kinit")
	h.replies("How to go on?", "Leave")
	h.leaves(exitSignIn)
}
