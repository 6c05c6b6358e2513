package graph_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"writeback/cloudconfig/graph"
	"writeback/internal/practice/tenant"
)

// The test program is also the programs that a sign-in starts, under their names,
// and the client whose memory is measured.
func TestMain(m *testing.M) {
	if play, is := plays[filepath.Base(os.Args[0])]; is {
		os.Exit(play())
	}
	if play, is := plays[os.Getenv("GRAPH_TEST_PLAY")]; is {
		os.Exit(play())
	}
	os.Exit(m.Run())
}

// plays are the other programs, by name.
var plays = map[string]func() int{}

// world is a tenant and a client that asks it, with a clock that stands still
// unless it is waited by.
type world struct {
	*testing.T
	*tenant.Tenant
	client     *graph.Client
	credential *minted
	clock      *clock

	mu  sync.Mutex
	ops []graph.Operation
}

// open starts a tenant and a client for it. change may alter the client's options.
func open(t *testing.T, o tenant.Options, token tenant.TokenOptions, change ...func(*graph.Options)) *world {
	t.Helper()
	w := &world{T: t, clock: &clock{now: time.Now()}}
	if o.Clock == nil {
		o.Clock = w.clock.Now
	}
	practice, err := tenant.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { practice.Close() })
	w.Tenant, w.credential = practice, &minted{tenant: practice, token: token}
	options := graph.Options{
		Endpoint: practice.GraphEndpoint(), Credential: w.credential, RootCAs: practice.RootCAs(),
		Now: w.clock.Now, Wait: w.clock.Wait, Observe: w.observe,
	}
	for _, c := range change {
		c(&options)
	}
	if w.client, err = graph.Open(options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.client.Close)
	return w
}

func (w *world) observe(op graph.Operation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ops = append(w.ops, op)
}

// clock moves only when somebody waits by it.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	waits []time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Wait(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.waits = append(c.waits, d)
	return ctx.Err()
}

// pass lets time go by.
func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) waited() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Duration(nil), c.waits...)
}

// minted is a credential whose tokens the tenant makes on the spot.
type minted struct {
	tenant *tenant.Tenant
	token  tenant.TokenOptions

	mu    sync.Mutex
	asked []policy.TokenRequestOptions
	given []string
}

func (m *minted) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = append(m.asked, o)
	token := m.token
	token.CAE = o.EnableCAE
	made := m.tenant.Mint(token)
	m.given = append(m.given, made)
	return azcore.AccessToken{Token: made}, nil
}

func (m *minted) requests() []policy.TokenRequestOptions {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]policy.TokenRequestOptions(nil), m.asked...)
}
