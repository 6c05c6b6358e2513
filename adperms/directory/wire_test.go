package directory_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"writeback/adperms/directory"
)

// What goes over the wire before the DC has proved who it is, byte by byte,
// against a server that is no DC at all.

// StartTLS, messageID 1 (RFC 4511 section 4.14.1).
const startTLSRequest = "301d02010177188016312e332e362e312e342e312e313436362e3230303337"

// impostor listens, answers the first read with answer, and records all that it
// is sent until the client leaves.
type impostor struct {
	url   string
	heard chan struct{} // closed with the first byte

	mu  sync.Mutex
	got []byte
	end sync.WaitGroup
}

func listen(t *testing.T, answer string) *impostor {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	reply, err := hex.DecodeString(answer)
	if err != nil {
		t.Fatal(err)
	}
	i := &impostor{url: "ldap://" + l.Addr().String(), heard: make(chan struct{})}
	i.end.Add(1)
	go func() {
		defer i.end.Done()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			i.serve(c, reply)
		}
	}()
	t.Cleanup(func() { l.Close(); i.end.Wait() })
	return i
}

func (i *impostor) serve(c net.Conn, reply []byte) {
	defer c.Close()
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		i.mu.Lock()
		if len(i.got) == 0 && n > 0 {
			close(i.heard)
		}
		i.got = append(i.got, buf[:n]...)
		i.mu.Unlock()
		if err != nil {
			return
		}
		if len(reply) > 0 {
			c.Write(reply)
			reply = nil
		}
	}
}

func (i *impostor) received() []byte {
	i.mu.Lock()
	defer i.mu.Unlock()
	return bytes.Clone(i.got)
}

func TestNothingIsSentWithoutTLS(t *testing.T) {
	for name, answer := range map[string]string{
		"unavailable":              "300c02010178070a013404000400",
		"refused with a referral":  "302002010178" + "1b0a010a04000400a31204106c6461703a2f2f6576696c2e746573742f00",
		"an answer to another id":  "300c02016378070a013504000400",
		"a bind answer":            "300c02010161070a010004000400",
		"not LDAP":                 "485454502f312e3120343030",
		"a length without an end":  "3084ffffffff",
		"agreed, then plain LDAP":  "300c02010178070a010004000400" + "300c02010261070a010004000400",
		"agreed, then nothing TLS": "300c02010178070a01000400040000000000",
	} {
		t.Run(name, func(t *testing.T) {
			server := listen(t, answer)
			o := directory.Options{
				Domain: "corp.example", DC: server.url, User: "admin@corp.example", Password: noPassword(t),
				DialTimeout: 2 * time.Second,
			}
			err := refused[*directory.UnreachableError](t, o)
			says(t, err, server.url)
			got := server.received()
			request, _ := hex.DecodeString(startTLSRequest)
			rest, found := bytes.CutPrefix(got, request)
			if !found {
				t.Fatalf("sent first: %x", got)
			}
			// All that may follow is a TLS record: handshake (22) or alert (21).
			if len(rest) > 0 && rest[0] != 22 && rest[0] != 21 {
				t.Errorf("sent after StartTLS: %x", rest)
			}
			if bytes.Contains(got, []byte("admin")) {
				t.Errorf("the user's name was sent in the clear: %x", got)
			}
		})
	}
}

func TestPlainPortTakenForLDAPS(t *testing.T) {
	server := listen(t, "300c02010178070a013404000400")
	o := directory.Options{DC: "ldaps" + server.url[4:], User: "admin", Password: noPassword(t), DialTimeout: 2 * time.Second}
	says(t, refused[*directory.UnreachableError](t, o), "TLS handshake")
}

func TestSilentServer(t *testing.T) {
	server := listen(t, "")
	for _, url := range []string{server.url, "ldaps" + server.url[4:]} {
		o := directory.Options{DC: url, User: "admin", Password: noPassword(t), DialTimeout: 300 * time.Millisecond}
		err := refused[*directory.UnreachableError](t, o)
		if !errors.Is(err, context.DeadlineExceeded) && !isTimeout(err) {
			t.Errorf("%s: %v is no timeout", url, err)
		}
	}
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

func TestCancelledWhileConnecting(t *testing.T) {
	server := listen(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		<-server.heard
		cancel()
	}()
	_, err := directory.Open(ctx, directory.Options{DC: server.url, User: "admin", Password: noPassword(t), DialTimeout: time.Minute})
	if as[*directory.UnreachableError](t, err).Doing != "StartTLS" || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "ldaps://" + l.Addr().String()
	l.Close()
	says(t, refused[*directory.UnreachableError](t, directory.Options{DC: url}), "connecting to "+url, "is it up")
}
