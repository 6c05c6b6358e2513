package directory

import (
	"context"
	"fmt"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// Originator is the DC whose database has an invocation ID, by the name of its server
// object; "": no DC shows that ID. A DC that was restored from a backup has a new one, and
// keeps the old ones to itself (MS-ADTS 3.1.1.1.9).
func (c *Conn) Originator(ctx context.Context, invocation secdesc.GUID) (name string, err error) {
	if invocation.IsZero() {
		return "", nil
	}
	var octets strings.Builder
	for _, b := range invocation {
		fmt.Fprintf(&octets, `\%02x`, b)
	}
	err = c.Search(ctx, "CN=Sites,"+c.root.ConfigNC, Subtree, "(&(objectClass=nTDSDSA)(invocationId="+octets.String()+"))", []string{"objectClass"}, func(e *Entry) error {
		rdn, _, _ := strings.Cut(adperms.ParentDN(e.DN), ",")
		_, name, _ = strings.Cut(rdn, "=")
		return nil
	})
	return name, err
}
