package bind

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/config"
)

// A password is proved to a KDC by exchanges of our own, not by gokrb5's client: that
// one sends the same proof again, over UDP and TCP and to one KDC after the other,
// where an answer is late, and each of them counts towards a lockout. Here a KDC is
// looked for with a request that proves nothing yet, and the first that answers is
// asked everything else, once.

// NoKDCError says that nobody answered as the KDC of a realm.
type NoKDCError struct {
	Realm string
	Err   error
}

func (e *NoKDCError) Error() string {
	return fmt.Sprintf("no KDC of %s answered: %v", shown(e.Realm), e.Err)
}

func (e *NoKDCError) Unwrap() error { return e.Err }

const (
	kdcPort   = "88"
	maxKDCs   = 4       // of one realm are tried
	maxAnswer = 1 << 20 // octets; a ticket with all groups in it has some 48 KB
)

// kdcs knows who answers for which realm.
type kdcs struct {
	conf     *config.Config
	resolver *net.Resolver
	timeout  time.Duration     // for the search, and then for each request
	chosen   map[string]string // address by realm: who has answered
	observe  func(kdc string, took time.Duration, err error)
}

func newKDCs(conf *config.Config, o Options) *kdcs {
	return &kdcs{conf: conf, resolver: o.Resolver, timeout: o.Timeout, chosen: map[string]string{}, observe: o.Observe}
}

// ask sends a request to a realm's KDC. The first one looks for a KDC that answers;
// a later one that gets no answer is not sent again.
func (k *kdcs) ask(ctx context.Context, realm string, request []byte) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	if at := k.chosen[realm]; at != "" {
		return k.send(limited, at, request)
	}
	addresses, err := k.addresses(limited, realm)
	for _, at := range addresses {
		var answer []byte
		if answer, err = k.send(limited, at, request); err == nil {
			k.chosen[realm] = at
			return answer, nil
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, &NoKDCError{Realm: realm, Err: err}
}

// addresses are those that the configuration names, or else DNS: the realm's KDCs
// (RFC 4120 section 7.2.3.2), or its DCs, each of which is one.
func (k *kdcs) addresses(ctx context.Context, realm string) (out []string, err error) {
	for _, r := range k.conf.Realms {
		if !strings.EqualFold(r.Realm, realm) {
			continue
		}
		for _, at := range r.KDC {
			if _, _, err := net.SplitHostPort(at); err != nil {
				at = net.JoinHostPort(strings.Trim(at, "[]"), kdcPort)
			}
			out = append(out, at)
		}
	}
	if len(out) > 0 {
		return out[:min(len(out), maxKDCs)], nil
	}
	_, found, err := k.resolver.LookupSRV(ctx, "kerberos", "tcp", strings.ToLower(realm))
	if len(found) == 0 {
		_, found, err = k.resolver.LookupSRV(ctx, "ldap", "tcp", "dc._msdcs."+strings.ToLower(realm))
		for _, r := range found {
			r.Port = 88
		}
	}
	for _, r := range found[:min(len(found), maxKDCs)] {
		out = append(out, net.JoinHostPort(strings.TrimSuffix(r.Target, "."), strconv.Itoa(int(r.Port))))
	}
	if err == nil && len(out) == 0 {
		err = errors.New("DNS names none")
	}
	return out, err
}

// send sends one request over TCP and reads its answer (RFC 4120 section 7.2.2).
func (k *kdcs) send(ctx context.Context, at string, request []byte) (answer []byte, err error) {
	began := time.Now()
	if k.observe != nil {
		defer func() { k.observe(at, time.Since(began), err) }()
	}
	d := net.Dialer{Resolver: k.resolver, Timeout: k.timeout / 2}
	conn, err := d.DialContext(ctx, "tcp", at)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(request))), request...)); err != nil {
		return nil, err
	}
	var size [4]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return nil, fmt.Errorf("%s did not answer: %w", at, err)
	}
	n := binary.BigEndian.Uint32(size[:])
	if n == 0 || n > maxAnswer {
		return nil, fmt.Errorf("%s announced an answer of %d octets, which no KDC gives", at, n)
	}
	answer = make([]byte, n)
	if _, err := io.ReadFull(conn, answer); err != nil {
		return nil, fmt.Errorf("%s did not finish its answer: %w", at, err)
	}
	return answer, nil
}
