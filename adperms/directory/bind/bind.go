package bind

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"time"

	"writeback/internal/shell"
)

// Server is what is signed in to, after it has proved who it is.
type Server struct {
	URL    string            // "ldaps://host:port"
	Host   string            // that is connected to
	Domain string            // DNS name of its domain; "": not known
	SPN    string            // its LDAP service
	Leaf   *x509.Certificate // that it showed
}

// Options say who signs in, and how.
type Options struct {
	User     string                 // as a person wrote it; "": the signed-in user or the ticket cache
	DN       bool                   // User is a DN
	Password func() (string, error) // asked late; nil: there is none
	Kerberos bool                   // was asked for
	Keytab   string                 // file with the user's keys
	Krb5Conf string                 // "": KRB5_CONFIG, /etc/krb5.conf, or made up
	CCache   string                 // ticket cache file; "": KRB5CCNAME or the default

	Resolver *net.Resolver
	Timeout  time.Duration                                   // of one exchange with a KDC
	Observe  func(kdc string, took time.Duration, err error) // is told of each; nil: nobody
}

// OptionError is a setting that cannot be used as it is: the user's to mend
// before anything is sent.
type OptionError struct {
	Option string // the flag, as "--tls-pin"
	Text   string // what is wrong and what would be right
	Err    error  // may be nil
}

func (e *OptionError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Option, e.Text, withoutPath(e.Err))
	}
	return e.Option + ": " + e.Text
}

func (e *OptionError) Unwrap() error { return e.Err }

// withoutPath is what the system says of a file that is named already, in quotes: its
// error names it once more, as it is.
func withoutPath(err error) error {
	var file *fs.PathError
	if errors.As(err, &file) {
		return file.Err
	}
	return err
}

// AskPassword asks for the password of user.
func (o Options) AskPassword(user string) (string, error) {
	if o.Password == nil {
		return "", &OptionError{Option: "--ad-password-file", Text: "a password is needed for " + shell.Name(user)}
	}
	password, err := o.Password()
	if err != nil {
		return "", fmt.Errorf("asking for the password of %s: %w", shown(user), err)
	}
	return password, nil
}

// attempt is one sign-in.
type attempt struct {
	Server
	way Way
}

// notIn is a sign-in that did not succeed in the way that was tried.
func (s *attempt) notIn(user string, reason Reason, said string, err error) *SignInError {
	return &SignInError{DC: s.URL, User: user, Way: s.way, Reason: reason, Diagnostic: said, Err: err}
}
