package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/internal/bundle"
)

// collecting reads objects for a bundle, each once, with all that is above it.
type collecting struct {
	conn    *directory.Conn
	seen    map[string]bool // by lower-case DN
	objects []bundle.Object
}

// rootOf is the rootDSE as it was read at sign-in.
func rootOf(r directory.RootDSE) map[string][]string {
	out := map[string][]string{
		"defaultNamingContext": {r.DefaultNC}, "configurationNamingContext": {r.ConfigNC}, "schemaNamingContext": {r.SchemaNC},
		"rootDomainNamingContext": {r.RootDomainNC}, "serverName": {r.ServerName}, "dnsHostName": {r.DNSHostName},
		"isSynchronized": {boolText(r.IsSynchronized)}, "isGlobalCatalogReady": {boolText(r.IsGlobalCatalogReady)},
		"supportedCapabilities": r.Capabilities, "supportedControl": r.Controls, "supportedExtension": r.Extensions, "supportedSASLMechanisms": r.SASL,
	}
	for name, level := range map[string]int{"domainFunctionality": r.DomainLevel, "forestFunctionality": r.ForestLevel, "domainControllerFunctionality": r.DCLevel} {
		if level >= 0 {
			out[name] = []string{strconv.Itoa(level)}
		}
	}
	return out
}

func boolText(b bool) string { return strings.ToUpper(strconv.FormatBool(b)) }

// frame reads what every verdict hangs on: the heads of the naming contexts, the policies,
// AdminSDHolder, the well-known groups, and what tells of the DC.
func (c *collecting) frame(ctx context.Context) error {
	root := c.conn.Root()
	for _, dn := range []string{root.DefaultNC, root.ConfigNC, root.SchemaNC, "CN=Directory Service,CN=Windows NT,CN=Services," + root.ConfigNC,
		adperms.HolderDN(root.DefaultNC), root.ServerName, "CN=NTDS Settings," + root.ServerName} {
		if err := c.read(ctx, dn); err != nil {
			return err
		}
	}
	if err := c.holderOfRoles(ctx); err != nil {
		return err
	}
	for _, q := range []struct{ base, filter string }{
		{"CN=Partitions," + root.ConfigNC, "(objectClass=crossRef)"},
		{"CN=Password Settings Container,CN=System," + root.DefaultNC, "(objectClass=msDS-PasswordSettings)"},
	} {
		if err := c.find(ctx, q.base, directory.OneDown, q.filter); err != nil {
			return err
		}
	}
	domain := c.domain()
	wanted := slices.Concat(adperms.ProtectedGroups(domain), adperms.ProtectedAccounts(domain),
		[]secdesc.SID{domain.Child(500), domain.Child(513), secdesc.MustSID("S-1-5-32-554"), secdesc.MustSID("S-1-5-32-545")})
	if err := c.find(ctx, root.DefaultNC, directory.Subtree, anyOf(wanted)); err != nil {
		return err
	}
	for _, o := range c.objects { // who signs in when the bundle is loaded
		if sidOf(o) == domain.Child(500) {
			if err := c.account(ctx, o.DN); err != nil {
				return err
			}
			break
		}
	}
	for _, crowd := range []string{"S-1-1-0", "S-1-5-2", "S-1-5-11", "S-1-5-15"} {
		if err := c.account(ctx, "CN="+crowd+",CN=ForeignSecurityPrincipals,"+root.DefaultNC); err != nil {
			return err
		}
	}
	return nil
}

// holderOfRoles reads the DC that is the PDC emulator: its version tells whom AdminSDHolder's task
// protects.
func (c *collecting) holderOfRoles(ctx context.Context) error {
	at := c.one(c.conn.Root().DefaultNC, "fSMORoleOwner")
	if !adperms.DNWithin(at, c.conn.Root().ConfigNC) {
		return nil
	}
	if err := c.read(ctx, at); err != nil {
		return err
	}
	computer := c.one(adperms.ParentDN(at), "serverReference")
	if !adperms.DNWithin(computer, c.conn.Root().DefaultNC) {
		return nil
	}
	return c.read(ctx, computer)
}

// domain is the SID of the domain; zero: it is not shown.
func (c *collecting) domain() secdesc.SID {
	s, _ := secdesc.SIDFromBytes([]byte(c.one(c.conn.Root().DefaultNC, "objectSid")))
	return s
}

// one is the first value of what was read; "" where there is none.
func (c *collecting) one(dn, attribute string) string {
	for _, o := range c.objects {
		if values := o.Values[attribute]; len(values) > 0 && adperms.SameDN(o.DN, dn) {
			return string(values[0])
		}
	}
	return ""
}

// read reads one object and what is above it. One that is not shown is no error.
func (c *collecting) read(ctx context.Context, dn string) error {
	if c.seen[strings.ToLower(dn)] {
		return nil
	}
	return c.find(ctx, dn, directory.Base, "(objectClass=*)")
}

