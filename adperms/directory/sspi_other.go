//go:build !windows

package directory

// signedInUser knows nobody: outside Windows it is the ticket cache that says
// who is signed in.
func (c *Conn) signedInUser() (*initiator, error) { return nil, nil }

// sessionReason knows no session.
func sessionReason(error) Reason { return "" }
