package graph

import (
	"context"

	"github.com/microsoft/kiota-abstractions-go/serialization"

	"writeback/cloudconfig"
)

// personAuthority reads whether the user's source of authority was moved to the cloud,
// where that is open: of one who is synchronised, or was made in the cloud, it is known.
func (c *Client) personAuthority(ctx context.Context, p *cloudconfig.TenantPerson) error {
	if p.Sync != cloudconfig.Moved && p.Sync != cloudconfig.SyncedOnce {
		return nil
	}
	e := authorityOf(p.ID)
	b, err := read[*syncBehavior](ctx, c, e, e.at(c.base), func(serialization.ParseNode) (serialization.Parsable, error) { return &syncBehavior{}, nil })
	if err != nil {
		return err
	}
	p.CloudManaged = b.cloudManaged
	return nil
}

// syncBehavior is an onPremisesSyncBehavior, which the SDK does not have.
type syncBehavior struct{ cloudManaged *bool }

// GetFieldDeserializers are those of the one property that is wanted.
func (b *syncBehavior) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return map[string]func(serialization.ParseNode) error{"isCloudManaged": intoBool(&b.cloudManaged)}
}

// Serialize is here for the interface alone: nothing is written of it.
func (b *syncBehavior) Serialize(serialization.SerializationWriter) error { return nil }
