// Package ldapproxy stands between an LDAP client under test and a real DC. It counts what passes, and hooks see each message and decide about
// it: let it pass, change it, answer it, keep it back, or cut the connection. So a test can lose a connection in the middle of a write, kill a
// process just before one, or make the DC lie about itself.
//
//	proxy, err := ldapproxy.Listen(ldapproxy.Config{
//		Upstream: dc.LDAPS, UpstreamTLS: dc.TLS(), Certificate: dc.Issue(t, "127.0.0.1", dc.Host),
//	})
//	proxy.After(ldapproxy.At(2, ldapproxy.ModifyResponse, ldapproxy.Cut)) // the second write is made, and its maker never hears of it
//
// It imports no client of this program, and only tests import it.
package ldapproxy

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync"
	"writeback/internal/authority"
)

// Config says where a proxy stands.
type Config struct {
	Upstream    string          // the DC: ldaps://host:port
	UpstreamTLS *tls.Config     // trust for the DC
	Certificate tls.Certificate // what clients are shown; where it is empty, one for localhost and 127.0.0.1 that signs itself
	Address     string          // where LDAPS is spoken, as 127.1.2.3:636, to stand where a DC is expected; empty: 127.0.0.1, any port
}

// A Hook decides about one message. Hooks are called one at a time, whatever the number of connections, so that they may keep count
// in plain variables; while one runs nothing passes. A hook must not set hooks. What it has written to a variable is safe to read after [Proxy.Close].
type Hook func(*Message) Verdict

// Proxy is a running proxy. It listens on 127.0.0.1 unless told otherwise, and connects to the DC afresh for each client that comes.
type Proxy struct {
	LDAPS string // ldaps://127.0.0.1:port, or with the address of Config
	LDAP  string // ldap://127.0.0.1:port, where StartTLS is understood; without it clients are served all the same

	upstream    string
	upstreamTLS *tls.Config
	serverTLS   *tls.Config
	leaf        *x509.Certificate
	listeners   []net.Listener
	running     sync.WaitGroup

	hooking       sync.Mutex // held while a hook runs; guards before, after
	before, after Hook

	mu       sync.Mutex // guards what is below
	closed   bool
	sessions map[*session]bool
	opened   int
	counts   map[Op]int
	trace    []string
	errs     []error
}

// Listen starts a proxy.
func Listen(c Config) (*Proxy, error) {
	u, err := url.Parse(c.Upstream)
	if err != nil || u.Scheme != "ldaps" || u.Port() == "" {
		return nil, fmt.Errorf("the upstream %q is not ldaps://host:port", c.Upstream)
	}
	if len(c.Certificate.Certificate) == 0 {
		if c.Certificate, err = authority.SelfSigned("LDAP proxy"); err != nil {
			return nil, err
		}
	}
	leaf, err := x509.ParseCertificate(c.Certificate.Certificate[0])
	if err != nil {
		return nil, fmt.Errorf("read the certificate for clients: %w", err)
	}
	t := &Proxy{
		upstream:    u.Host,
		upstreamTLS: c.UpstreamTLS,
		serverTLS:   &tls.Config{Certificates: []tls.Certificate{c.Certificate}, MinVersion: tls.VersionTLS12},
		leaf:        leaf,
		before:      pass,
		after:       pass,
		sessions:    map[*session]bool{},
		counts:      map[Op]int{},
	}
	if t.LDAPS, err = t.listen("ldaps", cmp.Or(c.Address, anyPort), true); err != nil {
		return nil, err
	}
	if t.LDAP, err = t.listen("ldap", anyPort, false); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

const anyPort = "127.0.0.1:0"

func (t *Proxy) listen(scheme, at string, encrypted bool) (string, error) {
	l, err := net.Listen("tcp", at)
	if err != nil {
		return "", fmt.Errorf("listen for %s clients: %w", scheme, err)
	}
	t.listeners = append(t.listeners, l)
	t.running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // closed
			}
			t.running.Go(func() { t.serve(conn, encrypted) })
		}
	})
	return scheme + "://" + l.Addr().String(), nil
}

// Leaf is the certificate that clients are shown.
func (t *Proxy) Leaf() *x509.Certificate { return t.leaf }

// Before sets the hook for requests, which see it before the DC does. The hook of earlier is gone; nil lets all pass.
func (t *Proxy) Before(h Hook) { t.setHook(&t.before, h) }

// After sets the hook for responses, which see it before the client does. The hook of earlier is gone; nil lets all pass.
func (t *Proxy) After(h Hook) { t.setHook(&t.after, h) }

func (t *Proxy) setHook(at *Hook, h Hook) {
	if h == nil {
		h = pass
	}
	t.hooking.Lock()
	defer t.hooking.Unlock()
	*at = h
}

func (t *Proxy) ask(h *Hook, m *Message) Verdict {
	t.hooking.Lock()
	defer t.hooking.Unlock()
	return (*h)(m)
}

// Sever cuts the connections that are open now. New ones are taken as before.
func (t *Proxy) Sever() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for s := range t.sessions {
		s.cut()
	}
}

// Close stops listening, cuts all connections and waits until no hook runs any more. The error says where the DC could not be reached. It must
// not be called from a hook.
func (t *Proxy) Close() error {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	for _, l := range t.listeners {
		_ = l.Close() // closed twice at most
	}
	t.Sever()
	t.running.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	return errors.Join(t.errs...)
}
