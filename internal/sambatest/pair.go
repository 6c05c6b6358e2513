package sambatest

import (
	"errors"
	"strings"
	"testing"
)

// Replication needs Samba's RPC services; a DC that is alone does without them and their ports.
var replicating = Setting("server services", "ldap, kdc, cldap, rpc")

// NewPair starts two DCs of one domain of their own for t, and stops them when t ends. The second has joined through the first, so that both
// hold the same objects then, and its certificate is from the same CA. It takes about seven seconds.
//
// They replicate when they are told to and never by themselves: what is changed on one is on the other after [DC.Pull] or [DC.PullObject], so
// that a test sees the time in between. Both listen on loopback addresses of this process's network, and each is told the other's: there is
// no DNS.
func NewPair(t testing.TB, opts ...Option) (one, two *DC) {
	t.Helper()
	one = New(t, append([]Option{replicating}, opts...)...)
	two, err := one.second(opts...)
	if err != nil {
		giveUp(t, err)
	}
	t.Cleanup(func() {
		if err := two.stop(); err != nil {
			t.Errorf("stop samba on %s: %v", two.IP, err)
		}
	})
	two.logOnFailure(t)
	return one, two
}

// second starts DC2 in the domain of dc.
func (dc *DC) second(opts ...Option) (*DC, error) {
	tools, err := findPrograms()
	if err != nil {
		return nil, err
	}
	two, err := prepare("DC2", dc.Realm)
	if err != nil {
		return nil, err
	}
	if err := two.joinAndServe(dc, tools, opts); err != nil {
		return nil, errors.Join(err, two.stop())
	}
	return two, nil
}

func (dc *DC) joinAndServe(first *DC, tools programs, opts []Option) error {
	if err := dc.join(first, "DC", tools, opts); err != nil {
		return err
	}
	if err := dc.serve(tools); err != nil {
		return err
	}
	return dc.nameService()
}

// join fills dc's folder with a replica of the domain of first, in which it has a role from then on.
func (dc *DC) join(first *DC, role string, tools programs, opts []Option) error {
	dc.AdminPassword, dc.authority = first.AdminPassword, first.authority
	c := config{}
	for _, o := range append([]Option{replicating}, opts...) {
		o(&c)
	}
	if err := dc.furnish(c); err != nil {
		return err
	}
	_, err := dc.runAsAdmin(tools.tool, "domain", "join", strings.ToLower(dc.Realm), role, "--server="+first.IP, "--dns-backend=NONE")
	return err
}

// JoinRODC adds a read-only DC to the domain of a pair, through dc, and returns its name. It is not started: to others it is a DC that does not
// answer, and has no address. It takes about three seconds.
func (dc *DC) JoinRODC(t testing.TB) string {
	t.Helper()
	tools, err := findPrograms()
	if err != nil {
		giveUp(t, err)
	}
	rodc, err := prepare("RODC1", dc.Realm)
	if err != nil {
		giveUp(t, err)
	}
	if err := errors.Join(rodc.join(dc, "RODC", tools, nil), rodc.stop()); err != nil {
		t.Fatal(err)
	}
	return rodc.name
}

// Pull brings dc up to date with all that was changed in the domain on the other DC of its pair.
func (dc *DC) Pull(t testing.TB, from *DC) {
	t.Helper()
	dc.replicate(t, from, from.BaseDN)
}

// PullObject brings one object up to date with the other DC of the pair, and nothing else: neither those above it nor those below it.
func (dc *DC) PullObject(t testing.TB, from *DC, dn string) {
	t.Helper()
	dc.replicate(t, from, dn, "--single-object")
}

// replicate has Samba's own tool fetch the changes over DRSUAPI (MS-DRSR 4.1.10) and apply them to dc's database beside the running server. The
// server's own replication would look the other DC up in DNS.
func (dc *DC) replicate(t testing.TB, from *DC, dn string, args ...string) {
	t.Helper()
	tools, err := findPrograms()
	if err != nil {
		giveUp(t, err)
	}
	if _, err := dc.runAsAdmin(tools.tool, append([]string{"drs", "replicate", dc.name, from.IP, dn, "--local"}, args...)...); err != nil {
		t.Fatalf("replicate %s from %s to %s: %v", dn, from.IP, dc.IP, err)
	}
}
