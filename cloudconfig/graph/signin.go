package graph

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/pkg/browser"

	"writeback/cloudconfig"
	"writeback/internal/statedir"
)

// Method is a way to sign in, as --auth names it.
type Method string

// The methods.
const (
	Browser           Method = "browser"
	DeviceCode        Method = "device-code"
	AzureCLI          Method = "azure-cli"
	AzurePowerShell   Method = "azure-powershell"
	ClientSecret      Method = "client-secret"
	ClientCertificate Method = "client-certificate"
	ManagedIdentity   Method = "managed-identity"
	GivenToken        Method = "token"
)

// Methods lists the names.
func Methods() []Method {
	return []Method{Browser, DeviceCode, AzureCLI, AzurePowerShell, ClientSecret, ClientCertificate, ManagedIdentity, GivenToken}
}

// PublicClient is the application as which browser and device-code sign in where
// none is given: Microsoft Graph Command Line Tools, the one behind Microsoft's
// own Graph PowerShell. It is a public client that may ask for any delegated
// permission of Graph, one by one, so that consent shows the few that are
// needed. Azure CLI's application, the SDK's default, has a fixed set and is
// refused others (AADSTS65002). A tenant may block it; then an application of its
// own is needed.
const PublicClient = "14d82eec-204b-4c2f-b7e8-296a70dab67e"

// PortalAudience is the application ADIbizaUX, which the portal's settings
// service takes tokens for. Only Microsoft's own clients get them.
const PortalAudience = "74658136-14ec-4630-ad9b-26e160ff0fc6"

// SignIn says how to sign in. Tokens are kept in memory only: what is on disk
// can be stolen, and a keyring needs cgo and a desktop. Whoever wants to sign in
// once and for all uses azure-cli or azure-powershell.
type SignIn struct {
	Method Method
	Cloud  cloudconfig.Cloud // "" is Global
	// Tenant is an id or a domain; "" leaves it to the user who signs in. The
	// methods client-secret and client-certificate need it.
	Tenant string
	// ClientID is the application; "" is PublicClient for browser and
	// device-code, and the system-assigned identity for managed-identity.
	ClientID string
	// Secret gives the client secret, or the password of the certificate's file;
	// it is asked when it is needed. nil: there is none.
	Secret func() (string, error)
	// CertificateFile is PEM or PKCS #12 with the private key.
	CertificateFile string
	// Token and PortalToken give the tokens of method token. They are asked again
	// after a refusal, so that a renewed file is seen. nil: there is none.
	Token, PortalToken func() (string, error)
	// DeviceCode shows the user where to enter which code.
	DeviceCode func(message string)
	// Scopes are Graph permissions for browser and device-code; nil is Scopes().
	// The other methods have what was granted to them.
	Scopes []string
	// Authority is another place than the cloud's for tests; it is not looked up
	// in Microsoft's list of authorities.
	Authority string
	// RootCAs are trusted for the authority's certificate; nil: the system's.
	RootCAs *x509.CertPool
	// Waiting is told when the authority asks to come back later, and how long that
	// takes: it is a minute at most, and twice at most. nil: nobody is told.
	Waiting func(status int, pause time.Duration)
}

// Open prepares the sign-in. Nothing is sent and nobody is asked before the
// first token is needed; only a certificate's file is read.
func (s SignIn) Open() (*Credential, error) {
	if s.Cloud == "" {
		s.Cloud = cloudconfig.Global
	}
	places, err := s.Cloud.Endpoints()
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	from := newAuthority(s.RootCAs)
	from.waiting = s.Waiting
	o := azcore.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: places.Login, Services: map[cloud.ServiceName]cloud.ServiceConfiguration{}},
		Transport: from,
		Telemetry: policy.TelemetryOptions{ApplicationID: "writeback"},
		Retry:     policy.RetryOptions{MaxRetries: 2, RetryDelay: 500 * time.Millisecond},
	}
	if s.Authority != "" {
		o.Cloud.ActiveDirectoryAuthorityHost = s.Authority
	}
	inner, err := s.inner(o)
	if err != nil {
		return nil, signInRefused(s.Method, err, "")
	}
	return newCredential(s, inner, from), nil
}

