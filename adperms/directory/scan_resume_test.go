package directory_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"writeback/adperms/directory"
	"writeback/adperms/directory/scan"
	"writeback/internal/ldapproxy"
	"writeback/internal/replay"
	"writeback/internal/sambatest"
)

// replayed starts a made-up domain and gives the way to it.
func replayed(t testing.TB, c replay.Config) directory.Options {
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
	return directory.Options{
		Domain: replay.BaseDNS, DC: s.URL(), CACert: ca, User: "reader@" + replay.BaseDNS, Password: password("any"),
	}
}

// reading is a scan of a made-up domain in pages of ten, and who came how often.
type reading struct {
	o      directory.Options
	times  map[string]int
	binds  int
	opened int   // again, after the connection that was scanned on first
	before []int // how many users were known at each opening
}

// open makes the connection that the scan begins on.
func (r *reading) open(t *testing.T) *directory.Conn {
	t.Helper()
	r.o.Observe = func(op directory.Operation) {
		if op.Kind != "bind" {
			return
		}
		if r.binds++; r.binds > 1 {
			r.opened++
			r.before = append(r.before, len(r.times))
		}
	}
	c := open(t, r.o)
	c.SetPageSize(10)
	return c
}

func (r *reading) query() directory.ScanQuery {
	q := subtree(replay.BaseDN, "(objectClass=user)")
	q.Attributes = []string{"sAMAccountName"}
	return q
}

func (r *reading) visit(row *scan.Row) error {
	r.times[string(row.Value(0))]++
	return nil
}

// firstScanned is the server's number of the connection that a scan begins on.
const firstScanned = 1

// once wants every one of n users to have come once, but for those left out.
func (r *reading) once(t *testing.T, n int, but ...int) {
	t.Helper()
	for i := range n {
		want := 1
		if slices.Contains(but, i) {
			want = 0
		}
		if got := r.times[fmt.Sprintf("u%07d", i)]; got != want {
			t.Errorf("user %d came %d times, want %d", i, got, want)
		}
	}
	if len(r.times) != n-len(but) {
		t.Errorf("%d users, want %d", len(r.times), n-len(but))
	}
}

// The DC hangs up before each row and at each border of a page, on the first
// connection of the scan. The second one goes through the users the other way round.
func TestScanGoesOnAfterTheConnection(t *testing.T) {
	const users = 35
	for row := range users + 1 {
		for _, border := range []bool{false, true} {
			if border && (row == 0 || row%10 != 0 && row != users) {
				continue
			}
			r := &reading{times: map[string]int{}, o: replayed(t, replay.Config{Users: users, Turn: true, Verdict: func(at replay.At) replay.Verdict {
				if at.Conn == firstScanned && at.Row == row && at.Border == border {
					return replay.Drop
				}
				return replay.Go
			}})}
			if err := r.open(t).Scan(soon(t), r.query(), r.visit); err != nil {
				t.Fatalf("row %d, border %v: %v", row, border, err)
			}
			r.once(t, users)
			if there := row < users || border; there != (r.opened == 1) {
				t.Errorf("row %d, border %v: opened %d times", row, border, r.opened)
			}
		}
	}
}

// A DC that has forgotten the cookie says so in one of three ways, at any page
// but the first. The search starts again on the same connection.
func TestScanGoesOnAfterTheCookie(t *testing.T) {
	const users = 35
	for _, code := range []replay.Verdict{2, 12, 53} {
		for page := 2; page <= 4; page++ {
			r := &reading{times: map[string]int{}, o: replayed(t, replay.Config{Users: users, Turn: true, Verdict: func(at replay.At) replay.Verdict {
				if at.Search == 1 && at.Page == page && at.Row%10 == 0 && !at.Border {
					return code
				}
				return replay.Go
			}})}
			if err := r.open(t).Scan(soon(t), r.query(), r.visit); err != nil {
				t.Fatalf("code %d, page %d: %v", code, page, err)
			}
			r.once(t, users)
			if r.opened != 0 {
				t.Errorf("code %d, page %d: opened another connection", code, page)
			}
		}
	}
}

// Each connection tells of seven users more and breaks; users 3 and 20 vanish
// in between, before and after they came.
func TestScanGoesOnAgainAndAgain(t *testing.T) {
	const users = 35
	r := &reading{times: map[string]int{}, o: replayed(t, replay.Config{Users: users, Verdict: func(at replay.At) replay.Verdict {
		switch {
		case at.Row == 7*at.Conn && at.Row < users:
			return replay.Drop
		case at.Conn == 2 && (at.Row == 3 || at.Row == 20) || at.Conn > 2 && at.Row == 20:
			return replay.Skip
		}
		return replay.Go
	}})}
	if err := r.open(t).Scan(soon(t), r.query(), r.visit); err != nil {
		t.Fatal(err)
	}
	r.once(t, users, 20)
	if r.opened != 4 {
		t.Errorf("opened %d times", r.opened)
	}
}

