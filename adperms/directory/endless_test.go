package directory_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"golang.org/x/net/dns/dnsmessage"

	"writeback/adperms/directory"
	"writeback/adperms/directory/scan"
	"writeback/internal/authority"
)

// A DC that signs us in like any other and then never comes to an end. What it is
// asked is given up, in the DC's name, and takes little memory.

// tireless is such a DC: it answers the rootDSE and binds, and leaves everything
// else to forever.
type tireless struct {
	forever func(id int64, cookie int, say func(...[]byte) error) error
	asked   int // searches below a base
	mu      sync.Mutex
}

func (d *tireless) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked
}

// start gives the way to it.
func (d *tireless) start(t *testing.T) directory.Options {
	t.Helper()
	ca, err := authority.New("tireless")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ca.Issue("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	var open sync.Map
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Store(c, nil)
			serving.Go(func() { defer c.Close(); d.serve(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		open.Range(func(c, _ any) bool { c.(net.Conn).Close(); return true })
		serving.Wait()
	})
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, ca.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return directory.Options{Domain: "corp.example", DC: "ldaps://" + l.Addr().String(), CACert: file,
		User: "reader@corp.example", Password: password("any"), Timeout: time.Minute}
}

func (d *tireless) serve(c net.Conn) {
	in, out := bufio.NewReader(c), bufio.NewWriter(c)
	say := func(parts ...[]byte) error {
		for _, p := range parts {
			if _, err := out.Write(p); err != nil {
				return err
			}
		}
		return nil
	}
	for {
		p, err := ber.ReadPacket(in)
		if err != nil || len(p.Children) < 2 {
			return
		}
		id, _ := p.Children[0].Value.(int64)
		switch op := p.Children[1]; op.Tag {
		case 0:
			err = say(ended(id, 0x61))
		case 3:
			err = d.search(id, p, say)
		default:
			return
		}
		if err != nil || out.Flush() != nil {
			return
		}
	}
}

func (d *tireless) search(id int64, p *ber.Packet, say func(...[]byte) error) error {
	if p.Children[1].Children[0].Data.Len() == 0 && !strings.Contains(string(p.Bytes()), "tokenGroups") {
		return say(entry(id, "", "defaultNamingContext", "DC=corp,DC=example", "rootDomainNamingContext", "DC=corp,DC=example",
			"configurationNamingContext", "CN=Configuration,DC=corp,DC=example", "schemaNamingContext", "CN=Schema,CN=Configuration,DC=corp,DC=example",
			"supportedCapabilities", "1.2.840.113556.1.4.800", "dnsHostName", "dc1.corp.example"), ended(id, 0x65))
	}
	d.mu.Lock()
	d.asked++
	n := d.asked
	d.mu.Unlock()
	return d.forever(id, n, say)
}

// element is one of BER, with a length of four octets.
func element(tag byte, parts ...[]byte) []byte {
	var content []byte
	for _, p := range parts {
		content = append(content, p...)
	}
	b := binary.BigEndian.AppendUint32([]byte{tag, 0x84}, uint32(len(content)))
	return append(b, content...)
}

func message(id int64, parts ...[]byte) []byte {
	return element(0x30, append([][]byte{element(2, binary.BigEndian.AppendUint32(nil, uint32(id)))}, parts...)...)
}

func text(s string) []byte { return element(4, []byte(s)) }

// entry has attributes with one value each.
func entry(id int64, dn string, pairs ...string) []byte {
	var list [][]byte
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, element(0x30, text(pairs[i]), element(0x31, text(pairs[i+1]))))
	}
	return message(id, element(0x64, text(dn), element(0x30, list...)))
}

func ended(id int64, op byte) []byte {
	return message(id, element(op, []byte{10, 1, 0}, text(""), text("")))
}

// more ends a page that another one follows.
func more(id int64, cookie string) []byte {
	paging := element(0x30, []byte{2, 1, 0}, text(cookie))
	return message(id, element(0x65, []byte{10, 1, 0}, text(""), text("")),
		element(0xa0, element(0x30, text("1.2.840.113556.1.4.319"), element(4, paging))))
}

