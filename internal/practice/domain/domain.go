package domain

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"writeback/internal/authority"
	"writeback/internal/practice/door"
)

// Options say how a domain starts. The zero value is a fresh company on free
// ports.
type Options struct {
	State   *State           // what a domain before this one left; nil: a fresh company
	Read    *Read            // what was read of a domain elsewhere, in place of a company
	Child   *Child           // the domain is a child of a running one, in place of a company; nil: it is a forest of its own
	Clock   func() time.Time // nil: time.Now
	Address string           // host:port of LDAPS, a loopback address; "": 127.0.0.1:0
	// Changed is called after each write to the directory and before it is
	// answered, so that a state that is kept is never behind what a client was
	// told. It may call [Domain.State]. An error is what the client is told in
	// place of success. nil: nobody.
	Changed func() error
}

// Domain is a running domain with its one DC. It may be used from several
// goroutines.
type Domain struct {
	options   Options
	authority *authority.Authority
	tls       *tls.Config
	ldaps     net.Listener
	ldap      net.Listener
	running   sync.WaitGroup

	mu    *sync.RWMutex // guards world and all in it; the domains of a forest share it
	world *world

	saving sync.Mutex // held while Changed runs

	door     sync.Mutex // guards what is below
	sessions map[*session]bool
	closed   bool
}

// world is what Reset replaces as a whole.
type world struct {
	*tree
	started  time.Time
	accounts []Account
}

// Start starts a domain on loopback: LDAPS on Address, and on another free port
// LDAP, which wants StartTLS before a password. [Domain.Close] ends it.
func Start(o Options) (*Domain, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	if err := checkLoopback(o.Address); err != nil {
		return nil, err
	}
	mu := new(sync.RWMutex)
	if o.Child != nil {
		mu = o.Child.Of.mu
	}
	w, err := o.world()
	if err != nil {
		return nil, err
	}
	ca, err := o.authority()
	if err != nil {
		return nil, err
	}
	host, _, _ := net.SplitHostPort(o.Address) // checkLoopback has done it before
	cert, err := ca.Issue(host, w.host)
	if err != nil {
		return nil, err
	}
	d := &Domain{
		options: o, authority: ca, mu: mu, world: w, sessions: map[*session]bool{},
		tls: &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12},
	}
	if d.ldaps, err = net.Listen("tcp", o.Address); err != nil {
		return nil, fmt.Errorf("open a port for the practice domain: %w", err)
	}
	if d.ldap, err = net.Listen("tcp", net.JoinHostPort(host, "0")); err != nil {
		return nil, errors.Join(fmt.Errorf("open a port for the practice domain: %w", err), d.ldaps.Close())
	}
	d.ldaps, d.ldap = door.Guard(d.ldaps), door.Guard(d.ldap)
	if o.Child != nil {
		d.join()
	}
	d.running.Go(func() { d.accept(d.ldaps, true) })
	d.running.Go(func() { d.accept(d.ldap, false) })
	return d, nil
}

func (o Options) world() (*world, error) {
	if o.Child != nil {
		return o.Child.world(o.Clock)
	}
	if o.State != nil {
		return restore(*o.State, o.Clock)
	}
	if o.Read != nil {
		return o.Read.world(o.Clock)
	}
	return found(o.Clock), nil
}

// authority is the CA of the DC's certificate: a forest has one.
func (o Options) authority() (*authority.Authority, error) {
	if o.Child != nil {
		return o.Child.Of.authority, nil
	}
	return authority.New("practice domain")
}

// checkLoopback keeps practice passwords and a forgotten server from the network.
func checkLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("the practice domain's address %q: %w", address, err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("the practice domain's address %q is no loopback address: write 127.0.0.1:PORT", address)
	}
	return nil
}

// acceptPause keeps a shortage of files from being a busy loop.
const acceptPause = 20 * time.Millisecond

func (d *Domain) accept(l net.Listener, encrypted bool) {
	for {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of files, or a client that is gone already
			time.Sleep(acceptPause)
			continue
		}
		d.running.Go(func() { d.serve(conn, encrypted) })
	}
}

func (d *Domain) admit(s *session) bool {
	d.door.Lock()
	defer d.door.Unlock()
	if d.closed {
		return false
	}
	d.sessions[s] = true
	return true
}

func (d *Domain) dismiss(s *session) {
	d.door.Lock()
	defer d.door.Unlock()
	delete(d.sessions, s)
}

// cut ends all connections that are open now.
func (d *Domain) cut() {
	d.door.Lock()
	defer d.door.Unlock()
	for s := range d.sessions {
		s.raw.Close()
	}
}

// Close ends the domain and waits until nothing of it runs any more.
func (d *Domain) Close() error {
	d.door.Lock()
	d.closed = true
	d.door.Unlock()
	err := errors.Join(closed(d.ldaps), closed(d.ldap))
	d.cut()
	d.running.Wait()
	return err
}

func closed(l net.Listener) error {
	if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Reset puts a fresh company in the place of what there is, and cuts all
// connections. A domain of a forest with several stays as it is, with an error.
func (d *Domain) Reset() error {
	d.mu.Lock()
	if len(d.world.others) > 0 {
		d.mu.Unlock()
		return errors.New("reset the practice domain: its forest has other domains, which know it as it is")
	}
	d.world = found(d.options.Clock)
	d.mu.Unlock()
	d.cut()
	return d.changed()
}

func (d *Domain) changed() error {
	if d.options.Changed == nil {
		return nil
	}
	d.saving.Lock()
	defer d.saving.Unlock()
	return d.options.Changed()
}

// LDAPS is the address of the DC: ldaps://127.0.0.1:port.
func (d *Domain) LDAPS() string { return "ldaps://" + d.ldaps.Addr().String() }

// LDAP is the DC's other address, for StartTLS: ldap://127.0.0.1:port.
func (d *Domain) LDAP() string { return "ldap://" + d.ldap.Addr().String() }

// Name is the domain's DNS name.
func (d *Domain) Name() string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.world.domain
}

// BaseDN is the DN of the domain's root object.
func (d *Domain) BaseDN() string { return domainDN(d.Name()) }

// NetBIOS is the domain's short name: what stands before the backslash.
func (d *Domain) NetBIOS() string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.world.netbios
}
