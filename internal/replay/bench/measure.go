package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"time"

	"writeback/internal/replay"
)

// start starts a server and leaves the certificate to trust in a file.
func start(c replay.Config) (s *replay.Server, ca string, err error) {
	if s, err = replay.Listen(c); err != nil {
		return nil, "", err
	}
	f, err := os.CreateTemp("", "replay-*.pem")
	if err == nil {
		_, err = f.Write(s.CA())
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		s.Close()
		return nil, "", err
	}
	return s, f.Name(), nil
}

// wanted are the attributes that both read.
var wanted = []string{"objectClass", "nTSecurityDescriptor", "objectSid", "adminCount", "userAccountControl", "objectGUID"}

// ldapsearch is the peer: it prints what it reads, to nowhere.
func ldapsearch(url, ca string) *exec.Cmd {
	c := exec.Command("ldapsearch", append([]string{
		"-LLL", "-x", "-H", url, "-D", "reader@" + replay.BaseDNS, "-w", "any", "-o", "ldif-wrap=no",
		"-E", "pr=1000/noprompt", "-E", "!1.2.840.113556.1.4.801=::MAMCAQc=", // SD flags 7
		"-b", replay.BaseDN, "(&(objectCategory=person)(objectClass=user))",
	}, wanted...)...)
	c.Env = append(os.Environ(), "LDAPTLS_CACERT="+ca)
	return c
}

// us is our reader: it decides for every user.
func us(client, url, ca string) *exec.Cmd {
	c := exec.Command(client)
	c.Env = append(os.Environ(), "REPLAY_URL="+url, "REPLAY_CA="+ca)
	c.Stdout = new(bytes.Buffer)
	return c
}

// measure is what a run took.
type measure struct {
	wall, cpu time.Duration // cpu: user and system
	peak      int           // KiB, 0: not known
	out       string
}

// run runs a reader to its end.
func run(c *exec.Cmd) (m measure, err error) {
	var said bytes.Buffer
	c.Stderr = &said
	began := time.Now()
	if err := c.Start(); err != nil {
		return m, err
	}
	ended := make(chan struct{})
	peak := make(chan int)
	go func() { peak <- watch(c.Process.Pid, ended) }()
	err = c.Wait()
	m.wall = time.Since(began)
	close(ended)
	m.peak = <-peak
	if err != nil {
		return m, fmt.Errorf("%s: %w: %s", c.Args[0], err, said.Bytes())
	}
	m.cpu = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	if out, ok := c.Stdout.(*bytes.Buffer); ok {
		m.out = out.String()
	}
	return m, nil
}

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// watch looks at the memory of a process until it ends. What the system adds up
// for a child that has ended (ru_maxrss) would count the parent's memory, too.
func watch(pid int, ended <-chan struct{}) (peak int) {
	every := time.NewTicker(5 * time.Millisecond)
	defer every.Stop()
	for {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if m := highWater.FindSubmatch(status); m != nil {
			n, _ := strconv.Atoi(string(m[1]))
			peak = max(peak, n)
		}
		select {
		case <-ended:
			return peak
		case <-every.C:
		}
	}
}

// better is the least that two runs took, and the higher of their peaks.
func (m measure) better(than measure) measure {
	if m.wall == 0 {
		return than
	}
	return measure{wall: min(m.wall, than.wall), cpu: min(m.cpu, than.cpu), peak: max(m.peak, than.peak)}
}

// cells are those of the table, for a run with n users.
func (m measure) cells(n int) string {
	each := float64(m.wall.Microseconds()) / float64(n)
	return fmt.Sprintf("%.3f s | %.1f µs | %.3f s | %.1f MiB", m.wall.Seconds(), each, m.cpu.Seconds(), float64(m.peak)/1024)
}

func ratio(a, b time.Duration) float64 { return a.Seconds() / b.Seconds() }
