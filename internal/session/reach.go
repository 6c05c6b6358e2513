package session

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/adperms/directory/bind"
	"writeback/cloudconfig/graph"
	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/internal/visible"
	"writeback/steps"
)

// What whoever asks a person needs of the clients while the questions are asked, and
// what an error of theirs means for the next question.

// Reach goes as far as a certificate that is trusted. Nothing is sent to the DC until
// then.
func (c *Caller) Reach(ctx context.Context) error {
	if err := c.firstAccess().guardTrust(); err != nil {
		return err
	}
	s := c.Settings
	return directory.Reach(ctx, directory.Options{
		Domain: s.Domain(), DC: settings.DC.Of(s), CACert: settings.CACert.Of(s), TLSPin: settings.TLSPin.Of(s), TLSName: settings.TLSName.Of(s),
		Resolver: c.Resolver, Observe: c.TraceLDAP,
	})
}

// lookUp is how long DNS may take to name a DC to be filled in.
const lookUp = 3 * time.Second

// InDNS are the DCs of the domain, in the order of their priorities (RFC 2782;
// MS-ADTS 6.3.2.3).
func (c *Caller) InDNS(ctx context.Context) (urls []string) {
	ctx, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	resolver := c.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	_, records, err := resolver.LookupSRV(ctx, "ldap", "tcp", "dc._msdcs."+c.Settings.Domain())
	if err != nil && len(records) == 0 {
		return nil
	}
	for _, r := range records {
		urls = append(urls, "ldaps://"+steps.Plain(strings.TrimSuffix(r.Target, ".")))
	}
	return urls
}

// Accounts are those that look like the connector account.
func (d *Domain) Accounts(ctx context.Context) ([]adperms.Connector, error) {
	return d.Conn.ConnectorAccounts(ctx)
}

// Account looks up an account by name.
func (d *Domain) Account(ctx context.Context, name string) (adperms.Connector, error) {
	k, home, err := d.access.caller.namedConnector(ctx, name, d)
	if err == nil {
		d.leaveHome()
		d.home = home
	}
	return k, err
}

// Suits says why an account cannot be the connector account; nil: it can.
func (d *Domain) Suits(ctx context.Context, k adperms.Connector) error {
	account, err := d.client(nil).Trustee(ctx, k.DN)
	if err != nil {
		return err
	}
	if unfit := adperms.CannotConnect(account, adperms.Product(settings.Sync.Of(d.Settings)), time.Now()); unfit != nil {
		return fmt.Errorf("%s %s: %s", shell.Name(k.DN), unfit.Why, unfit.Fix)
	}
	return nil
}

// Close ends the connection.
func (d *Domain) Close() { closeAll([]*Domain{d}) }

// Untrusted is a DC whose certificate is not trusted here. Its texts are visible ones.
type Untrusted struct {
	URL         string
	Why         string
	Unproven    bool // the certificate is trusted, and nothing proves that it is a DC's
	Fingerprint string
	Subject     string
	Issuer      string
	Names       string
	NotAfter    time.Time
}

// UntrustedIn returns the certificate that err is about, or nil.
func UntrustedIn(err error) *Untrusted {
	var c *directory.CertError
	if !errors.As(err, &c) {
		return nil
	}
	u := &Untrusted{URL: c.URL, Why: visible.Line(c.Err.Error()), Fingerprint: c.Fingerprint, Subject: visible.Line(c.Whose()),
		Issuer: visible.Line(c.Issuer), Names: visible.Line(strings.Join(c.Names, ", ")), NotAfter: c.NotAfter}
	var unproven *directory.UnprovenError
	if u.Unproven = errors.As(c.Err, &unproven); u.Unproven {
		u.Why = visible.Line(unproven.Error())
	}
	return u
}

// AboutDC says that another DC, or domain, could mend an error.
func AboutDC(err error) bool {
	var (
		none   *directory.DiscoveryError
		dead   *directory.UnreachableError
		wrong  *directory.WrongDomainError
		option *directory.OptionError
		cert   *directory.CertError
	)
	return errors.As(err, &none) || errors.As(err, &dead) || errors.As(err, &wrong) || IsLost(err) || errors.As(err, &cert) ||
		errors.As(err, &option) && option.Option == "--"+settings.DC.Name
}

// IsLost says that the connection to a DC is lost.
func IsLost(err error) bool {
	var lost *directory.LostError
	return errors.As(err, &lost)
}

// NoSuchAccount reports whether err means that no account has that name.
func NoSuchAccount(err error) bool {
	var none *directory.NoSuchPrincipalError
	return errors.As(err, &none)
}

// Mends is what another answer could mend of a refused sign-in to the domain.
type Mends int

// The answers.
const (
	NoRefusal       Mends = iota // it is no refused sign-in
	Nothing                      // no answer does
	AnotherPassword              // it may have been mistyped
	AnotherUser                  // the account cannot sign in
)

// MendsOf classifies a refused sign-in by what could fix it.
func MendsOf(err error) Mends {
	var refused *bind.SignInError
	if !errors.As(err, &refused) {
		return NoRefusal
	}
	switch refused.Mends() {
	case bind.AnotherPassword:
		return AnotherPassword
	case bind.AnotherUser:
		return AnotherUser
	}
	return Nothing
}

// RefusedByTenant says that the sign-in to the tenant was refused, or was to another
// tenant, and what to do about it.
func RefusedByTenant(err error) (fix string, refused bool) {
	kind := graph.KindOf(err)
	return graph.FixOf(err), kind == graph.SignInRefused || kind == graph.WrongTenant
}

// CheckDC explains why text is not a valid DC address. Its error does not mention a flag.
func CheckDC(text string) error {
	_, err := directory.DCURL(text)
	return withoutFlag(err)
}

// CheckCACert says why a file holds no certificate authorities.
func CheckCACert(file string) error {
	err := directory.CheckCACert(file)
	var option *directory.OptionError
	if errors.As(err, &option) && option.Err != nil {
		return err
	}
	return withoutFlag(err)
}

func withoutFlag(err error) error {
	var option *directory.OptionError
	if errors.As(err, &option) {
		return errors.New(option.Text)
	}
	return err
}
