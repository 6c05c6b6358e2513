package replay_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/internal/replay"
)

// The environment variable that makes the test binary a client of its own, for
// the benchmark: the address of a replay server; beside it REPLAY_CA, the file
// with its certificate.
const clientOf = "REPLAY_URL"

func TestMain(m *testing.M) {
	if url := os.Getenv(clientOf); url != "" {
		if err := client(context.Background(), url, os.Getenv("REPLAY_CA")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// options are a way to the server.
func options(url, ca string) directory.Options {
	return directory.Options{
		Domain: replay.BaseDNS, DC: url, CACert: ca, User: "reader@" + replay.BaseDNS,
		Password: func() (string, error) { return "any", nil },
	}
}

// client does what coverage does for every user of the domain, and prints how
// many there were and how many the connector account may serve.
func client(ctx context.Context, url, ca string) error {
	open := func(ctx context.Context) (*directory.Conn, error) { return directory.Open(ctx, options(url, ca)) }
	c, err := open(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	all := census{seen: map[string]bool{}, token: adperms.NewToken(replay.Connector)}
	q := query(everyUser...)
	q.Reopen = open
	if err := c.Scan(ctx, q, all.count); err != nil {
		return err
	}
	fmt.Println(all.users, all.writable, len(all.seen))
	return nil
}

var everyUser = []string{"nTSecurityDescriptor", "objectSid", "objectGUID", "objectClass", "userAccountControl"}

func query(attributes ...string) directory.ScanQuery {
	return directory.ScanQuery{
		Base: replay.BaseDN, Scope: directory.Subtree, Filter: "(&(objectCategory=person)(objectClass=user))", Attributes: attributes,
	}
}

// census decides each distinct descriptor once.
type census struct {
	users, writable int
	seen            map[string]bool // descriptor → the three rights are granted
	token           adperms.Token
}

func (c *census) count(r *directory.Row) error {
	c.users++
	sd := r.Value(0)
	may, known := c.seen[string(sd)]
	if !known {
		var err error
		if may, err = c.decide(sd); err != nil {
			return fmt.Errorf("%s: %w", r.DN(), err)
		}
		c.seen[string(sd)] = may
	}
	if may {
		c.writable++
	}
	return nil
}

func (c *census) decide(sd []byte) (bool, error) {
	d, err := secdesc.Parse(sd)
	if err != nil {
		return false, err
	}
	class, _ := adperms.Lookup("user")
	target := adperms.Target{Descriptor: d, Class: class.GUID}
	for _, right := range []adperms.Right{adperms.ResetPassword, adperms.WriteLockoutTime, adperms.WritePwdLastSet} {
		if !adperms.Access(target, c.token, right).Granted {
			return false, nil
		}
	}
	return true, nil
}

// serve starts a server for a test and gives the way to it.
func serve(t testing.TB, c replay.Config) (*replay.Server, directory.Options) {
	t.Helper()
	s, err := replay.Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, s.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	return s, options(s.URL(), ca)
}