func (s SignIn) inner(o azcore.ClientOptions) (azcore.TokenCredential, error) {
	own := s.Authority != ""
	switch s.Method {
	case Browser:
		// What the browser's launcher prints must not end up among our output.
		browser.Stdout, browser.Stderr = io.Discard, io.Discard
		return azidentity.NewInteractiveBrowserCredential(&azidentity.InteractiveBrowserCredentialOptions{
			ClientOptions: o, TenantID: s.Tenant, ClientID: s.publicClient(), DisableInstanceDiscovery: own})
	case DeviceCode:
		if s.DeviceCode == nil {
			return nil, errors.New("nobody is there to be shown the code")
		}
		return azidentity.NewDeviceCodeCredential(&azidentity.DeviceCodeCredentialOptions{
			ClientOptions: o, TenantID: s.Tenant, ClientID: s.publicClient(), DisableInstanceDiscovery: own,
			UserPrompt: func(_ context.Context, m azidentity.DeviceCodeMessage) error {
				s.DeviceCode(clean(m.Message))
				return nil
			}})
	case AzureCLI:
		return azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: s.Tenant})
	case AzurePowerShell:
		return azidentity.NewAzurePowerShellCredential(&azidentity.AzurePowerShellCredentialOptions{TenantID: s.Tenant})
	case ClientSecret:
		return s.clientSecret(o)
	case ClientCertificate:
		return s.clientCertificate(o)
	case ManagedIdentity:
		// Its endpoint is plain HTTP on the machine itself, found and spoken to by
		// the SDK.
		mi := &azidentity.ManagedIdentityCredentialOptions{}
		if s.ClientID != "" {
			mi.ID = azidentity.ClientID(s.ClientID)
		}
		return azidentity.NewManagedIdentityCredential(mi)
	case GivenToken:
		return given{graph: s.Token, portal: s.PortalToken}, nil
	}
	return nil, fmt.Errorf("there is no method %q: use one of %v", s.Method, Methods())
}

func (s SignIn) publicClient() string {
	if s.ClientID != "" {
		return s.ClientID
	}
	return PublicClient
}

func (s SignIn) clientSecret(o azcore.ClientOptions) (azcore.TokenCredential, error) {
	if s.Tenant == "" || s.ClientID == "" || s.Secret == nil {
		return nil, errors.New("it takes a tenant, a client id and a secret")
	}
	secret, err := s.Secret()
	if err != nil {
		return nil, unreadable(s.Method, "read the client secret", err)
	}
	return azidentity.NewClientSecretCredential(s.Tenant, s.ClientID, secret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions: o, DisableInstanceDiscovery: s.Authority != ""})
}

// maxCertificate is how many octets a certificate with its chain and key may have.
const maxCertificate = 1 << 20

func (s SignIn) clientCertificate(o azcore.ClientOptions) (azcore.TokenCredential, error) {
	if s.Tenant == "" || s.ClientID == "" || s.CertificateFile == "" {
		return nil, errors.New("it takes a tenant, a client id and a certificate")
	}
	data, err := statedir.ReadGuarded(s.CertificateFile, maxCertificate)
	if err != nil {
		return nil, unreadable(s.Method, "read the certificate "+s.CertificateFile+" (--client-certificate)", err)
	}
	var password []byte
	if s.Secret != nil {
		p, err := s.Secret()
		if err != nil {
			return nil, unreadable(s.Method, "read the certificate's password", err)
		}
		password = []byte(p)
	}
	chain, key, err := azidentity.ParseCertificates(data, password)
	if err != nil {
		return nil, unreadable(s.Method, "read the certificate in "+s.CertificateFile, errors.New("it is not PEM or PKCS #12 with a private key, or its password is another"))
	}
	return azidentity.NewClientCertificateCredential(s.Tenant, s.ClientID, chain, key, &azidentity.ClientCertificateCredentialOptions{
		ClientOptions: o, DisableInstanceDiscovery: s.Authority != ""})
}

// interactive methods ask for named permissions; others take what they have.
func (m Method) interactive() bool { return m == Browser || m == DeviceCode }

// firstParty methods use clients of Microsoft's that the portal's service knows.
func (m Method) firstParty() bool { return m == AzureCLI || m == AzurePowerShell }

// named are the permissions of one resource in the form of the v2.0 endpoint.
func named(resource string, scopes []string) []string {
	out := slices.Clone(scopes)
	for i, s := range out {
		if !strings.Contains(s, "://") {
			out[i] = resource + "/" + s
		}
	}
	return out
}