// again says one message until nobody listens.
func again(say func(...[]byte) error, make func(n int) []byte) error {
	for n := 0; ; n++ {
		if err := say(make(n)); err != nil {
			return err
		}
	}
}

var endless = map[string]func(id int64, n int, say func(...[]byte) error) error{
	"entries": func(id int64, _ int, say func(...[]byte) error) error {
		return again(say, func(n int) []byte {
			return entry(id, fmt.Sprintf("CN=%d,DC=corp,DC=example", n), "cn", strings.Repeat("x", 1000))
		})
	},
	"references": func(id int64, _ int, say func(...[]byte) error) error {
		one := message(id, element(0x73, text("ldap://x/")))
		return again(say, func(int) []byte { return one })
	},
	"intermediate responses": func(id int64, _ int, say func(...[]byte) error) error {
		one := message(id, element(0x79))
		return again(say, func(int) []byte { return one })
	},
	"notices to nobody": func(_ int64, _ int, say func(...[]byte) error) error {
		one := message(0, element(0x78, []byte{10, 1, 0}, text(""), text("")))
		return again(say, func(int) []byte { return one })
	},
	"empty pages": func(id int64, n int, say func(...[]byte) error) error { return say(more(id, fmt.Sprint(n))) },
	"one page again and again": func(id int64, n int, say func(...[]byte) error) error {
		return say(entry(id, "CN=a,DC=corp,DC=example", "cn", "a"), entry(id, "CN=b,DC=corp,DC=example", "cn", "b"), more(id, fmt.Sprint(n)))
	},
	"three pages in a circle": func(id int64, n int, say func(...[]byte) error) error {
		return say(entry(id, fmt.Sprintf("CN=%d,DC=corp,DC=example", n%3), "cn", "a"), more(id, fmt.Sprint(n)))
	},
}

// single are answers of one message that is too much.
var single = map[string]func(id int64, n int, say func(...[]byte) error) error{
	"a value of 200 MB": func(id int64, _ int, say func(...[]byte) error) error {
		whole := entry(id, "DC=corp,DC=example", "nTSecurityDescriptor", "")
		for _, at := range []int{2, 14, 42, 48, 82, 88} { // every length around the value
			binary.BigEndian.PutUint32(whole[at:], binary.BigEndian.Uint32(whole[at:])+200<<20)
		}
		return again(say, func(n int) []byte {
			if n == 0 {
				return whole
			}
			return make([]byte, 1<<16)
		})
	},
	"400,000 attributes": func(id int64, _ int, say func(...[]byte) error) error {
		pairs := make([]string, 800_000)
		for i := range pairs {
			pairs[i] = "a"
		}
		return say(entry(id, "DC=corp,DC=example", pairs...), ended(id, 0x65))
	},
	"elements without depth": func(id int64, _ int, say func(...[]byte) error) error {
		b := []byte{4, 0}
		for range 900 {
			b = element(0x30, b)
		}
		return say(message(id, element(0x64, text("DC=corp,DC=example"), b)), ended(id, 0x65))
	},
	"an end of 8 MB": func(id int64, _ int, say func(...[]byte) error) error {
		return say(message(id, element(0x65, []byte{10, 1, 1}, text(""), text(strings.Repeat("x", 8<<20)))))
	},
	"a length of two gigabytes": func(_ int64, _ int, say func(...[]byte) error) error {
		return again(say, func(n int) []byte {
			if n == 0 {
				return []byte{4, 0x84, 0x7f, 0xff, 0xff, 0xff}
			}
			return make([]byte, 1<<20)
		})
	},
}

