package checks

import (
	"context"
	"strings"
	"time"
)

// soon is how long before its end a certificate, or a password, is worth a word.
const soon = 21 * 24 * time.Hour

// dcCertificate looks at the certificate that the connection was made with. That
// it is trusted was decided before: by a CA, or by its fingerprint, which holds
// beyond its end.
func dcCertificate(_ context.Context, x *examination) (answer, error) {
	c := x.Link
	a := saw(x.Place.DC, "of %s, issued by %s, for %s, valid until %s", c.Subject, c.Issuer, names(c.Names), c.NotAfter.UTC().Format(time.DateOnly))
	const renew = "renew it on the domain controller; AD CS does that by itself where auto-enrolment is on"
	switch left := c.NotAfter.Sub(x.now); {
	case left <= 0:
		a = a.fail("certificate-expired", renew, "the certificate of %s ended at %s: only programs that trust exactly this one still connect", x.Place.DC, c.NotAfter.UTC().Format(time.RFC3339))
	case left < soon:
		a = a.warn("certificate-expiring", renew, "the certificate of %s ends at %s, in %s: LDAP with TLS stops working then", x.Place.DC, c.NotAfter.UTC().Format(time.RFC3339), days(left))
	}
	if !c.OwnName && x.Place.DC != "" {
		a = a.note("certificate-name", "", "the certificate is not made out to %s, the domain controller's own name: who connects by that name is refused", x.Place.DC)
	}
	if c.Subject == c.Issuer {
		a = a.note("certificate-self-signed", "", "the certificate was issued by nobody else: it can only be trusted as such")
	}
	return a, nil
}

func names(all []string) string {
	if len(all) == 0 {
		return "no name"
	}
	return strings.Join(all, ", ")
}

// days says a span in whole days, or in hours where it is less than two.
func days(d time.Duration) string {
	if d < 48*time.Hour {
		return d.Round(time.Hour).String()
	}
	return count(int(d/(24*time.Hour)), "day")
}

func tlsVersion(_ context.Context, x *examination) (answer, error) {
	if x.Link.Version == "" {
		return unchecked("the connection does not tell its TLS version"), nil
	}
	return saw(x.Place.DC, "%s, %s", x.Link.Version, x.Link.Cipher), nil
}

func ldapSigning(ctx context.Context, x *examination) (answer, error) {
	required, err := x.Directory.SigningRequired(ctx)
	if err != nil {
		return answer{}, err
	}
	if required {
		return saw(x.Place.DC, "the domain controller refuses sign-ins that are neither signed nor inside TLS; the connector of the sync server has to sign (its setting LDAP signing), else it fails with 0x8023062C"), nil
	}
	return saw(x.Place.DC, "the domain controller looked at a made-up name and password that came neither signed nor inside TLS").note("signing-not-required",
		"see which programs still sign in so (event 2889 on the domain controllers), then require LDAP signing by policy",
		"LDAP signing does not seem to be required. Writeback works all the same; a sign-in on the way could be tampered with"), nil
}

// channelBinding can be told from a Kerberos sign-in alone: ours is not bound to
// the channel, so that a DC that always wants it would have refused. A name with
// a password inside TLS is never bound.
func channelBinding(_ context.Context, x *examination) (answer, error) {
	if !x.Place.Kerberos {
		return unchecked("it cannot be seen from outside by somebody who signs in by name and password: see LdapEnforceChannelBinding on the domain controller, and its events 3039 to 3041"), nil
	}
	return saw(x.Place.DC, "the domain controller took a Kerberos sign-in that is not bound to the TLS channel: it does not demand that always"), nil
}
