package directory

import "github.com/go-ldap/ldap/v3/gssapi"

// signedInUser speaks for the Windows session through SSPI, bound to the DC's
// certificate (RFC 5929), so that DCs which enforce channel binding accept it.
func (c *Conn) signedInUser() (*initiator, error) {
	s, err := gssapi.NewSSPIClientWithChannelBinding(c.leaf)
	if err != nil {
		return nil, &SignInError{DC: c.at.String(), Reason: NoTicket, Diagnostic: err.Error(), Err: err}
	}
	return &initiator{GSSAPIClient: s, release: func() { s.Close() }}, nil
}