// asks are the ways in which a DC is asked.
var asks = map[string]func(context.Context, *directory.Conn) error{
	"base": func(ctx context.Context, c *directory.Conn) error {
		_, err := c.Object(ctx, "DC=corp,DC=example")
		return err
	},
	"look-up": func(ctx context.Context, c *directory.Conn) error {
		_, err := c.Principal(ctx, "somebody")
		return err
	},
	"list": func(ctx context.Context, c *directory.Conn) error {
		return c.Search(ctx, "DC=corp,DC=example", directory.Subtree, "(cn=*)", []string{"cn"}, func(*directory.Entry) error { return nil })
	},
	"scan": func(ctx context.Context, c *directory.Conn) error {
		return c.Scan(ctx, directory.ScanQuery{Base: "DC=corp,DC=example", Scope: directory.Subtree, Filter: "(cn=*)", Attributes: []string{"cn"}}, func(*scan.Row) error { return nil })
	},
}

// growth is how much memory is taken from the system while f runs.
func growth(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestADCThatNeverEnds(t *testing.T) {
	for name, forever := range endless {
		paged := strings.Contains(name, "page")
		for way, ask := range asks {
			if paged != (way == "list" || way == "scan") && paged {
				continue
			}
			t.Run(name+"/"+way, func(t *testing.T) {
				d := &tireless{forever: forever}
				tooMuch(t, d, ask, 1<<30)
				if d.count() > 200 {
					t.Errorf("it was asked %d times", d.count())
				}
			})
		}
	}
}

func TestADCThatSaysTooMuchAtOnce(t *testing.T) {
	for name, say := range single {
		t.Run(name, func(t *testing.T) { tooMuch(t, &tireless{forever: say}, asks["base"], 1<<30) })
	}
}

// tooMuch asks the DC, and wants a sentence that names it and the next step.
func tooMuch(t *testing.T, d *tireless, ask func(context.Context, *directory.Conn) error, most uint64) {
	t.Helper()
	o := d.start(t)
	c := open(t, o)
	var err error
	grown := growth(func() { err = ask(soon(t), c) })
	says := fmt.Sprint(err)
	if len(says) > 600 {
		t.Fatalf("an error of %d octets: %.200s", len(says), says)
	}
	as[*directory.LostError](t, err)
	if errors.Is(err, context.DeadlineExceeded) || strings.Contains(says, "in time") || strings.Contains(says, "asked again") {
		t.Errorf("time ended it, or it was asked again: %v", err)
	}
	if !strings.Contains(says, o.DC) {
		t.Errorf("%q does not name the DC", says)
	}
	t.Logf("%d MiB: %v", grown>>20, err)
	if grown > most {
		t.Errorf("%d MiB were allocated", grown>>20)
	}
}

// A zone with more DCs that nobody can reach than anybody would wait for: some are
// tried.
func TestAZoneOfDeadDCs(t *testing.T) {
	var records []dnsmessage.SRVResource
	for i := range 40 { // as many as the test's own DNS server gets into one answer
		records = append(records, record(0, fmt.Sprintf("d%d.c.x", i)))
	}
	r := zone{srv: map[string][]dnsmessage.SRVResource{"_ldap._tcp.dc._msdcs.c.x": records}}.resolver(t)
	e := refused[*directory.DiscoveryError](t, directory.Options{Domain: "c.x", User: "a@c.x", Password: noPassword(t), Resolver: r})
	if len(e.Tried) != 2*32 || e.Left != 8 {
		t.Errorf("%d attempts, %d left", len(e.Tried), e.Left)
	}
	says(t, e, "and 58 more attempts; 8 more hosts were not tried")
}

// What a DC says about a refusal is shown, as far as somebody would read it.
func TestALongRefusalIsCut(t *testing.T) {
	d := &tireless{forever: func(id int64, _ int, say func(...[]byte) error) error {
		return say(message(id, element(0x65, []byte{10, 1, 1}, text(""), text("because: "+strings.Repeat("x", 1<<19)))))
	}}
	err := asks["base"](soon(t), open(t, d.start(t)))
	if err == nil || len(err.Error()) > 1000 || !strings.Contains(err.Error(), "because: xxx") {
		t.Errorf("%d octets: %.200v", len(fmt.Sprint(err)), err)
	}
}
