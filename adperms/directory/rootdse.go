package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/shell"
)

// RootDSE is what a DC says about itself (MS-ADTS 3.1.1.3.2).
type RootDSE struct {
	DefaultNC    string // DN of the DC's domain
	ConfigNC     string
	SchemaNC     string
	RootDomainNC string // DN of the forest root domain
	DNSHostName  string
	ServerName   string // DN of the DC's server object
	DomainLevel  int    // msDS-Behavior-Version; -1: not given
	ForestLevel  int    // -1: not given
	DCLevel      int    // -1: not given

	Capabilities []string // OIDs
	Controls     []string // OIDs
	Extensions   []string // OIDs
	SASL         []string // mechanisms

	IsSynchronized       bool // true where the DC does not say
	IsGlobalCatalogReady bool
}

// Capabilities (MS-ADTS 3.1.1.3.4.3).
const (
	capActiveDirectory = "1.2.840.113556.1.4.800"
	capReadOnly        = "1.2.840.113556.1.4.1920" // LDAP_CAP_ACTIVE_DIRECTORY_PARTIAL_SECRETS_OID: an RODC
)

// ReadOnly says whether the DC is an RODC, which cannot make our changes.
func (r RootDSE) ReadOnly() bool { return slices.Contains(r.Capabilities, capReadOnly) }

// Domain is the DNS name of the DC's domain, in lower case.
func (r RootDSE) Domain() string { return dnsName(r.DefaultNC) }

// Forest is the DNS name of the forest root domain, in lower case.
func (r RootDSE) Forest() string { return dnsName(r.RootDomainNC) }

// dnsName turns DC=corp,DC=example into corp.example; anything else into "".
func dnsName(nc string) string {
	dn, err := ldap.ParseDN(nc)
	if err != nil {
		return ""
	}
	var labels []string
	for _, rdn := range dn.RDNs {
		if len(rdn.Attributes) != 1 || !strings.EqualFold(rdn.Attributes[0].Type, "DC") {
			return ""
		}
		labels = append(labels, rdn.Attributes[0].Value)
	}
	return strings.ToLower(strings.Join(labels, "."))
}

// WrongDomainError says that a DC serves another domain than the one meant.
type WrongDomainError struct {
	DC   string // "ldaps://host:port"
	Want string // the domain asked for
	Have string // the DC's domain; raw
}

func (e *WrongDomainError) Error() string {
	return fmt.Sprintf("%s is a DC of %s, not of %s: name a DC of %s with --dc, or if that is the one you mean, say %s",
		e.DC, shell.Name(e.Have), shell.Name(e.Want), shell.Name(e.Want), shell.Option("--domain", e.Have))
}

func (r RootDSE) serves(domain, dc string) error {
	if domain == "" || strings.EqualFold(domain, r.Domain()) {
		return nil
	}
	have := r.Domain()
	if have == "" {
		have = r.DefaultNC
	}
	return &WrongDomainError{DC: dc, Want: domain, Have: have}
}

var rootAttributes = []string{
	"defaultNamingContext", "configurationNamingContext", "schemaNamingContext", "rootDomainNamingContext",
	"dnsHostName", "serverName", "domainFunctionality", "forestFunctionality", "domainControllerFunctionality",
	"supportedCapabilities", "supportedControl", "supportedExtension", "supportedSASLMechanisms",
	"isSynchronized", "isGlobalCatalogReady",
}

// readRoot fills c.root. A DC that hides its rootDSE before sign-in leaves it
// empty; kind "search" means that we are signed in and it must be there.
func (c *Conn) readRoot(ctx context.Context, kind string) error {
	found, err := c.ask(ctx, kind, query{scope: Base, filter: "(objectClass=*)", attributes: rootAttributes})
	var lost *LostError
	if errors.As(err, &lost) || (err != nil && kind == "search") {
		return err
	}
	if err != nil || len(found) == 0 {
		found = []*Entry{{}}
	}
	c.root = rootFrom(found[0])
	if kind == "search" || c.root.DefaultNC != "" {
		return c.root.isDC(c.at.String())
	}
	return nil
}

func (r RootDSE) isDC(url string) error {
	if r.DefaultNC != "" && r.ConfigNC != "" && r.SchemaNC != "" && slices.Contains(r.Capabilities, capActiveDirectory) {
		return nil
	}
	return fmt.Errorf("%s speaks LDAP but is no Active Directory domain controller: name a DC with --dc", url)
}

func rootFrom(e *Entry) RootDSE {
	level := func(name string) int {
		n, err := strconv.Atoi(e.Text(name))
		if err != nil {
			return -1
		}
		return n
	}
	return RootDSE{
		DefaultNC: e.Text("defaultNamingContext"), ConfigNC: e.Text("configurationNamingContext"),
		SchemaNC: e.Text("schemaNamingContext"), RootDomainNC: e.Text("rootDomainNamingContext"),
		DNSHostName: e.Text("dnsHostName"), ServerName: e.Text("serverName"),
		DomainLevel: level("domainFunctionality"), ForestLevel: level("forestFunctionality"),
		DCLevel:      level("domainControllerFunctionality"),
		Capabilities: e.Texts("supportedCapabilities"), Controls: e.Texts("supportedControl"),
		Extensions: e.Texts("supportedExtension"), SASL: e.Texts("supportedSASLMechanisms"),
		IsSynchronized:       !strings.EqualFold(e.Text("isSynchronized"), "FALSE"),
		IsGlobalCatalogReady: strings.EqualFold(e.Text("isGlobalCatalogReady"), "TRUE"),
	}
}
