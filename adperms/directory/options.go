package directory

import (
	"net"
	"strings"
	"sync"
	"time"

	"writeback/adperms/directory/bind"
)

// Options say which DC to speak to, what to trust, and who we are. The zero
// value of a field means what is written beside it.
type Options struct {
	Domain string // the AD domain's DNS name; may be empty where DC is given
	DC     string // ldaps://host[:port], ldap://host[:port] for StartTLS, or host[:port] for ldaps; empty: found by DNS SRV
	Found  bool   // DC was found in DNS earlier: nobody named it, and it has to prove itself as if it were empty

	CACert  string // file in PEM, DER or PKCS #7; it replaces the system's roots; empty: the system's roots
	TLSPin  string // SHA256:HEX of the certificate itself (its DER form); it replaces the chain check
	TLSName string // the name to look for in the certificate; empty: the host that is connected to

	User     string                 // UPN, DOMAIN\name, DN or sAMAccountName; empty: the signed-in user or the ticket cache
	Password func() (string, error) // asked late, and only where a password is needed; nil: there is none
	Kerberos bool                   // bind with Kerberos (GSSAPI) instead of a simple bind
	Keytab   string                 // file with the user's keys
	Krb5Conf string                 // empty: KRB5_CONFIG, /etc/krb5.conf, or made up from Domain and DC
	CCache   string                 // ticket cache file; empty: KRB5CCNAME or the default

	Resolver    *net.Resolver   // nil: the system's
	DialTimeout time.Duration   // for one DC: connect, TLS and rootDSE; 0: 5 s
	Timeout     time.Duration   // for one request and its answer; 0: 60 s
	Observe     func(Operation) // is told of every operation after it ended; nil: nobody; carries no secrets
}

// OptionError is a setting that cannot be used as it is.
type OptionError = bind.OptionError

const (
	defaultDialTimeout = 5 * time.Second
	defaultTimeout     = 60 * time.Second
	pageSize           = 1000 // MaxPageSize of an AD DC as installed; it clips larger pages
)

// binding is what of the options says who signs in.
func (o Options) binding() bind.Options {
	b := bind.Options{
		User: o.User, DN: isDN(o.User), Password: o.Password, Kerberos: o.Kerberos, Keytab: o.Keytab, Krb5Conf: o.Krb5Conf, CCache: o.CCache,
		Resolver: o.Resolver, Timeout: o.DialTimeout,
	}
	if o.Observe != nil {
		b.Observe = func(kdc string, took time.Duration, err error) {
			o.Observe(Operation{Kind: "kerberos", Target: kdc, Took: took, Err: err})
		}
	}
	return b
}

// found says that nobody but DNS says that it is a DC.
func (o Options) found() bool { return o.DC == "" || o.Found }

func (o Options) checked() (Options, error) {
	o.Domain = strings.TrimSuffix(strings.TrimSpace(o.Domain), ".")
	if o.Domain == "" && o.DC == "" {
		return o, &OptionError{Option: "--domain", Text: "name the domain, or its DC with --dc ldaps://HOST"}
	}
	if o.CACert != "" && o.TLSPin != "" {
		return o, &OptionError{Option: "--tls-pin", Text: "give either --ca-cert or --tls-pin: a pin replaces the check of the chain"}
	}
	if o.Keytab != "" && o.CCache != "" {
		return o, &OptionError{Option: "--keytab", Text: "give either a keytab or a ticket cache"}
	}
	if o.Keytab != "" || o.CCache != "" {
		o.Kerberos = true
	}
	if o.DialTimeout == 0 {
		o.DialTimeout = defaultDialTimeout
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.Password != nil {
		o.Password = remembered(o.Password)
	}
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	return o, nil
}

// remembered asks once: another connection signs in with the same password, and nobody
// is there to be asked while it does.
func remembered(ask func() (string, error)) func() (string, error) {
	var mu sync.Mutex
	var password *string
	return func() (string, error) {
		mu.Lock()
		defer mu.Unlock()
		if password != nil {
			return *password, nil
		}
		said, err := ask()
		if err == nil {
			password = &said
		}
		return said, err
	}
}

// endpoint is one way to one DC.
type endpoint struct {
	host     string
	port     string
	startTLS bool
	peer     string // the address that the name led to, IP:port; "": the name is asked
}

func (e endpoint) String() string {
	scheme := "ldaps"
	if e.startTLS {
		scheme = "ldap"
	}
	return scheme + "://" + e.address()
}

func (e endpoint) address() string { return net.JoinHostPort(e.host, e.port) }
