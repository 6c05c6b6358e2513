package directory

import (
	"crypto/x509"
	"errors"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/internal/paste"
	"writeback/internal/shell"
)

// What a certificate, a DC, DNS or an account is called reaches no shell through
// the advice about it.
func TestAdviceIsHarmless(t *testing.T) {
	var texts []string
	for _, name := range paste.Hostile {
		account := adperms.Principal{SAM: name, DN: "CN=" + name}
		for _, err := range []error{
			&CertError{URL: "ldaps://dc1:636", Subject: "CN=" + name, Issuer: name, Names: []string{name, "dc1"}, Err: x509.HostnameError{Host: name, Certificate: &x509.Certificate{DNSNames: []string{name}}}},
			&CertError{URL: "ldaps://dc1:636", Names: []string{name}, Err: &causeError{what: "the CA " + name + " expired", fix: renewOnDC}},
			&OptionError{Option: "--ca-cert", Text: (&otherFileError{is: "holds the certificate of " + shell.Name(name)}).Error()}, noDC(name),
			&WrongDomainError{DC: "ldaps://dc1:636", Want: name, Have: name},
			&DiscoveryError{Domain: name, Record: "_ldap._tcp." + name}, &DiscoveryError{Domain: name, Err: errors.New(name)},
			&AmbiguousError{Name: name, Candidates: []adperms.Principal{account, account}},
			&NoSuchPrincipalError{Name: name, Near: []adperms.Principal{account}},
			&ReferralError{DC: "ldaps://dc1:636", DN: name, To: name},
			believable(name, name, trust{}),
		} {
			texts = append(texts, err.Error())
		}
	}
	paste.Harmless(t, texts)
}

func noDC(name string) error {
	_, err := DCURL("https://" + name)
	return err
}

// A name that a shell takes as it is is advised as a flag; another is words.
func TestAdvisedName(t *testing.T) {
	wrong := x509.HostnameError{Host: "dc1", Certificate: &x509.Certificate{}}
	for name, want := range map[string]string{"dc2.corp.example": "say --tls-name dc2.corp.example;", "$(touch x)": `say these words (no command, `} {
		if got := (&CertError{Names: []string{name}, Err: wrong}).advice(); !strings.Contains(got, want) || strings.Contains(got, "$(") {
			t.Errorf("%s: %s", name, got)
		}
	}
	svc := adperms.Principal{SAM: "pGMSA_1$", DN: "CN=pGMSA_1,DC=corp"}
	if got := listed([]adperms.Principal{svc}); !strings.Contains(got, svc.SID.String()) || !strings.Contains(got, `"pGMSA_1$"`) {
		t.Error(got)
	}
}
