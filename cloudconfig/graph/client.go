package graph

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/microsoft/kiota-abstractions-go/authentication"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	kiotahttp "github.com/microsoft/kiota-http-go"
	kiotajson "github.com/microsoft/kiota-serialization-json-go"

	"writeback/cloudconfig"
)

// Options say which Graph to ask, as whom.
type Options struct {
	// Cloud chooses the endpoint and the audience of tokens; "" is Global.
	Cloud cloudconfig.Cloud
	// Endpoint is the part before /v1.0, for gateways and tests; "" is the
	// cloud's. Only https.
	Endpoint string
	// Tenant is the id or a verified domain of the tenant that must answer; ""
	// takes the one that the credential belongs to.
	Tenant string
	// Credential gives tokens: see SignIn.Open.
	Credential azcore.TokenCredential
	// RootCAs are trusted for the endpoint's certificate; nil: the system's.
	RootCAs *x509.CertPool
	// Observe is told of every request that was sent; nil: nobody is. Operations
	// hold no token and no body.
	Observe func(Operation)
	// Patience bounds the waiting for one request while Graph throttles or is
	// away; 0 is five minutes.
	Patience time.Duration
	// Now and Wait are the clock; nil is the real one. Wait returns early with
	// the context's error.
	Now  func() time.Time
	Wait func(context.Context, time.Duration) error
}

// Client is a connection to Graph as one identity. It may be used by several
// goroutines.
type Client struct {
	base      *url.URL // endpoint and /v1.0
	cloud     cloudconfig.Cloud
	tenant    string
	adapter   *kiotahttp.NetHttpRequestAdapter
	transport *transport
}

const defaultPatience = 5 * time.Minute

// Open checks the options. It sends nothing.
func Open(o Options) (*Client, error) {
	if o.Credential == nil {
		return nil, errors.New("open Graph: no credential")
	}
	if o.Cloud == "" {
		o.Cloud = cloudconfig.Global
	}
	places, err := o.Cloud.Endpoints()
	if err != nil {
		return nil, fmt.Errorf("open Graph: %w", err)
	}
	if o.Endpoint == "" {
		o.Endpoint = places.Graph
	}
	base, err := baseURL(o.Endpoint)
	if err != nil {
		return nil, fmt.Errorf("open Graph: %w", err)
	}
	t := newTransport(o, base, places.Graph+"/.default")
	adapter, err := newAdapter(t)
	if err != nil {
		return nil, fmt.Errorf("open Graph: %w", err)
	}
	return &Client{base: base, cloud: o.Cloud, tenant: o.Tenant, adapter: adapter, transport: t}, nil
}

// Skew is how far this machine's clock is ahead of Graph's, by the Date of its
// last answer; 0 before the first. Tokens are refused from a few minutes on.
func (c *Client) Skew() time.Duration { return time.Duration(c.transport.skew.Load()) }

// Close gives back the connections that wait for another request.
func (c *Client) Close() { c.transport.send.CloseIdleConnections() }

// baseURL checks an endpoint and adds the version.
func baseURL(endpoint string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(endpoint, "/"))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the endpoint %q is not a URL", clean(endpoint))
	case u.Scheme != "https" || u.Host == "":
		return nil, fmt.Errorf("the endpoint %q is not an https URL", clean(u.Redacted()))
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("the endpoint %q has more than a host and a path", clean(u.Redacted()))
	case strings.HasSuffix(u.Path, "/v1.0"):
		return nil, fmt.Errorf("the endpoint %q has the version: give the part before /v1.0", clean(endpoint))
	}
	u.Path, u.RawPath = u.Path+"/v1.0", ""
	return u, nil
}

// newAdapter makes the SDK speak through our transport, in JSON alone and
// without its global registries. Its own middleware (retry, redirect,
// compression of what is sent) is left out: those decisions are in transport.
func newAdapter(t *transport) (*kiotahttp.NetHttpRequestAdapter, error) {
	read := serialization.NewParseNodeFactoryRegistry()
	json := kiotajson.NewJsonParseNodeFactory()
	read.ContentTypeAssociatedFactories["application/json"] = json
	write := serialization.NewSerializationWriterFactoryRegistry()
	write.ContentTypeAssociatedFactories["application/json"] = kiotajson.NewJsonSerializationWriterFactory()
	client := &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	return kiotahttp.NewNetHttpRequestAdapterWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(
		&authentication.AnonymousAuthenticationProvider{}, read, write, client)
}
