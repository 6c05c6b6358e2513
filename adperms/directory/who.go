package directory

import (
	"context"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// Identity is who the DC takes us for.
type Identity struct {
	AuthzID string        // RFC 4532, as given: "u:CORP\admin"; raw
	Name    string        // without the "u:": "CORP\admin"; raw; "" is anonymous
	SIDs    []secdesc.SID // rootDSE tokenGroups: our whole token on this DC; nil: not shown
}

// Token is the token that the DC checks our own requests with; nil where it was
// not shown.
func (i Identity) Token() adperms.Token {
	if len(i.SIDs) == 0 {
		return nil
	}
	t := adperms.Token{}
	for _, s := range i.SIDs {
		t[s] = struct{}{}
	}
	return t
}

// Who asks the DC who we are (RFC 4532) and which SIDs we have here (rootDSE
// tokenGroups, MS-ADTS 3.1.1.3.2.26): one extended operation and one search.
func (c *Conn) Who(ctx context.Context) (Identity, error) {
	var id Identity
	err := c.run(ctx, &Operation{Kind: "extended", Target: "who am I"}, func() error {
		r, err := c.ldap.WhoAmI(nil)
		if err == nil {
			id.AuthzID = r.AuthzID
		}
		return err
	})
	if err != nil {
		return id, err
	}
	id.Name = strings.TrimPrefix(id.AuthzID, "u:")
	found, err := c.ask(ctx, "search", query{scope: Base, filter: "(objectClass=*)", attributes: []string{"tokenGroups"}})
	if err != nil || len(found) == 0 {
		return id, err
	}
	if id.SIDs, err = sids(found[0].RawAll("tokenGroups")); err != nil {
		return id, c.nonsense("", err)
	}
	return id, nil
}

// NetBIOSName is the domain's short name, from its crossRef object (MS-ADTS
// 6.1.1.2.1.1): one search, once on a connection.
func (c *Conn) NetBIOSName(ctx context.Context) (string, error) {
	c.mu.Lock()
	known := c.netbios
	c.mu.Unlock()
	if known != "" {
		return known, nil
	}
	base := "CN=Partitions," + c.root.ConfigNC
	found, err := c.ask(ctx, "search", query{base: base, scope: OneDown, attributes: []string{"nETBIOSName"},
		filter: "(&(objectClass=crossRef)(nCName=" + ldap.EscapeFilter(c.root.DefaultNC) + "))"})
	if err != nil {
		return "", err
	}
	if len(found) != 1 || found[0].Text("nETBIOSName") == "" {
		return "", &NotFoundError{DN: "crossRef object of " + c.root.DefaultNC, Matched: base}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.netbios = found[0].Text("nETBIOSName")
	return c.netbios, nil
}
