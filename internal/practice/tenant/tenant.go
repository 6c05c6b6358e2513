package tenant

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"writeback/cloudconfig"
	"writeback/internal/authority"
	"writeback/internal/practice/door"
)

// Service is one of the three that a tenant is asked through.
type Service string

// The services.
const (
	Graph  Service = "graph"
	Portal Service = "portal"
	Login  Service = "login"
)

// Tenant is a running tenant. It may be used from several goroutines.
type Tenant struct {
	authority *authority.Authority
	key       []byte // signs the tokens
	servers   []*http.Server
	hosts     map[Service]string

	mu       sync.Mutex
	options  Options
	policy   delayedPolicy
	features map[string]bool
	audits   []entry
	devices  map[string]*device
	codes    map[string]grantCode
	revoked  time.Time
	age      int // how often tokens were revoked
	requests []*Request
	asked    int // requests to Graph and the portal, for throttling
	answered int // and those of them that got through to an answer, for cutting
}

// Start starts a tenant on free ports of 127.0.0.1. [Tenant.Close] ends it.
func Start(o Options) (*Tenant, error) {
	ca, err := authority.New("practice tenant")
	if err != nil {
		return nil, err
	}
	cert, err := ca.Issue("127.0.0.1")
	if err != nil {
		return nil, err
	}
	t := &Tenant{
		authority: ca,
		key:       make([]byte, 32),
		hosts:     map[Service]string{},
		features:  map[string]bool{},
		devices:   map[string]*device{},
		codes:     map[string]grantCode{},
	}
	rand.Read(t.key)
	t.options = o.complete()
	t.policy = newDelayedPolicy(*t.options.Policy)
	t.features["passwordSyncEnabled"] = true
	t.features[writebackFlag] = o.GraphFlag
	if o.State != nil {
		t.restore(*o.State)
	}
	for service, handler := range map[Service]func(*call) answer{Graph: t.graph, Portal: t.portal, Login: t.login} {
		if err := t.listen(service, handler, cert); err != nil {
			return nil, errors.Join(err, t.Close())
		}
	}
	return t, nil
}

func (t *Tenant) listen(service Service, handler func(*call) answer, cert tls.Certificate) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("open a port for the practice tenant's %s: %w", service, err)
	}
	s := &http.Server{
		Handler:           t.serve(service, handler),
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12},
		ErrorLog:          log.New(io.Discard, "", 0), // a client that breaks off is the client's affair
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	t.servers = append(t.servers, s)
	t.hosts[service] = "https://" + l.Addr().String()
	go s.ServeTLS(door.Guard(l), "", "")
	return nil
}

// Close ends the tenant. Requests that are under way get a moment.
func (t *Tenant) Close() error {
	// HTTP/2's good-bye would take a second of its own.
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	var errs []error
	for _, s := range t.servers {
		if err := s.Shutdown(ctx); err != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}

// GraphEndpoint is the part of Graph's addresses before /v1.0.
func (t *Tenant) GraphEndpoint() string { return t.hosts[Graph] }

// PortalEndpoint is the part of the portal's addresses before /api.
func (t *Tenant) PortalEndpoint() string { return t.hosts[Portal] }

// Authority is the address that stands before the tenant's id where tokens are asked for. azidentity needs DisableInstanceDiscovery with it.
func (t *Tenant) Authority() string { return t.hosts[Login] + "/" }

// ID is the tenant's id.
func (t *Tenant) ID() string { return t.opts().ID }

// Change changes the options of the running tenant. GraphFlag, Policy and State are the exceptions: they say how a tenant starts; see
// [Tenant.SetPolicy] and [Tenant.SetFeature].
func (t *Tenant) Change(change func(o *Options)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.options.clone()
	change(&o)
	t.options = o.complete()
}

// Lock leaves no way to a token but [Tenant.Mint]: no person signs in, and no
// application. It is for a tenant that stands open to other programs.
func (t *Tenant) Lock() { t.Change(func(o *Options) { o.SignIn, o.locked = nobody, true }) }

// opts is a copy of the options that nobody writes to.
func (t *Tenant) opts() Options {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.options
}

// Policy is what the portal's settings really are by now, whatever is shown yet.
func (t *Tenant) Policy() cloudconfig.Policy {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.policy.is
}

// SetPolicy changes the portal's settings as somebody else would: it is shown at once.
func (t *Tenant) SetPolicy(p cloudconfig.Policy) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.policy = newDelayedPolicy(p)
}

// Feature tells one of onPremisesSynchronization's features by its name in Graph.
func (t *Tenant) Feature(name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.features[name]
}

// SetFeature changes one of onPremisesSynchronization's features.
func (t *Tenant) SetFeature(name string, on bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.features[name] = on
}
