package main

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// meetEnv has the program wait at a point of its journal, in the words of
// [steps.Store.Cut], until a test lets it go on: "after made 9 127.0.0.1:1234".
// It calls there, which works on each system.
const meetEnv = "WRITEBACK_TEST_MEET"

func init() {
	seams[meetEnv] = func(a *app, value string) {
		at := strings.LastIndexByte(value, ' ')
		a.cut = func(point string) {
			if point == value[:at] {
				wait(value[at+1:])
			}
		}
	}
}

func wait(at string) {
	c, err := net.Dial("tcp", at)
	if err != nil {
		return // nobody is there any more
	}
	_, _ = io.Copy(io.Discard, c) // ends when the test does away with it
	_ = c.Close()
}

// meeting is where a program and a test wait for each other.
type meeting struct {
	t *testing.T
	l *net.TCPListener
}

// meets is p that waits at a point.
func (p *program) meets(point string) (*program, *meeting) {
	p.t.Helper()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = l.Close() })
	q := *p
	q.env = append(p.env[:len(p.env):len(p.env)], meetEnv+"="+point+" "+l.Addr().String())
	return &q, &meeting{p.t, l}
}

// there waits until the program is at the point; it goes on when release is
// called.
func (m *meeting) there() (release func()) {
	m.t.Helper()
	if err := m.l.SetDeadline(time.Now().Add(patience)); err != nil {
		m.t.Fatal(err)
	}
	c, err := m.l.Accept()
	if err != nil {
		m.t.Fatalf("the program does not come to the point: %v", err)
	}
	m.t.Cleanup(func() { _ = c.Close() })
	return func() { _ = c.Close() }
}