// find reads all that a filter fits, and what is above each.
func (c *collecting) find(ctx context.Context, base string, scope directory.Scope, filter string) error {
	var above []string
	err := c.conn.Search(ctx, base, scope, filter, bundle.Attributes(), func(e *directory.Entry) error {
		if c.seen[strings.ToLower(e.DN)] || len(e.DN) > bundle.MaxDN { // each name in it would be asked for
			return nil
		}
		c.seen[strings.ToLower(e.DN)] = true
		o := bundle.Object{DN: e.DN, Values: map[string][][]byte{}}
		for _, name := range bundle.Attributes() {
			if all := e.RawAll(name); len(all) > 0 {
				o.Values[name] = all
			}
		}
		c.objects = append(c.objects, o)
		above = append(above, adperms.ParentDN(e.DN))
		return nil
	})
	var none *directory.NotFoundError
	if err != nil && !errors.As(err, &none) {
		return err
	}
	c.seen[strings.ToLower(base)] = c.seen[strings.ToLower(base)] || scope == directory.Base
	for _, dn := range above {
		if adperms.DNWithin(dn, c.conn.Root().DefaultNC) || adperms.DNWithin(dn, c.conn.Root().ConfigNC) {
			if err := c.read(ctx, dn); err != nil {
				return err
			}
		}
	}
	return nil
}

// account reads an account with all groups that it is in, whatever the nesting: those of its
// token, and distribution groups, which protect as well.
func (c *collecting) account(ctx context.Context, dn string) error {
	if err := c.read(ctx, dn); err != nil {
		return err
	}
	i := slices.IndexFunc(c.objects, func(o bundle.Object) bool { return adperms.SameDN(o.DN, dn) })
	if i < 0 || c.objects[i].Groups != nil {
		return nil
	}
	groups := []secdesc.SID{}
	add := func(e *directory.Entry, attribute string) {
		for _, raw := range e.RawAll(attribute) {
			if s, err := secdesc.SIDFromBytes(raw); err == nil && !slices.Contains(groups, s) {
				groups = append(groups, s)
			}
		}
	}
	err := c.conn.Search(ctx, dn, directory.Base, "(objectClass=*)", []string{"tokenGroups"}, func(e *directory.Entry) error { add(e, "tokenGroups"); return nil })
	if err == nil {
		err = c.conn.Search(ctx, c.conn.Root().DefaultNC, directory.Subtree, "(member:1.2.840.113556.1.4.1941:="+escaped(dn)+")", []string{"objectSid"},
			func(e *directory.Entry) error { add(e, "objectSid"); return nil })
	}
	if err != nil {
		return err
	}
	c.objects[i].Groups = groups
	for some := range slices.Chunk(groups, sidsAtOnce) {
		if err := c.find(ctx, c.conn.Root().DefaultNC, directory.Subtree, anyOf(some)); err != nil {
			return err
		}
	}
	return nil
}

// trustees reads who has a permission on what was read: whoever is not there when a bundle is
// loaded would be taken for an account that was deleted.
func (c *collecting) trustees(ctx context.Context) error {
	domain, known := c.domain(), map[secdesc.SID]bool{}
	for _, o := range c.objects {
		known[sidOf(o)] = true
	}
	var wanted []secdesc.SID
	for _, o := range c.objects {
		for _, raw := range o.Values["nTSecurityDescriptor"] {
			d, err := secdesc.Parse(raw)
			if err != nil || d.DACL == nil {
				continue
			}
			for _, a := range d.DACL.ACEs {
				if s := a.Trustee; !known[s] && !domain.IsZero() && s.Domain() == domain {
					known[s], wanted = true, append(wanted, s)
				}
			}
		}
	}
	for some := range slices.Chunk(wanted, sidsAtOnce) {
		if err := c.find(ctx, c.conn.Root().DefaultNC, directory.Subtree, anyOf(some)); err != nil {
			return err
		}
	}
	return nil
}

// sidOf is the SID of an object; zero: it has none, or it is not shown.
func sidOf(o bundle.Object) (s secdesc.SID) {
	if values := o.Values["objectSid"]; len(values) > 0 {
		s, _ = secdesc.SIDFromBytes(values[0]) // what is none is nobody's
	}
	return s
}

// sidsAtOnce keeps a filter well below what a DC parses.
const sidsAtOnce = 400

func anyOf(sids []secdesc.SID) string {
	var b strings.Builder
	for _, s := range sids {
		b.WriteString("(objectSid=")
		for _, x := range s.Bytes() {
			fmt.Fprintf(&b, `\%02x`, x)
		}
		b.WriteByte(')')
	}
	return "(|" + b.String() + ")"
}

// escaped is a value in a filter (RFC 4515 section 3).
func escaped(value string) string {
	var b strings.Builder
	for i := range len(value) {
		if c := value[i]; c < ' ' || c > '~' || strings.IndexByte(`\*()`, c) >= 0 {
			fmt.Fprintf(&b, `\%02x`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
