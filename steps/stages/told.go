package stages

import (
	"context"

	"writeback/cloudconfig"
)

// Told is what the sync server says; nil where it is not asked or does not answer.
func (c *Cloud) Told(ctx context.Context) *cloudconfig.Server {
	if c.Server == nil {
		return nil
	}
	s, err := c.askServer(ctx)
	if err != nil {
		return nil // the stage writeback tells why
	}
	return &s
}
