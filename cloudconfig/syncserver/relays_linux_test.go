package syncserver

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The relay hosts that the service names are tried, and no other; in a network of the
// test's own, so that nothing of it leaves this computer.
func TestRelaysAreTried(t *testing.T) {
	if os.Getenv("SYNCSERVER_OWN_NETWORK") == "" {
		if os.Getuid() != 0 {
			t.Skip("only root can make a network of its own")
		}
		program := realPowerShell(t)
		cmd := exec.CommandContext(t.Context(), "unshare", "--net", "--mount", os.Args[0], "-test.run=^TestRelaysAreTried$", "-test.v")
		cmd.Env = append(os.Environ(), "SYNCSERVER_OWN_NETWORK="+program)
		out, err := cmd.CombinedOutput()
		if strings.Contains(string(out), "Operation not permitted") {
			t.Skip("only root can make a network of its own")
		}
		if err != nil || !strings.Contains(string(out), "PASS: TestRelaysAreTried") {
			t.Fatalf("%v: %s", err, out)
		}
		return
	}
	ownNetwork(t)
	l, err := net.Listen("tcp", "127.0.0.1:443")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r, _ := misbehaving(t, "relays", true)
	d, err := Read(t.Context(), r, since)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range d.Relays {
		got = append(got, r.Host)
	}
	if want := []string{"contoso-one.servicebus.windows.net", "contoso-two.servicebus.windows.net", "contoso-three.servicebus.windows.net"}; !slices.Equal(got, want) {
		t.Fatalf("tried %q", got)
	}
	for i, reached := range []bool{true, false, false} { // the second has a name and no listener, the third has no name
		if d.Relays[i].Reached != reached || (d.Relays[i].Text == "") != reached {
			t.Errorf("%+v", d.Relays[i])
		}
	}
}

// ownNetwork brings the loopback up and names two hosts.
func ownNetwork(t *testing.T) {
	t.Helper()
	hosts := filepath.Join(t.TempDir(), "hosts")
	if err := os.WriteFile(hosts, []byte("127.0.0.1 localhost contoso-one.servicebus.windows.net\n127.0.0.2 contoso-two.servicebus.windows.net\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount(hosts, "/etc/hosts", "", unix.MS_BIND, ""); err != nil {
		t.Fatal(err)
	}
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(s)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		t.Fatal(err)
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(s, unix.SIOCSIFFLAGS, lo); err != nil {
		t.Fatal(err)
	}
}
