package directory

import (
	"context"
	"crypto/tls"
	"slices"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
)

// Link is the TLS connection as it stands, for checks. Its texts are raw, from
// the certificate.
type Link struct {
	Version     string // "TLS 1.3"
	Cipher      string
	Subject     string // or the names, where it has none
	Issuer      string
	Names       []string  // DNS names and addresses
	NotBefore   time.Time // UTC
	NotAfter    time.Time // UTC
	Fingerprint string    // "SHA256:HEX"
	// OwnName says that the certificate is good for the DC's own name for itself,
	// by which others reach it.
	OwnName bool
}

// Link tells about the connection without asking the DC anything.
func (c *Conn) Link() Link {
	state := c.tls.ConnectionState()
	e := newCertError(c.at, "", c.leaf, nil)
	return Link{
		Version: tls.VersionName(state.Version), Cipher: tls.CipherSuiteName(state.CipherSuite),
		Subject: e.Whose(), Issuer: e.Issuer, Names: e.Names, NotBefore: c.leaf.NotBefore.UTC(), NotAfter: e.NotAfter, Fingerprint: e.Fingerprint,
		OwnName: c.root.DNSHostName != "" && c.leaf.VerifyHostname(c.root.DNSHostName) == nil,
	}
}

// DCSystem is the operating system that the DC's computer object names
// ("Windows Server 2022 Standard"), raw; "" where it does not say. One search, after one of
// the domain's root; of the PDC emulator those that tell of the protected groups.
func (c *Conn) DCSystem(ctx context.Context) (string, error) {
	if c.root.DNSHostName == "" {
		return "", nil
	}
	server, err := c.pdcServer(ctx)
	if err != nil {
		return "", err
	}
	if server != "" && adperms.SameDN(server, c.root.ServerName) {
		if domain, err := c.domainSID(ctx); err == nil && !domain.IsZero() {
			w, err := c.witnesses(ctx, domain)
			return strings.TrimSpace(w.System + " " + w.Version), err
		}
	}
	found, err := c.ask(ctx, "search", query{base: c.root.DefaultNC, scope: Subtree, limit: 1,
		filter:     "(&(objectClass=computer)(dNSHostName=" + ldap.EscapeFilter(c.root.DNSHostName) + "))",
		attributes: []string{"operatingSystem", "operatingSystemVersion"}})
	if err != nil || len(found) == 0 {
		return "", err
	}
	return strings.TrimSpace(found[0].Text("operatingSystem") + " " + found[0].Text("operatingSystemVersion")), nil
}

// The controls that the program and the sync products need of a DC (MS-ADTS
// 3.1.1.3.4.1). The policy hints have a newer and an older number.
const (
	oidPaging         = ldap.ControlTypePaging
	oidSDFlags        = ldap.ControlTypeMicrosoftSDFlags
	oidPolicyHints    = "1.2.840.113556.1.4.2239"
	oidPolicyHintsOld = "1.2.840.113556.1.4.2066"
)

// Supports says which controls the DC offers.
func (r RootDSE) Supports() (paging, sdFlags, policyHints bool) {
	has := func(oid string) bool { return slices.Contains(r.Controls, oid) }
	return has(oidPaging), has(oidSDFlags), has(oidPolicyHints) || has(oidPolicyHintsOld)
}
