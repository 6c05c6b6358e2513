package directory

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"sync"
	"time"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/directory/bind"
	"writeback/adperms/directory/frame"
	"writeback/adperms/secdesc"
)

// Conn is one signed-in connection to one DC.
type Conn struct {
	at       endpoint
	raw      *socket
	tls      *tls.Conn
	counted  *frame.Counted // what go-ldap reads
	ldap     *ldap.Conn
	leaf     *x509.Certificate
	root     RootDSE
	user     string   // as signed in; "": the DC knows
	found    bool     // in DNS: nobody named it
	proof    string   // how it proved that it is a DC, for people
	kerberos bool     // signed in by it
	way      bind.Way // how that was, or is being, tried
	timeout  time.Duration
	page     uint32 // entries a page
	observe  func(Operation)
	how      Options // it was opened with; its password is remembered
	trust    trust

	lent  bool  // to a scan
	spent bool  // by a scan that was ended early
	aside *Conn // for what is asked meanwhile; nil: nothing was yet

	idleMost time.Duration // see stayAwake

	mu      sync.Mutex
	last    time.Time // when the last request was answered
	ops     map[string]int
	lost    *LostError    // set once: why the connection is gone
	netbios string        // memo of NetBIOSName
	implied []secdesc.SID // memo of impliedGroups
	us      []secdesc.SID // of our session; nil: not asked, or not shown

	protects *adperms.Witnesses // memo of witnesses
}

// Open finds the DC if it was not named, connects with verified TLS, looks at
// its rootDSE (which an AD DC shows before sign-in, MS-ADTS 3.1.1.3.2), and
// signs in. Nothing is asked of the user before the DC has proved who it is.
//
// Errors a caller may want to tell apart: [OptionError], [DiscoveryError],
// [UnreachableError], [CertError], [WrongDomainError], [SignInError].
func Open(ctx context.Context, o Options) (*Conn, error) {
	o, err := o.checked()
	if err != nil {
		return nil, err
	}
	t, err := o.trust()
	if err != nil {
		return nil, err
	}
	c, err := o.find(ctx, t)
	if err != nil {
		return nil, err
	}
	if err := c.enter(ctx, o); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Reach goes as far as Open does before it signs in: a DC is there, its certificate is
// trusted, and it is of the domain. Errors are those of Open.
func Reach(ctx context.Context, o Options) error {
	o, err := o.checked()
	if err != nil {
		return err
	}
	t, err := o.trust()
	if err != nil {
		return err
	}
	c, err := o.find(ctx, t)
	if err != nil {
		return err
	}
	return c.Close()
}

// find returns a verified connection that is not signed in yet.
func (o Options) find(ctx context.Context, t trust) (*Conn, error) {
	if o.DC == "" {
		return o.discover(ctx, t)
	}
	e, err := parseEndpoint(o.DC)
	if err != nil {
		return nil, err
	}
	return o.connect(ctx, e, t)
}

// connect dials one DC and reads its rootDSE, all within DialTimeout.
func (o Options) connect(ctx context.Context, e endpoint, t trust) (*Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, o.DialTimeout)
	defer cancel()
	w, err := dial(ctx, e, t, o.Resolver)
	if err != nil {
		return nil, err
	}
	c := newConn(w, o, t)
	if err := c.readRoot(ctx, "rootdse"); err != nil {
		c.Close()
		return nil, err
	}
	if o.Domain != "" && c.root.DefaultNC != "" {
		if err := c.root.serves(o.Domain, e.String()); err != nil {
			c.Close()
			return nil, err
		}
	}
	return c, nil
}

func newConn(w *wire, o Options, t trust) *Conn {
	counted := frame.NewCounted(w.tls)
	c := &Conn{
		at: w.at, raw: w.raw, tls: w.tls, counted: counted, leaf: w.leaf, ldap: ldap.NewConn(counted, true),
		found: o.found(), timeout: o.Timeout, page: pageSize, observe: o.Observe, how: o, trust: t, idleMost: idleMost, ops: map[string]int{},
	}
	c.how.DC, c.how.Found = w.at.String(), c.found
	c.ldap.Start()
	return c
}

// enter signs in, and reads the rootDSE again where the DC kept it to itself.
func (c *Conn) enter(ctx context.Context, o Options) error {
	if err := c.signIn(ctx, o); err != nil {
		return err
	}
	if c.root.DefaultNC != "" {
		return nil
	}
	if err := c.readRoot(ctx, "search"); err != nil {
		return err
	}
	return c.root.serves(o.Domain, c.at.String())
}

// Close ends the connection. It never blocks on a DC that has stopped reading.
func (c *Conn) Close() error {
	c.hangUp()
	c.raw.SetDeadline(time.Now().Add(time.Second))
	if c.lent {
		return c.raw.Close()
	}
	return c.ldap.Close()
}

// URL is the DC as it was reached: "ldaps://host:port", or "ldap://host:port"
// where StartTLS was used.
func (c *Conn) URL() string { return c.at.String() }

// DC is the DC's own name for itself (rootDSE dNSHostName), or the host that
// was connected to where it gives none.
func (c *Conn) DC() string {
	if c.root.DNSHostName != "" {
		return c.root.DNSHostName
	}
	return c.at.host
}

// Fingerprint is that of the DC's certificate, "SHA256:HEX".
func (c *Conn) Fingerprint() string { return fingerprint(c.leaf) }

// Root is what the DC said about itself when the connection was opened.
func (c *Conn) Root() RootDSE { return c.root }
