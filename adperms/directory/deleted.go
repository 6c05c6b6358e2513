package directory

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/secdesc"
)

// oidShowRecycled makes a search see what was deleted, with a recycle bin and
// without (LDAP_SERVER_SHOW_RECYCLED_OID, MS-ADTS 3.1.1.3.4.1.26).
const oidShowRecycled = "1.2.840.113556.1.4.2064"

// Deleted tells whether this DC knows that the object was deleted: it still has
// its tombstone, for 180 days as a rule. An object that we may not see, that has
// not replicated to this DC yet, or whose tombstone is gone is not known to be
// deleted; nor is one that was restored. One base search.
func (c *Conn) Deleted(ctx context.Context, guid secdesc.GUID) (bool, error) {
	found, err := c.ask(ctx, "search", query{
		base: GUIDForm(guid), scope: Base, filter: "(objectClass=*)", attributes: []string{"isDeleted"},
		controls: []ldap.Control{ldap.NewControlString(oidShowRecycled, true, "")},
	})
	var none *NotFoundError
	if errors.As(err, &none) || err == nil && len(found) != 1 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return found[0].Text("isDeleted") == "TRUE", nil
}

// FormerNames are the sAMAccountNames of deleted accounts, as far as this DC still has
// their tombstones and shows them. None is an error. One search, none for no SIDs.
func (c *Conn) FormerNames(ctx context.Context, sids []secdesc.SID) (map[secdesc.SID]string, error) {
	sids = sids[:min(len(sids), namesAtOnce)]
	if len(sids) == 0 {
		return nil, nil
	}
	var filter strings.Builder
	for _, s := range sids {
		filter.WriteString("(objectSid=" + binaryFilter(s.Bytes()) + ")")
	}
	found, err := c.ask(ctx, "search", query{base: c.root.DefaultNC, scope: Subtree,
		filter: "(&(isDeleted=TRUE)(|" + filter.String() + "))", attributes: []string{"objectGUID", "objectSid", "sAMAccountName"},
		controls: []ldap.Control{ldap.NewControlString(oidShowRecycled, true, "")}})
	if err != nil {
		return nil, err
	}
	out := map[secdesc.SID]string{}
	for _, e := range found {
		_, sid, err := identity(e)
		if sam := e.Text("sAMAccountName"); err == nil && sam != "" && slices.Contains(sids, sid) {
			out[sid] = sam
		}
	}
	return out, nil
}