// Where it gets no further the scan ends, and says why.
func TestScanGivesUp(t *testing.T) {
	lost := replay.Config{Users: 35, Verdict: func(at replay.At) replay.Verdict {
		if at.Row == 13 {
			return replay.Drop
		}
		return replay.Go
	}}
	forgets := replay.Config{Users: 35, Verdict: func(at replay.At) replay.Verdict {
		if at.Page == 2 && !at.Border {
			return 53
		}
		return replay.Go
	}}
	for _, c := range []struct {
		config replay.Config
		opened int
		users  int
	}{{lost, 3, 13}, {forgets, 0, 10}} {
		r := &reading{times: map[string]int{}, o: replayed(t, c.config)}
		err := r.open(t).Scan(soon(t), r.query(), r.visit)
		if err == nil {
			t.Fatal("it came to an end")
		}
		if c.opened > 0 {
			as[*directory.LostError](t, err)
		} else if as[*directory.ResultError](t, err).Code != 53 {
			t.Errorf("got %v", err)
		}
		// A connection that is closed may take its last users with it, on a busy machine. Such an opening tells of something new, and the count starts again.
		told := 1
		for i, known := range r.before {
			if i > 0 && known > r.before[i-1] {
				told = i + 1
			}
		}
		if n := len(r.before); n > 0 && len(r.times) > r.before[n-1] {
			t.Error("it gave up while it was still told something new")
		}
		if futile := r.opened - told + 1; c.opened > 0 && futile != c.opened || c.opened == 0 && r.opened != 0 || len(r.times) != c.users {
			t.Errorf("opened %d times with %v known, %d users: %v", r.opened, r.before, len(r.times), err)
		}
	}
}

// Where the DC lets nobody in any more, the error says both: what ended, and why it was
// not gone on.
func TestScanCannotReopen(t *testing.T) {
	r := &reading{times: map[string]int{}, o: replayed(t, replay.Config{Users: 35, Verdict: func(at replay.At) replay.Verdict {
		if at.Row == 20 && !at.Border {
			return replay.Drop
		}
		return replay.Go
	}})}
	asked := 0
	nobody := errors.New("nobody is there")
	c := r.open(t)
	c.OnPassword(func() (string, error) {
		if asked++; asked > 1 {
			return "", nobody
		}
		return "any", nil
	})
	err := c.Scan(soon(t), r.query(), r.visit)
	as[*directory.LostError](t, err)
	if !errors.Is(err, nobody) || len(r.times) != 20 || asked != 2 {
		t.Errorf("%d users, asked %d times: %v", len(r.times), asked, err)
	}
}

// What was read is kept in a file that is gone afterwards, and that only its
// owner could read meanwhile.
func TestScanSpills(t *testing.T) {
	const users = 12000
	dir := t.TempDir()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, dir)
	}
	var once sync.Once
	r := &reading{times: map[string]int{}, o: replayed(t, replay.Config{Users: users, Turn: true, Verdict: func(at replay.At) (v replay.Verdict) {
		if at.Row == users-1 && !at.Border {
			once.Do(func() { v = replay.Drop })
		}
		return v
	}})}
	c := r.open(t)
	c.SetPageSize(1000)
	if err := c.Scan(soon(t), r.query(), r.visit); err != nil {
		t.Fatal(err)
	}
	r.once(t, users)
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r.opened != 1 || len(left) != 0 {
		t.Errorf("opened %d times, %v is left", r.opened, left)
	}
}

// A DC keeps ten paged searches for a connection and forgets the oldest (Samba
// as MS-ADTS 3.1.1.3.4.6 has it, MaxResultSetsPerConn): what is searched for beside a
// scan does not take its cookie away, for it goes over another connection.
func TestScanKeepsItsCookieOnADC(t *testing.T) {
	dc := sambatest.Shared(t)
	var refused []error
	o := admin(dc)
	o.Observe = func(op directory.Operation) {
		if op.Err != nil {
			refused = append(refused, op.Err)
		}
	}
	c := open(t, o)
	want := searched(t, c, dc.BaseDN, "(objectClass=group)")
	c.SetPageSize(5)
	seen, enough := map[string]int{}, errors.New("enough")
	err := c.Scan(soon(t), subtree(dc.BaseDN, "(objectClass=group)"), func(r *scan.Row) error {
		seen[string(r.DN())]++
		if len(seen) > 12 {
			return nil
		}
		for range 12 { // searches that are given up after their first page
			err := c.Search(soon(t), dc.BaseDN, directory.Subtree, "(objectClass=group)", []string{"cn"}, func(*directory.Entry) error { return enough })
			if err != enough {
				t.Errorf("a search in between: %v", err)
			}
		}
		return nil
	})
	if err != nil || len(refused) > 0 {
		t.Fatal(err, refused)
	}
	for dn := range want {
		if seen[dn] != 1 {
			t.Errorf("%s came %d times", dn, seen[dn])
		}
	}
	if len(seen) != len(want) {
		t.Errorf("%d objects, want %d", len(seen), len(want))
	}
}

// The wire to a DC is cut at the eighth object, in the second page: the scan goes on over
// another one, and so does what is asked afterwards.
func TestScanOutlivesItsConnectionToADC(t *testing.T) {
	dc := sambatest.Shared(t)
	proxy, o := proxied(t, dc)
	c := open(t, o)
	c.SetPageSize(5)
	want := searched(t, open(t, admin(dc)), dc.BaseDN, "(objectClass=group)")
	binds := proxy.Count(ldapproxy.Bind)
	proxy.After(ldapproxy.At(8, ldapproxy.SearchEntry, ldapproxy.Cut))
	got, err := scanned(soon(t), t, c, subtree(dc.BaseDN, "(objectClass=group)"))
	if n := proxy.Count(ldapproxy.Bind) - binds; err != nil || n != 1 {
		t.Errorf("signed in %d times, %v", n, err)
	}
	same(t, got, want)
	object(t, c, dc.BaseDN)
}
