package directory

import (
	"context"
	"slices"

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
// the marks of the two groups, and what the PDC emulator runs. Four searches; what
// is not shown is empty.
func (c *Conn) witnesses(ctx context.Context, domain secdesc.SID) (adperms.Witnesses, error) {
	c.mu.Lock()
	known := c.protects
	c.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	var w adperms.Witnesses
	keyAdmins, enterprise := adperms.KeyGroups(domain)
	found, err := c.ask(ctx, "search", query{base: c.root.DefaultNC, scope: Subtree,
		filter: "(&(adminCount=1)(|" + anySID([]secdesc.SID{keyAdmins, enterprise}) + "))", attributes: []string{"objectSid"}})
	if err != nil {
		return w, err
	}
	for _, e := range found {
		_, sid, err := identity(e)
		if err != nil {
			return w, c.nonsense(e.DN, err)
		}
		w.Marked, w.EnterpriseMarked = w.Marked || sid == keyAdmins, w.EnterpriseMarked || sid == enterprise
	}
	pdc, err := c.pdc(ctx)
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

// pdc is the computer object of the domain's PDC emulator: fSMORoleOwner of the
// domain's root names its nTDSDSA object (MS-ADTS 3.1.1.1.11), the server object
// above that the computer. nil: not shown.
func (c *Conn) pdc(ctx context.Context) (*Entry, error) {
	root, err := c.one(ctx, c.root.DefaultNC, "fSMORoleOwner")
	if root == nil || err != nil {
		return nil, err
	}
	at := adperms.ParentDN(root.Text("fSMORoleOwner"))
	if !adperms.DNWithin(at, c.root.ConfigNC) { // no other domain is asked
		return nil, nil
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
