package domain

import "crypto/x509"

// CA is the certificate of the domain's CA, in PEM.
func (d *Domain) CA() []byte { return d.authority.PEM() }

// CAFile writes the certificate of the domain's CA to a file.
func (d *Domain) CAFile(path string) error { return d.authority.File(path) }

// RootCAs trusts the domain's CA and nothing else.
func (d *Domain) RootCAs() *x509.CertPool { return d.authority.Pool() }
