package frame

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"writeback/internal/authority"
	"writeback/internal/ber"
)

// sent is a connection on which octets come in pieces, and then its end.
type sent struct {
	net.Conn
	all   []byte
	piece func() int
}

func (s *sent) Read(p []byte) (int, error) {
	if len(s.all) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), max(1, s.piece()))], s.all)
	s.all = s.all[n:]
	return n, nil
}

func (s *sent) Close() error { return nil }

// of is a message of some operation with a content of so many octets.
func of(id int64, op byte, octets int) []byte {
	content := ber.AppendElement(nil, ber.OctetString, bytes.Repeat([]byte("v"), octets))
	return Append(id, ber.AppendElement(nil, op, content))
}

// Whatever pieces messages come in, they are handed on as they are, and nothing of one
// that is not whole.
func TestCountedHandsOnWholeMessages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var wire []byte
		for id := range rapid.IntRange(0, 40).Draw(t, "messages") {
			octets := rapid.SampledFrom([]int{0, 1, 100, 3000, idleBuffer, 3 * idleBuffer / 2, 100_000}).Draw(t, "octets")
			wire = append(wire, of(int64(id), rapid.SampledFrom([]byte{TagEntry, TagDone, TagReference, 0x61}).Draw(t, "op"), octets)...)
		}
		half := of(1, TagEntry, 500)
		half = half[:rapid.IntRange(0, len(half)-1).Draw(t, "half")]
		sizes := rapid.SliceOfN(rapid.SampledFrom([]int{1, 7, 1000, 1 << 20}), 1, 9).Draw(t, "pieces")
		reads := 0
		c := NewCounted(&sent{all: append(bytes.Clone(wire), half...), piece: func() int { reads++; return sizes[reads%len(sizes)] }})
		got, err := io.ReadAll(c)
		if err != nil || !bytes.Equal(got, wire) {
			t.Fatalf("%d octets, want %d: %v", len(got), len(wire), err)
		}
		if c.Ended() != io.EOF {
			t.Fatalf("ended by %v", c.Ended())
		}
	})
}

// What no DC sends ends the connection, and takes no memory before it is there.
func TestCountedEndsWithALie(t *testing.T) {
	good := of(1, TagEntry, 10)
	for name, c := range map[string]struct {
		wire []byte
		says string
	}{
		"a gigabyte":        {[]byte{0x30, 0x84, 0x3f, 0xff, 0xff, 0xff, 2, 1, 1, TagEntry}, "1024 MiB"},
		"sixteen megabytes": {[]byte{0x30, 0x84, 0x01, 0, 0, 0, 2, 1, 1, TagEntry}, "16 MiB"},
		"an end of one":     {[]byte{0x30, 0x84, 0, 0x10, 0, 0, 2, 1, 1, TagDone}, "1 MiB"},
		"endless":           {[]byte{0x30, 0x80, 2, 1, 1, TagEntry}, "not BER"},
		"no BER":            {[]byte("HTTP/1.1 400 Bad Request\r\n\r\n"), "not BER"},
		"no message":        {[]byte{0x31, 3, 2, 1, 1}, "not BER"},
	} {
		wire := append(bytes.Clone(good), c.wire...)
		counted := NewCounted(&sent{all: wire, piece: func() int { return 100 }})
		got, err := io.ReadAll(counted)
		if err == nil || !strings.Contains(err.Error(), c.says) || !bytes.Equal(got, good) || !errors.Is(counted.Ended(), err) {
			t.Errorf("%s: %d octets, want %d; %v, want %q", name, len(got), len(good), err, c.says)
		}
	}
	promised := []byte{0x30, 0x84, 0, 0xff, 0, 0, 2, 1, 1, TagEntry}
	counted := NewCounted(&sent{all: append(promised, make([]byte, 50_000)...), piece: func() int { return 1000 }})
	if _, err := io.Copy(io.Discard, counted); err != nil || len(counted.buf) > 128<<10 {
		t.Errorf("%d octets were made room for: %v", len(counted.buf), err)
	}
}

// A request that is under way keeps what it may be answered with when a smaller one
// begins beside it; after both, the next one begins anew.
func TestMeterOfSeveralRequests(t *testing.T) {
	var m Meter
	entries := func(n int) (err error) {
		for range n {
			if err == nil {
				err = m.Arrived(Frame{ID: 1, Op: TagEntry}, of(1, TagEntry, 1))
			}
		}
		return err
	}
	m.Begin(100)
	m.Begin(AtOne)
	if err := entries(100); err != nil {
		t.Error(err)
	}
	m.End()
	m.End()
	m.Begin(AtOne)
	if err := entries(AtOne); err != nil {
		t.Error(err)
	}
	if err := entries(1); !IsExcess(err) {
		t.Errorf("one more than may be: %v", err)
	}
}

// A connection that is taken from its reader goes on where the reader was: a read that
// waits ends, and TLS stays good.
func TestCountedParts(t *testing.T) {
	ca, err := authority.New("parting")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ca.Issue("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	near, far := net.Pipe()
	server := tls.Server(far, &tls.Config{Certificates: []tls.Certificate{cert}})
	go server.Handshake()
	client := tls.Client(near, &tls.Config{RootCAs: ca.Pool(), ServerName: "127.0.0.1"})
	if err := client.Handshake(); err != nil {
		t.Fatal(err)
	}
	c := NewCounted(client)
	first, second := of(1, 0x61, 10), of(2, TagDone, 10)
	go server.Write(slices.Concat(first, second[:5]))
	got := make([]byte, len(first))
	if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, first) {
		t.Fatalf("%x, %v", got, err)
	}
	waits := make(chan error)
	go func() {
		_, err := c.Read(make([]byte, 1))
		waits <- err
		waits <- c.Close()
	}()
	conn, rest, err := c.Part()
	if err != nil || !bytes.Equal(rest, second[:5]) {
		t.Fatalf("%x, %v", rest, err)
	}
	if err := <-waits; !errors.Is(err, net.ErrClosed) {
		t.Errorf("the reader got %v", err)
	}
	if err := <-waits; err != nil {
		t.Error(err)
	}
	go server.Write(second[5:])
	got = make([]byte, len(second)-5)
	if _, err := io.ReadFull(conn, got); err != nil || !bytes.Equal(got, second[5:]) {
		t.Errorf("%x, %v", got, err)
	}
}
