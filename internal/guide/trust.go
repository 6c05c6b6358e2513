package guide

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/wizard"
)

// Whom to trust: a DC whose certificate is not known is shown as it is, and the
// person says whether it is the right one. What is trusted is this certificate
// alone, and that ends in --tls-pin.

// The other answers to the question of the certificate.
const (
	byCA      = "ca"
	anotherDC = "dc"
)

func (g *Guide) certificate(c *session.Untrusted) asking {
	why := fmt.Sprintf("%s shows a certificate that is not trusted here: %s. Fingerprint: %s", c.URL, c.Why, c.Fingerprint)
	options := []wizard.Option{
		{Value: anotherDC, Label: "No, take another domain controller"},
		{Value: byCA, Label: "Trust the authority that issued it", Note: "its certificate is in a file"},
		{Value: c.Fingerprint, Label: "Yes, trust this certificate and no other"},
	}
	if c.Unproven { // the authority is trusted, and also issues for members
		why = fmt.Sprintf("%s was found in DNS, and nothing proves that it is a domain controller: its certificate is trusted, but %s. Fingerprint: %s",
			c.URL, strings.TrimPrefix(c.Why, "it is good, but "), c.Fingerprint)
		options = []wizard.Option{options[0], options[2]}
	}
	return asking{
		Group: wizard.Group{Title: "The certificate of the domain controller", Questions: []wizard.Question{{
			Key: "tls-pin", Title: "Is this the certificate of your domain controller?", Kind: wizard.Choice, Why: why,
			Help: fmt.Sprintf("Subject: %s\nIssuer: %s\nFor: %s\nValid until: %s\nFingerprint: %s\n%s",
				c.Subject, c.Issuer, c.Names,
				c.NotAfter.Format(time.DateOnly), c.Fingerprint,
				"Compare the fingerprint with that on the DC itself (certlm.msc, or certutil -store My).\nNothing has been sent to it yet but the handshake."),
			Options: options,
		}}},
		take: func(_ context.Context, answers map[string]string) error { return g.takeTrust(c, answers["tls-pin"]) },
	}
}

func (g *Guide) takeTrust(c *session.Untrusted, answer string) error {
	s := g.set()
	g.reached = false
	switch answer {
	case byCA:
		g.wantCA = true
		return nil
	case anotherDC:
		g.untried = true
		return nil
	}
	if settings.DC.Of(s) == "" || s.DCFound { // a pin belongs to one DC, and this is a person's word for it
		if err := s.Answer(settings.DC, c.URL); err != nil {
			return err
		}
	}
	if !s.Answerable(settings.CACert) {
		return nil // it vouches for the certificate of the DC that is named now
	}
	s.Forget(settings.CACert)
	return s.Answer(settings.TLSPin, answer)
}

func (g *Guide) authority() asking {
	return asking{
		Group: wizard.Group{Title: "The certificate authority", Questions: []wizard.Question{{
			Key: "ca-cert", Title: "Which file holds the authority's certificate?",
			Why:   "DCs whose certificates it issued are then trusted, and no others.",
			Help:  "As PEM, DER (.cer) or PKCS #7 (.p7b), as certlm.msc and AD CS export it, without the private key.",
			Check: readable,
		}}},
		take: func(_ context.Context, answers map[string]string) error {
			g.wantCA = false
			g.set().Forget(settings.TLSPin)
			return g.set().Answer(settings.CACert, answers["ca-cert"])
		},
	}
}

func readable(file string) error {
	if file == "" {
		return errors.New("name a file")
	}
	return session.CheckCACert(file)
}
