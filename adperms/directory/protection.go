package directory

import (
	"context"
	"slices"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// protectedOf is [adperms.ProtectedOf] with what this domain shows of its
// protection. Whether it protects the key administrators is asked where an answer
// hangs on that: seldom, and once on a connection.
func (c *Conn) protectedOf(ctx context.Context, self secdesc.SID, groups adperms.Token, unprotected adperms.OperatorGroups) ([]adperms.Protected, error) {
	p := adperms.Protection{Unprotected: unprotected}
	by := adperms.ProtectedOf(self, groups, p)
	if !slices.ContainsFunc(by, func(p adperms.Protected) bool { return p.Untold }) {
		return by, nil
	}
	w, err := c.witnesses(ctx, self.Domain())
	if err != nil {
		return nil, err
	}
	p.KeyAdmins, p.EnterpriseKeyAdmins = w.Standings()
	return adperms.ProtectedOf(self, groups, p), nil
}

// witnesses reads what shows whether the domain protects the key administrators:
// the marks of the two groups, and what the PDC emulator runs. Two searches, once on a
// connection; what is not shown is empty.
func (c *Conn) witnesses(ctx context.Context, domain secdesc.SID) (adperms.Witnesses, error) {
	c.mu.Lock()
	known := c.protects
	c.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	w := adperms.Witnesses{}
	keyAdmins, enterprise := adperms.KeyGroups(domain)
	var pdc *Entry
	err := c.protectors(ctx, domain, func(e *Entry, sid secdesc.SID) error {
		marked := e.Text("adminCount") == "1"
		switch sid {
		case keyAdmins:
			w.Marked = marked
		case enterprise:
			w.EnterpriseMarked = marked
		case secdesc.SID{}:
			pdc = e
		}
		return nil
	})
	if err == nil && pdc == nil {
		pdc, err = c.pdc(ctx)
	}
	if pdc != nil {
		w.System, w.Version = pdc.Text("operatingSystem"), pdc.Text("operatingSystemVersion")
	}
	if err == nil {
		c.mu.Lock()
		c.protects = &w
		c.mu.Unlock()
	}
	return w, err
}

// protectors tells of the protected groups, and, with a zero SID, of the computer that is
// the PDC emulator, which says how they are protected. Administrators comes where its
// members are shown alone. Two searches.
func (c *Conn) protectors(ctx context.Context, domain secdesc.SID, visit func(*Entry, secdesc.SID) error) error {
	filter := ""
	groups := adperms.ProtectedGroups(domain)
	for _, s := range groups {
		term := "(objectSid=" + binaryFilter(s.Bytes()) + ")"
		if s == adperms.Administrators {
			term = "(&" + term + "(member=*))"
		}
		filter += term
	}
	server, err := c.pdcServer(ctx)
	if err != nil {
		return err
	}
	if server != "" {
		filter += "(&(objectClass=computer)(serverReferenceBL=" + ldap.EscapeFilter(server) + "))"
	}
	attributes := []string{"objectSid", "objectClass", "adminCount", "operatingSystem", "operatingSystemVersion"}
	return c.Search(ctx, c.root.DefaultNC, Subtree, "(|"+filter+")", attributes, func(e *Entry) error {
		_, sid, err := identity(e)
		switch {
		case err != nil:
			return c.nonsense(e.DN, err)
		case slices.Contains(groups, sid):
			return visit(e, sid)
		case server != "" && slices.Contains(e.Texts("objectClass"), "computer"):
			return visit(e, secdesc.SID{})
		}
		return nil
	})
}

// pdcServer is the DN of the PDC emulator's server object: fSMORoleOwner of the domain's
// root names the nTDSDSA object below it (MS-ADTS 3.1.1.1.11). "": not shown.
func (c *Conn) pdcServer(ctx context.Context) (string, error) {
	root, err := c.rootObject(ctx)
	if root == nil || err != nil {
		return "", err
	}
	at := adperms.ParentDN(root.Text("fSMORoleOwner"))
	if !adperms.DNWithin(at, c.root.ConfigNC) { // no other domain is asked
		return "", nil
	}
	return at, nil
}

// pdc is the computer object that the PDC emulator's server object refers to, for a DC
// that finds none by the link back. nil: not shown.
func (c *Conn) pdc(ctx context.Context) (*Entry, error) {
	at, err := c.pdcServer(ctx)
	if at == "" || err != nil {
		return nil, err
	}
	server, err := c.one(ctx, at, "serverReference")
	if server == nil || err != nil {
		return nil, err
	}
	if at = server.Text("serverReference"); !adperms.DNWithin(at, c.root.DefaultNC) {
		return nil, nil
	}
	return c.one(ctx, at, "operatingSystem", "operatingSystemVersion")
}
