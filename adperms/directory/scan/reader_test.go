package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"writeback/adperms/directory/frame"
	"writeback/internal/ber"
)

// wireOf is a connection on which a DC sends what was prepared, in pieces: one
// part for each request that it gets. Then it hangs up.
type wireOf struct {
	net.Conn
	parts [][]byte
	piece func() int // how much the next Read gives at most
	now   []byte     // of the part that is being sent
	asked chan struct{}
	rest  chan struct{} // closed: the rest is sent unasked
}

func sending(piece func() int, parts ...[]byte) *wireOf {
	return &wireOf{parts: parts, piece: piece, asked: make(chan struct{}, len(parts)+2), rest: make(chan struct{})}
}

func pieces(octets int) func() int { return func() int { return octets } }

func (w *wireOf) Read(p []byte) (int, error) {
	for len(w.now) == 0 {
		if len(w.parts) == 0 {
			return 0, io.EOF
		}
		select {
		case <-w.asked:
		case <-w.rest:
		}
		w.now, w.parts = w.parts[0], w.parts[1:]
	}
	n := copy(p[:min(len(p), max(1, w.piece()))], w.now)
	w.now = w.now[n:]
	return n, nil
}

func (w *wireOf) Write(p []byte) (int, error) {
	select {
	case w.asked <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (w *wireOf) Close() error                     { return nil }
func (w *wireOf) SetDeadline(time.Time) error      { return nil }
func (w *wireOf) SetWriteDeadline(time.Time) error { return nil }

// entryOf is a SearchResultEntry message with one attribute, "a".
func entryOf(id int64, dn string, values ...string) []byte {
	var set []byte
	for _, v := range values {
		set = ber.AppendElement(set, ber.OctetString, []byte(v))
	}
	attribute := ber.AppendElement(ber.AppendElement(nil, ber.OctetString, []byte("a")), ber.Set, set)
	entry := ber.AppendElement(nil, ber.OctetString, []byte(dn))
	entry = ber.AppendElement(entry, ber.Sequence, ber.AppendElement(nil, ber.Sequence, attribute))
	return frame.Append(id, ber.AppendElement(nil, frame.TagEntry, entry))
}

// doneOf ends a page; a cookie leads to the next one.
func doneOf(id int64, cookie string) []byte {
	result := ber.AppendElement(ber.AppendNumber(nil, ber.Enumerated, 0), ber.OctetString, nil)
	result = ber.AppendElement(nil, frame.TagDone, ber.AppendElement(result, ber.OctetString, nil))
	page := ber.AppendElement(ber.AppendNumber(nil, ber.Integer, 0), ber.OctetString, []byte(cookie))
	control := ber.AppendElement(nil, ber.OctetString, []byte("1.2.840.113556.1.4.319"))
	control = ber.AppendElement(control, ber.OctetString, ber.AppendElement(nil, ber.Sequence, page))
	return frame.Append(id, result, ber.AppendElement(nil, frame.TagControls, ber.AppendElement(nil, ber.Sequence, control)))
}

// ran scans a prepared wire, and gives the rows as "DN=value".
func ran(w *wireOf, rest ...byte) (rows []string, err error) {
	once := false
	err = Run(context.Background(), Query{Filter: "(a=*)", Attributes: []string{"a"}, Most: 1 << 20}, func(context.Context) (*Conn, error) {
		if once {
			return nil, errors.New("only once")
		}
		once = true
		return Over(w, rest, 1000, 10*time.Second), nil
	}, func(r *Row) error {
		rows = append(rows, string(r.DN())+"="+string(r.Value(0)))
		return nil
	})
	return rows, err
}

// Good says that the connection has not ended yet.
func (c *Conn) Good() bool {
	select {
	case <-c.closed:
		return false
	case <-c.gone:
		return false
	default:
		return true
	}
}

// Whatever pieces messages come in, and whatever answers nobody's question between
// them: the scan has its rows, each once and in order.
func TestReaderSortsMessages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pages [][]byte
		var wire []byte
		var rows []string
		id := int64(firstID)
		for n := range rapid.IntRange(0, 60).Draw(t, "messages") {
			value := strings.Repeat("v", rapid.SampledFrom([]int{0, 1, 100, 3000, 20_000, chunkSize, 3 * chunkSize / 2}).Draw(t, "octets"))
			switch rapid.SampledFrom([]string{"row", "row", "row", "row", "earlier", "later", "end of another", "page"}).Draw(t, "kind") {
			case "row":
				wire = append(wire, entryOf(id, fmt.Sprint(n), value)...)
				rows = append(rows, fmt.Sprint(n)+"="+value)
			case "earlier":
				wire = append(wire, entryOf(int64(n), "other", value)...)
			case "later":
				wire = append(wire, entryOf(firstID+1000, "nobody", value)...)
			case "end of another":
				wire = append(wire, doneOf(7, "a cookie")...)
			case "page":
				wire = append(wire, entryOf(id, fmt.Sprintf("last of %d", id), "v")...) // a page that says nothing new ends the scan
				rows = append(rows, fmt.Sprintf("last of %d=v", id))
				pages = append(pages, append(wire, doneOf(id, "more")...))
				wire = nil
				id++
			}
		}
		wire = append(wire, doneOf(id, "")...)
		wire = append(wire, entryOf(id, "late")...)
		sizes := rapid.SliceOfN(rapid.SampledFrom([]int{7, 1000, 16 << 10, 1 << 20}), 1, 9).Draw(t, "pieces")
		reads := 0
		w := sending(func() int { reads++; return sizes[reads%len(sizes)] }, append(pages, wire)...)
		got, err := ran(w)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Join(got, "\n") != strings.Join(rows, "\n") {
			t.Fatalf("%d rows, want %d", len(got), len(rows))
		}
	})
}

