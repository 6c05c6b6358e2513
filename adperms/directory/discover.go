package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"writeback/internal/shell"
)

// Attempt is one way to a DC that was tried, and why it would not do.
type Attempt struct {
	URL string
	Err error
}

// DiscoveryError says that no DC of a domain could be found or used. It wraps
// every attempt's error.
type DiscoveryError struct {
	Domain string
	Record string    // the SRV record that was asked for
	Err    error     // of DNS; nil: DNS answered
	Tried  []Attempt // in the order of the record's priorities and weights
	Left   int       // hosts of the record that were not tried
}

// toldAttempts is how many attempts the error tells of: a person mends the first
// ones, and the rest say the same.
const toldAttempts = 6

func (e *DiscoveryError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("no DC of %s was found: %s: is the name right, and does this computer ask the domain's DNS servers? "+
			"or name a DC with --dc ldaps://HOST", shell.Name(e.Domain), shell.Name(e.Err.Error()))
	}
	if len(e.Tried) == 0 {
		return fmt.Sprintf("no DC of %s was found: DNS has no hosts in %s: name a DC with --dc ldaps://HOST", shell.Name(e.Domain), shell.Name(e.Record))
	}
	var tried []string
	for _, a := range e.Tried[:min(len(e.Tried), toldAttempts)] {
		tried = append(tried, shell.Name(a.URL)+": "+a.Err.Error())
	}
	if more := len(e.Tried) - len(tried); more > 0 {
		tried = append(tried, fmt.Sprintf("and %d more attempts", more))
	}
	if e.Left > 0 {
		tried = append(tried, fmt.Sprintf("%d more hosts were not tried", e.Left))
	}
	return fmt.Sprintf("none of the DCs of %s that DNS names could be used (name another one with --dc): %s",
		shell.Name(e.Domain), strings.Join(tried, "; "))
}

// Unwrap returns the errors of DNS and of all attempts.
func (e *DiscoveryError) Unwrap() []error {
	var all []error
	if e.Err != nil {
		all = append(all, e.Err)
	}
	for _, a := range e.Tried {
		all = append(all, a.Err)
	}
	return all
}

// maxTried is how many DCs are tried: each may take twice the time for a connection,
// and where so many cannot be reached, it is not they that are in the way.
const maxTried = 32

// discover takes the first DC that answers and can be written to, in the order
// of the SRV records (RFC 2782; MS-ADTS 6.3.2.3). LDAPS is tried before StartTLS.
func (o Options) discover(ctx context.Context, t trust) (*Conn, error) {
	failed := &DiscoveryError{Domain: o.Domain, Record: "_ldap._tcp.dc._msdcs." + o.Domain}
	_, records, err := o.Resolver.LookupSRV(ctx, "ldap", "tcp", "dc._msdcs."+o.Domain)
	if err != nil && len(records) == 0 {
		failed.Err = err
		return nil, failed
	}
	for i, r := range records {
		if i == maxTried {
			failed.Left = len(records) - i
			break
		}
		c, attempts := o.try(ctx, strings.TrimSuffix(r.Target, "."), t)
		if c != nil {
			return c, nil
		}
		failed.Tried = append(failed.Tried, attempts...)
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("looking for a DC of %s: %w", o.Domain, err)
		}
	}
	return nil, failed
}

func (o Options) try(ctx context.Context, host string, t trust) (*Conn, []Attempt) {
	if err := believable(host, o.Domain, t); err != nil {
		return nil, []Attempt{{URL: Visible(host), Err: err}}
	}
	var tried []Attempt
	for _, e := range []endpoint{{host: host, port: "636"}, {host: host, port: "389", startTLS: true}} {
		c, err := o.connect(ctx, e, t)
		if err == nil {
			err = c.root.unfit()
			if err == nil {
				return c, nil
			}
			c.Close()
		}
		tried = append(tried, Attempt{URL: e.String(), Err: err})
		var unreachable *UnreachableError
		if !errors.As(err, &unreachable) {
			break // it is there and its answer will be no other on the other port
		}
	}
	return nil, tried
}

// believable keeps a forged SRV record from sending the password to a stranger
// who has a perfectly good certificate of a public CA for a name of his own. A
// CA, a pin or a name that the user gave is proof enough.
func believable(host, domain string, t trust) error {
	under := strings.HasSuffix(strings.ToLower(host), "."+strings.ToLower(domain))
	if under || t.custom || t.pin != nil || t.name != "" {
		return nil
	}
	return fmt.Errorf("its name is not in %s, and DNS alone does not prove that it is a DC: if it is, name it with --dc or its CA with --ca-cert", shell.Name(domain))
}

// unfit says why a DC cannot make our changes.
func (r RootDSE) unfit() error {
	switch {
	case r.ReadOnly():
		return errors.New("it is a read-only DC (RODC)")
	case !r.IsSynchronized:
		return errors.New("it has not finished its first replication (isSynchronized is FALSE)")
	}
	return nil
}
