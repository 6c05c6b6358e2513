package coverage_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// A domain on paper: every object has its whole DACL, computed the long way
// round, object by object, with nothing left out and nothing remembered.

var (
	userClass  = class("user")
	inetClass  = class("inetOrgPerson")
	ouClass    = secdesc.MustGUID("bf967aa5-0de6-11d0-a285-00aa003049e2")
	restricted = secdesc.MustGUID("4c164200-20c0-11d0-a768-00aa006e0529")
	domain     = secdesc.MustSID("S-1-5-21-1-2-3")
	connector  = domain.Child(1105)
	team       = domain.Child(1106) // the connector is in it
	stranger   = domain.Child(1107)
	admins     = secdesc.MustSID("S-1-5-32-544")
	owner      = secdesc.MustSID("S-1-3-0")
	ownerNow   = secdesc.MustSID("S-1-3-4")
	self       = secdesc.MustSID("S-1-5-10")
)

func class(name string) secdesc.GUID {
	s, ok := adperms.Lookup(name)
	if !ok {
		panic(name)
	}
	return s.GUID
}

const root = "DC=corp,DC=example"

// listed lets everybody see what is below, down through all OUs.
var listed = secdesc.Allow(adperms.AuthenticatedUsers, secdesc.ListChildren, secdesc.ContainerInherit, secdesc.GUID{}, ouClass)

// thing is an object of the paper domain.
type thing struct {
	dn     string
	class  secdesc.GUID
	sid    secdesc.SID
	parent int // -1: none
	user   bool
	sd     *secdesc.Descriptor
}

type paper struct {
	things []thing
	token  adperms.Token
}

// grow makes a domain from a seed.
func grow(seed uint64, containers, users int) *paper {
	rng := rand.New(rand.NewPCG(seed, 77))
	p := &paper{token: adperms.NewToken(connector, team)}
	p.add(thing{dn: root, class: class("user"), parent: -1}, someACEs(rng, 4), false)
	p.things[0].class = secdesc.MustGUID("19195a5b-6da0-11d0-afd3-00c04fd930c9")
	for i := range containers {
		up := rng.IntN(len(p.things))
		name := fmt.Sprintf("OU=unit\\, %d", i)
		p.add(thing{dn: name + "," + p.things[up].dn, class: ouClass, parent: up}, someACEs(rng, rng.IntN(3)), rng.IntN(5) == 0)
	}
	for i := range users {
		up := rng.IntN(containers + 1)
		t := thing{dn: fmt.Sprintf("CN=user %d,%s", i, p.things[up].dn), class: userClass, parent: up, user: true, sid: domain.Child(2000 + uint32(i))}
		if rng.IntN(4) == 0 {
			t.class = inetClass
		}
		if i == 0 {
			t.sid = connector
		}
		p.add(t, someACEs(rng, rng.IntN(2)), rng.IntN(8) == 0)
	}
	return p
}

func (p *paper) add(t thing, own []secdesc.ACE, protected bool) {
	if t.parent < 0 {
		own = append(own, listed)
	}
	t.sd = &secdesc.Descriptor{Revision: 1, Control: secdesc.SelfRelative | secdesc.DACLPresent, Owner: admins, Group: admins, DACL: secdesc.NewACL(own...)}
	if len(own)%2 == 1 && t.user {
		t.sd.Owner = team
	}
	if protected {
		t.sd.Control |= secdesc.DACLProtected
	}
	p.things = append(p.things, t)
	p.inherit(len(p.things) - 1)
}

// inherit gives an object what it inherits, unless it is protected.
func (p *paper) inherit(i int) {
	t := &p.things[i]
	if t.parent < 0 {
		return
	}
	sd := *t.sd
	sd.DACL = adperms.ChildDACL(p.things[t.parent].sd.DACL, t.sd, t.class)
	t.sd = &sd
}