// What was read before the connection was taken over is the beginning of what comes.
func TestReaderBeginsWithTheRest(t *testing.T) {
	whole := append(entryOf(3, "late"), append(entryOf(firstID, "a", "v"), doneOf(firstID, "")...)...)
	for n := range len(entryOf(3, "late")) {
		rows, err := ran(sending(pieces(100), whole[n:]), whole[:n]...)
		if err != nil || len(rows) != 1 || rows[0] != "a=v" {
			t.Fatalf("%d octets: %q, %v", n, rows, err)
		}
	}
}

// What stands before a DC's lie is handed out; then the scan ends with an error.
func TestReaderEndsWithTheWire(t *testing.T) {
	const id = firstID
	good := entryOf(id, "good", "v")
	cut := entryOf(id, "cut", strings.Repeat("v", 1000))
	for name, c := range map[string]struct {
		wire []byte
		says string
	}{
		"nothing":           {nil, "EOF"},
		"no end":            {good, "EOF"},
		"in the middle":     {append(bytes.Clone(good), cut[:500]...), "EOF"},
		"in a header":       {append(bytes.Clone(good), cut[:3]...), "EOF"},
		"a gigabyte":        {append(bytes.Clone(good), 0x30, 0x84, 0x3f, 0xff, 0xff, 0xff, 2, 4, 0x40, 0, 0, 0, frame.TagEntry), "1024 MiB"},
		"sixteen megabytes": {append(bytes.Clone(good), 0x30, 0x84, 0x01, 0, 0, 0, 2, 4, 0x40, 0, 0, 0, frame.TagEntry), "16 MiB"},
		"an end of one":     {append(bytes.Clone(good), 0x30, 0x84, 0, 0x10, 0, 0, 2, 4, 0x40, 0, 0, 0, frame.TagDone), "1 MiB"},
		"promised only":     {append(bytes.Clone(good), 0x30, 0x84, 0, 0xff, 0, 0, 2, 4, 0x40, 0, 0, 0, frame.TagEntry), "EOF"},
		"endless":           {append(bytes.Clone(good), 0x30, 0x80, 2, 4, 0x40, 0, 0, 0, frame.TagEntry), "not BER"},
		"no BER":            {append(bytes.Clone(good), "HTTP/1.1 400 Bad Request\r\n\r\n"...), "not BER"},
		"end without code":  {append(bytes.Clone(good), frame.Append(id, []byte{frame.TagDone, 0})...), "malformed"},
		"end with half a control": {append(bytes.Clone(good), frame.Append(id,
			[]byte{frame.TagDone, 7, 10, 1, 0, 4, 0, 4, 0}, []byte{frame.TagControls, 3, 0x30, 9, 4})...), "malformed"},
		"entry without attributes": {append(bytes.Clone(good), frame.Append(id, []byte{frame.TagEntry, 2, 4, 0})...), "the attributes"},
		"a bind's answer":          {append(bytes.Clone(good), frame.Append(id, []byte{0x61, 0})...), "0x61"},
	} {
		rows, err := ran(sending(pieces(100), c.wire))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %q", name, err, c.says)
		}
		if len(c.wire) > 0 && (len(rows) != 1 || rows[0] != "good=v") {
			t.Errorf("%s: rows %q", name, rows)
		}
	}
}

