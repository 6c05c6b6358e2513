package sambatest

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every socket on which the server's processes listen is on its one address: another DC, or the machine's own Samba, is not in the way.
func TestListensOnItsAddressAlone(t *testing.T) {
	seen := Shared(t).listensAlone(t)
	want := map[string]bool{}
	for _, port := range tcpPorts {
		want[fmt.Sprintf("tcp %d", port)] = true
	}
	for _, port := range udpPorts {
		want[fmt.Sprintf("udp %d", port)] = true
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("ports that are tried beforehand (-) and listened on (+):\n%s", diff)
	}
}

// listensAlone fails t for every socket that is not on the DC's address, and returns all as "tcp 389".
func (dc *DC) listensAlone(t *testing.T) map[string]bool {
	t.Helper()
	inodes := dc.sockets(t)
	seen := map[string]bool{}
	for _, table := range []string{"tcp", "udp", "tcp6", "udp6"} {
		for _, s := range listeners(t, "/proc/net/"+table) {
			if !inodes[s.inode] {
				continue
			}
			if s.ip.String() != dc.IP {
				t.Errorf("samba of %s listens on %s %v port %d", dc.Host, table, s.ip, s.port)
			}
			seen[fmt.Sprintf("%s %d", table, s.port)] = true
		}
	}
	return seen
}

// sockets returns the inodes of the sockets that the processes of the server's group hold.
func (dc *DC) sockets(t *testing.T) map[string]bool {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	inodes := map[string]bool{}
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended meanwhile
		}
		// proc(5): after the name in parentheses come state, parent and process group.
		_, after, _ := strings.Cut(string(text), ") ")
		if f := strings.Fields(after); len(f) < 3 || f[2] != strconv.Itoa(dc.server.cmd.Process.Pid) {
			continue
		}
		links, err := filepath.Glob(filepath.Join(filepath.Dir(stat), "fd", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range links {
			if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, "socket:[") {
				inodes[strings.Trim(target, "socket:[]")] = true
			}
		}
	}
	if len(inodes) == 0 {
		t.Fatal("no socket of samba found")
	}
	return inodes
}

type listener struct {
	ip    net.IP
	port  int
	inode string
}

// listeners reads a table of /proc/net (proc_net_tcp.txt of the kernel): addresses are in hexadecimal, 32-bit words in host byte order,
// which is little-endian wherever we test.
func listeners(t *testing.T, path string) []listener {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		return nil // a kernel without IPv6
	}
	defer f.Close()
	const tcpListen, udpOpen = "0A", "07"
	var found []listener
	for lines := bufio.NewScanner(f); lines.Scan(); {
		field := strings.Fields(lines.Text())
		if len(field) < 10 || field[3] != tcpListen && field[3] != udpOpen {
			continue
		}
		address, portHex, _ := strings.Cut(field[1], ":")
		port, err := strconv.ParseInt(portHex, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		ip, err := hex.DecodeString(address)
		if err != nil {
			t.Fatal(err)
		}
		for word := ip; len(word) >= 4; word = word[4:] {
			slices.Reverse(word[:4])
		}
		found = append(found, listener{ip: ip, port: int(port), inode: field[9]})
	}
	return found
}
