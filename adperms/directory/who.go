package directory

import (
	"context"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// Identity is who the DC takes us for.
type Identity struct {
	Name string        // "CORP\admin"; raw; "" is anonymous
	DN   string        // "": an account of another domain
	SID  secdesc.SID   // zero: an account of another domain
	SIDs []secdesc.SID // our whole token on this DC (rootDSE tokenGroups); nil: not shown
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

// Who asks the DC who we are: the SIDs of our session (rootDSE tokenGroups,
// MS-ADTS 3.1.1.3.2.26), of which just one is an account's and all others are
// groups'. Two searches, and NetBIOSName's. For an account of another domain, or
// where the session is not shown, it is "who am I?" (RFC 4532), and where the DC
// does not know that, either, the name that we signed in with.
func (c *Conn) Who(ctx context.Context) (Identity, error) {
	var id Identity
	var err error
	if id.SIDs, err = c.session(ctx); err != nil {
		return id, err
	}
	self, err := c.self(ctx, id.SIDs)
	if err != nil {
		return id, err
	}
	if self == nil {
		id.Name, err = c.whoAmI(ctx)
		return id, err
	}
	netbios, err := c.NetBIOSName(ctx)
	id.Name, id.DN, id.SID = netbios+`\`+self.SAM, self.DN, self.SID
	return id, err
}

// session are the SIDs of our session, as the DC shows them; nil: it does not.
func (c *Conn) session(ctx context.Context) (out []secdesc.SID, err error) {
	found, err := c.ask(ctx, "search", query{scope: Base, filter: "(objectClass=*)", attributes: []string{"tokenGroups"}})
	if err != nil {
		return nil, err
	}
	for _, e := range found {
		if out, err = sids(e.RawAll("tokenGroups")); err != nil {
			return nil, c.nonsense("", err)
		}
	}
	c.mu.Lock()
	c.us = out
	c.mu.Unlock()
	return out, nil
}

// isAdministrator says that we are in the domain's Administrators, who by default may
// read everything.
func (c *Conn) isAdministrator(ctx context.Context) (bool, error) {
	c.mu.Lock()
	us := c.us
	c.mu.Unlock()
	if us == nil {
		var err error
		if us, err = c.session(ctx); err != nil {
			return false, err
		}
	}
	return slices.Contains(us, adperms.Administrators), nil
}

// self finds the account among the SIDs of a session; nil: it is not in this
// domain. The same search brings the groups that Token will want.
func (c *Conn) self(ctx context.Context, session []secdesc.SID) (*adperms.Principal, error) {
	if len(session) == 0 {
		return nil, nil
	}
	var any strings.Builder
	for _, s := range session {
		any.WriteString("(objectSid=" + binaryFilter(s.Bytes()) + ")")
	}
	filter := "(&(objectClass=user)(|" + any.String() + "))" + c.impliedFilter()
	var found []adperms.Principal
	var err error
	l := c.answers(ctx)
	if l != nil {
		found, err = c.askHead(ctx, l, filter)
	} else {
		found, err = c.principals(ctx, "(|"+filter+")", 0)
	}
	if err != nil {
		return nil, err
	}
	var self *adperms.Principal
	implied := []secdesc.SID{}
	for i, p := range found {
		if strings.EqualFold(p.Class, "group") {
			implied = append(implied, p.SID)
			continue
		}
		if !slices.Contains(session, p.SID) {
			if l != nil { // it was asked for beside
				continue
			}
			return nil, &OtherObjectError{DC: c.at.String(), Asked: "the account that is signed in", Came: p.DN}
		}
		self = &found[i]
	}
	c.mu.Lock()
	c.implied = implied
	c.mu.Unlock()
	return self, nil
}

const oidWhoAmI = "1.3.6.1.4.1.4203.1.11.3"

func (c *Conn) whoAmI(ctx context.Context) (string, error) {
	name := c.user
	if !slices.Contains(c.root.Extensions, oidWhoAmI) {
		return name, nil
	}
	err := c.run(ctx, &Operation{Kind: "extended", Target: "who am I"}, func() error {
		r, err := c.ldap.WhoAmI(nil)
		if err == nil {
			name = strings.TrimPrefix(r.AuthzID, "u:")
		}
		return err
	})
	return name, err
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
	f, err := c.forest(ctx)
	if err != nil {
		return "", err
	}
	name := ""
	for _, e := range f.domains {
		if adperms.SameDN(e.Text("nCName"), c.root.DefaultNC) {
			name = e.Text("nETBIOSName")
		}
	}
	if name == "" {
		return "", &NotFoundError{DN: "crossRef object of " + c.root.DefaultNC, Matched: "CN=Partitions," + c.root.ConfigNC}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.netbios = name
	return name, nil
}
