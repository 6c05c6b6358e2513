package bind

import (
	"errors"
	"syscall"

	"github.com/go-ldap/ldap/v3/gssapi"
	"golang.org/x/sys/windows"
)

// signedInUser speaks for the Windows session through SSPI's Kerberos package
// (never NTLM), bound to the DC's certificate (RFC 5929), so that DCs which enforce
// channel binding accept it. Inside TLS no signing or sealing is asked for, which
// AD does not allow (MS-ADTS 5.1.1.1.2).
func (s *attempt) signedInUser() (*Ticket, error) {
	client, err := gssapi.NewSSPIClientWithChannelBinding(s.Leaf)
	if err != nil {
		return nil, s.kerberosError("", err)
	}
	return &Ticket{GSSAPIClient: client, release: func() { client.Close() }}, nil
}

// sessionReasons are statuses of SSPI (MS-ERREF 2.1.1).
var sessionReasons = map[windows.Handle]Reason{
	windows.SEC_E_NO_CREDENTIALS:              NoSession,
	windows.SEC_E_UNKNOWN_CREDENTIALS:         NoSession,
	windows.SEC_E_NO_AUTHENTICATING_AUTHORITY: NoKDC,
	windows.SEC_E_TARGET_UNKNOWN:              NoService,
	windows.SEC_E_WRONG_PRINCIPAL:             NoService,
	windows.SEC_E_TIME_SKEW:                   ClockSkew,
	windows.SEC_E_LOGON_DENIED:                WrongPassword,
	windows.SEC_E_BAD_BINDINGS:                ChannelBinding,
}

// sessionReason is why SSPI did not speak for the session; "" where that is not
// what err says.
func sessionReason(err error) Reason {
	var status syscall.Errno
	if !errors.As(err, &status) {
		return ""
	}
	return sessionReasons[windows.Handle(status)]
}
