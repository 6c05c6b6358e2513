package door

import (
	"io"
	"net"
	"runtime"
	"testing"
)

// pair is a connection, and its end on the server.
func pair(t *testing.T, l net.Listener, from string) (client, server net.Conn) {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	client, err := d.Dial("tcp", l.Addr().String())
	if err != nil && from != "127.0.0.1" && runtime.GOOS != "linux" { // macOS, say
		t.Skipf("loopback has one address here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	if server, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return client, server
}

func guarded(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return Guard(l)
}

// says sends an octet and wants it to arrive.
func says(t *testing.T, client, server net.Conn) {
	t.Helper()
	if _, err := client.Write([]byte{1}); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(server, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
}

// shut wants the client to be hung up on.
func shut(t *testing.T, client net.Conn) {
	t.Helper()
	if n, err := client.Read(make([]byte, 1)); err == nil {
		t.Errorf("%d octets came", n)
	}
}

func TestTheIdleMakeRoom(t *testing.T) {
	l := guarded(t)
	var clients, servers [PerClient + 10]net.Conn
	for i := range PerClient {
		clients[i], servers[i] = pair(t, l, "127.0.0.1")
	}
	says(t, clients[0], servers[0]) // the first one is at work
	for i := PerClient; i < len(clients); i++ {
		clients[i], servers[i] = pair(t, l, "127.0.0.1")
		shut(t, clients[i-PerClient+1]) // the one that said nothing for longest
		says(t, clients[0], servers[0])
		says(t, clients[i], servers[i])
	}
}

// Who has signed in stays, however long nothing was said.
func TestTheKnownStay(t *testing.T) {
	l := guarded(t)
	client, server := pair(t, l, "127.0.0.1")
	Known(server)
	for range 3 * PerClient {
		pair(t, l, "127.0.0.1")
	}
	says(t, client, server)
}

// One that has many addresses has no more than all.
func TestManyAddresses(t *testing.T) {
	l := guarded(t)
	good, there := pair(t, l, "127.0.0.1")
	says(t, good, there)
	clients := make([]net.Conn, 2*InAll)
	for i := range clients {
		clients[i], _ = pair(t, l, net.IPv4(127, 0, 1, byte(1+i/60)).String())
	}
	says(t, good, there)
	shut(t, clients[0])
	open := len(l.(*door).open)
	if open > InAll {
		t.Errorf("%d are open", open)
	}
}

func TestWhoLeavesIsForgotten(t *testing.T) {
	l := guarded(t)
	for range 3 * PerClient {
		client, server := pair(t, l, "127.0.0.1")
		client.Close()
		server.Close()
	}
	if n := len(l.(*door).open); n != 0 {
		t.Errorf("%d are remembered", n)
	}
}
