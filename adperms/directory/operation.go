package directory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/directory/bind"
	"writeback/adperms/directory/frame"
	"writeback/internal/ber"
)

// Operation is one request to the DC and how it ended, for --debug and for
// counting. It holds neither credentials nor values that were read or written.
type Operation struct {
	Kind       string   // "rootdse" (before sign-in), "bind", "search" (one page), "modify", "extended"
	Target     string   // the base DN, the DN, or who signed in
	Filter     string   // of a search
	Attributes []string // that were asked for or written
	Entries    int      // that a search returned
	Took       time.Duration
	Err        error // nil: it succeeded

	most int // entries that may answer
}

// Ops returns how many operations of each kind were sent on this connection.
func (c *Conn) Ops() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.ops)
}

// LostError says that the connection to the DC ended while it was needed, or a
// request was not answered in time. Whether a write that was under way took
// place is then not known. The Conn is of no more use.
type LostError struct {
	DC     string // as connected: "ldaps://host:port"
	Op     string // kind of the operation under way, as in Operation.Kind
	Target string // DN
	Err    error  // context.Canceled and context.DeadlineExceeded among them
}

func (e *LostError) Error() string {
	doing := map[string]string{"modify": "writing", "bind": "signing in as"}[e.Op]
	if doing == "" {
		doing = "reading"
	}
	if frame.IsExcess(e.Err) {
		return e.excess(doing)
	}
	text := fmt.Sprintf("the connection to %s ended while %s %s: %s", e.DC, doing, targetName(e.Target), Visible(e.Err.Error()))
	if e.Op == "modify" {
		return text + ": it is not known whether the DC made this change; the same command again looks first and goes on from there"
	}
	return text + ": nothing was changed by this; try again, on this DC (--dc) if it is up"
}

// excess is the sentence for a DC that says too much.
func (e *LostError) excess(doing string) string {
	text := fmt.Sprintf("%s misbehaved while %s %s: %s", e.DC, doing, targetName(e.Target), Visible(e.Err.Error()))
	if e.Op == "modify" {
		text += ". It is not known whether the DC made this change; look at it on another DC (--dc)"
	} else {
		text += ". Nothing was changed by this"
	}
	return text + ": name another DC (--dc), and find out what answers as this one"
}

func (e *LostError) Unwrap() error { return e.Err }

func targetName(dn string) string {
	if dn == "" {
		return "the rootDSE"
	}
	return Visible(dn)
}

var errNoAnswer = errors.New("no answer in time")

// run sends one request through f and turns its error into the package's. When
// ctx or the timeout ends first the connection is cut.
func (c *Conn) run(ctx context.Context, op *Operation, f func() error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s was not asked for %s: %w", c.at, targetName(op.Target), err)
	}
	if err := c.gone(op); err != nil {
		return err
	}
	if err := c.restore(ctx); err != nil {
		return err
	}
	c.counted.Begin(op.most)
	defer c.counted.End()
	began := time.Now()
	limited, cancel := context.WithTimeoutCause(ctx, c.timeout, errNoAnswer)
	raw := c.raw // another one may be adopted later
	stop := context.AfterFunc(limited, func() { raw.Close() })
	err := f()
	switch cut := !stop(); {
	case cut && err != nil:
		err = c.lose(op, context.Cause(limited))
	case cut: // answered just before the wire was cut: what was done is done
		c.lose(op, context.Cause(limited))
	case err != nil:
		err = c.explain(op, err)
	}
	cancel()
	c.mu.Lock()
	c.last = time.Now()
	c.mu.Unlock()
	c.count(op, time.Since(began), err)
	return err
}

// idleMost is how long a connection that is needed later is left alone: a DC closes one
// on which nothing was asked for a quarter of an hour (MaxConnIdleTime, MS-ADTS
// 3.1.1.3.4.6).
const idleMost = 4 * time.Minute

// stayAwake asks for something where nothing was asked for long. That it fails is said
// by what is asked next.
func (c *Conn) stayAwake(ctx context.Context) {
	if c.lent { // the scan keeps this one awake
		if c.aside != nil {
			c.aside.stayAwake(ctx)
		}
		return
	}
	c.mu.Lock()
	idle := time.Since(c.last)
	c.mu.Unlock()
	if idle > c.idleMost {
		c.page1(ctx, "search", query{scope: Base, filter: "(objectClass=*)", attributes: []string{"currentTime"}})
	}
}

func (c *Conn) count(op *Operation, took time.Duration, err error) {
	c.mu.Lock()
	c.ops[op.Kind]++
	c.mu.Unlock()
	if c.observe != nil {
		op.Took, op.Err = took, err
		c.observe(*op)
	}
}

func (c *Conn) gone(op *Operation) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lost == nil {
		return nil
	}
	return &LostError{DC: c.at.String(), Op: op.Kind, Target: op.Target, Err: c.lost.Err}
}

func (c *Conn) lose(op *Operation, cause error) error {
	lost := &LostError{DC: c.at.String(), Op: op.Kind, Target: op.Target, Err: cause}
	c.mu.Lock()
	if c.lost == nil {
		c.lost = lost
	}
	c.mu.Unlock()
	c.raw.Close()
	return lost
}

// explain sorts go-ldap's errors: a result code of the DC, an answer that is
// not LDAP, a request that go-ldap would not send, or a dead connection.
func (c *Conn) explain(op *Operation, err error) error {
	if said, ours := bind.Explain(c.server(), c.way, op.Target, err); ours {
		return said
	}
	var result *ldap.Error
	if !errors.As(err, &result) {
		return c.lose(op, c.lastWords(err))
	}
	switch {
	case result.ResultCode < ldap.ErrorNetwork || result.ResultCode == ldap.LDAPResultSyncRefreshRequired:
		return c.refusal(op, result)
	case result.ResultCode == ldap.ErrorFilterCompile || result.ResultCode == ldap.ErrorEmptyPassword:
		return fmt.Errorf("asking %s about %s: %w", c.at, targetName(op.Target), err)
	}
	return c.lose(op, c.lastWords(err))
}

// lastWords prefers what we found wrong, and then what the socket said, to
// go-ldap's "response channel closed".
func (c *Conn) lastWords(err error) error {
	if ended := c.counted.Ended(); frame.IsExcess(ended) || errors.Is(ended, ber.ErrNotBER) {
		return ended
	}
	if read := c.raw.readErr(); read != nil {
		return read
	}
	return err
}
