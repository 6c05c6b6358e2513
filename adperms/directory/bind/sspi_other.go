//go:build !windows

package bind

// signedInUser knows nobody: outside Windows it is the ticket cache that says
// who is signed in.
func (s *attempt) signedInUser() (*Ticket, error) { return nil, nil }

// sessionReason knows no session.
func sessionReason(error) Reason { return "" }
