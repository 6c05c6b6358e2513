package syncserver

import "writeback/cloudconfig"

// Told is [Document.Server] for an answer that a person brought, with all that it says
// of a switch: nobody else has kept that.
func (d Document) Told() cloudconfig.Server {
	s := d.Server()
	s.Told = true
	if c := d.Change; c != nil {
		s.Switch.Outcome, s.Switch.Reason, s.Switch.Says, s.Switch.Connector = string(c.Outcome), string(c.Reason), c.Text, c.Connector
	}
	return s
}
