package directory

import (
	"context"
	"errors"

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
