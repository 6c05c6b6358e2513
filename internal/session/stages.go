package session

import (
	"context"
	"errors"
	"maps"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/steps"
	"writeback/steps/stages"
)

// domainClient fits the LDAP client to what the stages ask for.
type domainClient struct {
	*directory.Conn
	kin []*Domain // the other domains of the forest that are connected: for names
}

func (d domainClient) Schema(ctx context.Context) ([]adperms.SchemaName, error) {
	return d.SchemaGUIDs(ctx)
}

// WriteDACL: whatever the DC answered but success, it did nothing (RFC 4511
// section 4.6: all of a modify or none); where it did not answer, nobody knows.
func (d domainClient) WriteDACL(ctx context.Context, dn string, sd []byte) error {
	err := d.Conn.WriteDACL(ctx, dn, sd)
	var lost *directory.LostError
	if err == nil || errors.As(err, &lost) {
		return err
	}
	return steps.NotMade(err)
}

// Names also asks the other domains of the forest about SIDs that this one does not know.
func (d domainClient) Names(ctx context.Context, sids []secdesc.SID) (map[secdesc.SID]string, error) {
	names, err := d.Conn.Names(ctx, sids)
	for _, other := range d.kin {
		if err != nil {
			return nil, err
		}
		var rest []secdesc.SID
		for sid, name := range names {
			if name == sid.String() && sid.Domain().IsAccountDomain() {
				rest = append(rest, sid)
			}
		}
		if len(rest) == 0 {
			break
		}
		var more map[secdesc.SID]string
		more, err = other.Conn.Names(ctx, rest)
		maps.Copy(names, more)
	}
	return names, err
}

var _ stages.Directory = domainClient{}