// Messages that answer nothing come to an end, too.
func TestReaderIsToldNothingForever(t *testing.T) {
	var wire []byte
	for range 3000 {
		wire = append(wire, entryOf(5, "nobody's")...)
	}
	if _, err := ran(sending(pieces(16<<10), wire)); !frame.IsExcess(err) {
		t.Errorf("got %v", err)
	}
}

// A length that is promised takes no memory until it is there.
func TestReaderBelievesNoLength(t *testing.T) {
	lie := []byte{0x30, 0x84, 0, 0xff, 0, 0, 2, 4, 0x40, 0, 0, 0, frame.TagEntry}
	w := sending(pieces(1000), append(lie, make([]byte, 100_000)...))
	close(w.rest)
	r := &reader{Conn: &Conn{wire: w}, buf: make([]byte, chunkSize)}
	if err := r.run(); err != io.EOF {
		t.Error(err)
	}
	if len(r.buf) > 256<<10 {
		t.Errorf("%d octets were made room for", len(r.buf))
	}
}

// A scan that nobody reads from holds the wire back, and the end of the connection
// wakes its reader, from whatever side it comes.
func TestReaderIsHeldBack(t *testing.T) {
	var wire []byte
	for range 2000 {
		wire = append(wire, entryOf(firstID, "row", strings.Repeat("v", 3000))...)
	}
	w := sending(pieces(16<<10), wire)
	c := Over(w, nil, 1000, time.Minute)
	request, err := (&Query{Filter: "(a=*)"}).requests(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.begin(request); err != nil {
		t.Fatal(err)
	}
	if _, err := c.next(t.Context()); err != nil { // and no more after this one
		t.Fatal(err)
	}
	c.Close()
	select {
	case <-c.gone:
		if c.Good() {
			t.Error("it is called good")
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it waits still")
	}
	if n := len(w.now); n < len(wire)-(chunks+1)*chunkSize {
		t.Errorf("%d of %d octets were left", n, len(wire))
	}
}

// What a server says to nobody's request (ID 0, RFC 4511 section 4.4.1) answers no page, also
// where none is awaited.
func TestNoticeAnswersNoPage(t *testing.T) {
	notice := ber.AppendElement(nil, ber.Sequence, append(ber.AppendNumber(nil, ber.Integer, 0), ber.AppendElement(nil, 0x78, nil)...))
	s := &run{}
	if err := s.messages(chunk{data: notice, page: 0}); err != nil {
		t.Error(err)
	}
	if err := s.messages(chunk{data: ber.AppendElement(nil, ber.Sequence, append(ber.AppendNumber(nil, ber.Integer, 7), ber.AppendElement(nil, 0x78, nil)...)), page: 7}); err == nil {
		t.Error("a message that answers the page and is no part of a search is taken")
	}
}
