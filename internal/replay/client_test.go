package replay_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/internal/replay"
)

// The environment variable that makes the test binary a client of its own, for
// the benchmark: the address of a replay server; beside it REPLAY_CA, the file
// with its certificate.
const clientOf = "REPLAY_URL"

// peakOf makes the client end with what Linux knows of its memory.
const peakOf = "REPLAY_PEAK"

func TestMain(m *testing.M) {
	if url := os.Getenv(clientOf); url != "" {
		debug.SetGCPercent(50) // as the program does
		if err := client(context.Background(), url, os.Getenv("REPLAY_CA")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if os.Getenv(peakOf) != "" {
			status, _ := os.ReadFile("/proc/self/status")
			os.Stdout.Write(status)
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

// client surveys every user of the domain, and prints how many there were and
// how many the connector account may serve.
func client(ctx context.Context, url, ca string) error {
	c, err := directory.Open(ctx, options(url, ca))
	if err != nil {
		return err
	}
	defer c.Close()
	found, err := survey(ctx, c)
	if err != nil {
		return err
	}
	fmt.Println(found.Users, *found.Writable)
	return nil
}

func survey(ctx context.Context, c *directory.Conn) (coverage.Report, error) {
	user, _ := adperms.Lookup("user")
	s, err := c.Cover(ctx, directory.Covering{
		Question: coverage.Question{
			Connector: replay.Connector, Token: adperms.NewToken(replay.Connector),
			Scopes: []string{replay.BaseDN}, Classes: []secdesc.GUID{user.GUID},
		},
	})
	if err != nil {
		return coverage.Report{}, err
	}
	return s.Found(), nil
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

// The made-up domain is worth measuring: it has users of every kind, and they
// come out as they were made.
func TestSurvey(t *testing.T) {
	const users = 20000
	_, o := serve(t, replay.Config{Users: users})
	c, err := directory.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	found, err := survey(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	why := map[string]int{}
	for _, b := range found.Blocked {
		why[b.Reason] = b.Count
	}
	t.Log(found.Users, *found.Writable, why)
	if found.Users != users || *found.Writable < users*3/4 {
		t.Errorf("%d of %d users are writable", *found.Writable, found.Users)
	}
	for _, reason := range []string{"inheritance-blocked", "denied-by-ace", "protected-account"} {
		if why[reason] == 0 {
			t.Errorf("nobody for %s: %v", reason, why)
		}
	}
}