// someACEs speak of what matters and of what does not, to those in the token
// and to others.
func someACEs(rng *rand.Rand, n int) []secdesc.ACE {
	var out []secdesc.ACE
	pick := func(all ...secdesc.GUID) secdesc.GUID { return all[rng.IntN(len(all))] }
	for range n {
		make := secdesc.Allow
		if rng.IntN(3) == 0 {
			make = secdesc.Deny
		}
		trustee := []secdesc.SID{connector, team, stranger, owner, ownerNow, self, adperms.Everyone}[rng.IntN(7)]
		mask := []secdesc.AccessMask{secdesc.ControlAccess, secdesc.WriteProperty, secdesc.ControlAccess | secdesc.WriteProperty,
			secdesc.ReadProperty, secdesc.GenericAll, secdesc.GenericWrite}[rng.IntN(6)]
		flags := []secdesc.ACEFlags{0, secdesc.ContainerInherit, secdesc.ContainerInherit | secdesc.InheritOnly,
			secdesc.ContainerInherit | secdesc.NoPropagate, secdesc.ContainerInherit}[rng.IntN(5)]
		of := pick(secdesc.GUID{}, adperms.ResetPassword.Type, adperms.WriteLockoutTime.Type, adperms.WritePwdLastSet.Type, restricted, userClass)
		to := pick(secdesc.GUID{}, userClass, inetClass, ouClass)
		out = append(out, make(trustee, mask, flags, of, to))
	}
	slices.SortStableFunc(out, func(a, b secdesc.ACE) int { // denies first: canonical
		switch {
		case a.Type.Denies() == b.Type.Denies():
			return 0
		case a.Type.Denies():
			return -1
		}
		return 1
	})
	return out
}

// change makes an edit the long way: the object's DACL, then every object below
// that it reaches.
func (p *paper) change(t *testing.T, e adperms.Edit) {
	t.Helper()
	reached := map[int]bool{}
	for i := range p.things {
		x := &p.things[i]
		if x.dn == e.DN {
			sd, _, err := e.Rewrite(x.sd)
			if err != nil {
				t.Fatal(err)
			}
			x.sd, reached[i] = sd, true
			continue
		}
		if reached[x.parent] && !x.sd.Protected() {
			reached[i] = true
			p.inherit(i)
		}
	}
}

func (p *paper) granted(x thing) (bits uint8) {
	for i, r := range coverage.Rights {
		if adperms.Access(adperms.Target{Descriptor: x.sd, Self: x.sid, Class: x.class}, p.token, r).Granted {
			bits |= 1 << i
		}
	}
	return bits
}

// sees says that the connector account sees what is right below an object.
func (p *paper) sees(i int) bool {
	x := p.things[i]
	return adperms.Access(adperms.Target{Descriptor: x.sd, Class: x.class}, p.token, adperms.ListContents).Granted
}

// blind says that a deny takes all properties of a user from the connector account.
func (p *paper) blind(x thing) bool {
	return adperms.ReadDenied(&adperms.Target{Descriptor: x.sd, Self: x.sid, Class: x.class}, p.token)
}

func (p *paper) bytes(t testing.TB, x thing) []byte {
	t.Helper()
	raw, err := x.sd.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// survey begins one with all containers, in any order.
func (p *paper) survey(t testing.TB, rng *rand.Rand, q coverage.Question) *coverage.Survey {
	t.Helper()
	s := coverage.New(q)
	order := rng.Perm(len(p.things))
	for _, i := range order {
		if x := p.things[i]; !x.user {
			s.Add(coverage.Object{DN: x.dn, Class: x.class, Descriptor: p.bytes(t, x)})
		}
	}
	return s
}

// question asks with edits on the root and on some of what blocks.
func (p *paper) question(rng *rand.Rand, scopes int) coverage.Question {
	q := coverage.Question{Connector: connector, Token: p.token, Classes: []secdesc.GUID{userClass}}
	add := func(dn string) {
		if slices.Contains(q.Scopes, dn) {
			return
		}
		e := adperms.Edit{DN: dn}
		user, _ := adperms.Lookup("user")
		for _, g := range adperms.WritebackGrants(connector, user) {
			e.Add = append(e.Add, g.ACE())
		}
		q.Scopes, q.Edits = append(q.Scopes, dn), append(q.Edits, e)
	}
	add(root)
	for range scopes {
		x := p.things[rng.IntN(len(p.things))]
		if !x.user {
			add(x.dn)
		}
	}
	return q
}
