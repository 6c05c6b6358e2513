package directory

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
	"writeback/adperms/directory/scan"
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

func (w *wireOf) Close() error { return nil }

// entryOf is a SearchResultEntry message with one attribute, "a".
func entryOf(id int64, dn string, values ...string) []byte {
	var set []byte
	for _, v := range values {
		set = frame.AppendElement(set, frame.TagOctetString, []byte(v))
	}
	attribute := frame.AppendElement(frame.AppendElement(nil, frame.TagOctetString, []byte("a")), frame.TagSet, set)
	entry := frame.AppendElement(nil, frame.TagOctetString, []byte(dn))
	entry = frame.AppendElement(entry, frame.TagSequence, frame.AppendElement(nil, frame.TagSequence, attribute))
	return frame.Append(id, frame.AppendElement(nil, frame.TagEntry, entry))
}

// doneOf ends a page; a cookie leads to the next one.
func doneOf(id int64, cookie string) []byte {
	result := frame.AppendElement(frame.AppendNumber(nil, frame.TagEnumerated, 0), frame.TagOctetString, nil)
	result = frame.AppendElement(nil, frame.TagDone, frame.AppendElement(result, frame.TagOctetString, nil))
	page := frame.AppendElement(frame.AppendNumber(nil, frame.TagInteger, 0), frame.TagOctetString, []byte(cookie))
	control := frame.AppendElement(nil, frame.TagOctetString, []byte("1.2.840.113556.1.4.319"))
	control = frame.AppendElement(control, frame.TagOctetString, frame.AppendElement(nil, frame.TagSequence, page))
	return frame.Append(id, result, frame.AppendElement(nil, frame.TagControls, frame.AppendElement(nil, frame.TagSequence, control)))
}

// forked runs a scan over a prepared wire. It gives what go-ldap would read, the
// rows "DN=value", and how the scan ended: nil after a page without a cookie.
func forked(t rapid.TB, w *wireOf) (passed []byte, rows []string, ended error) {
	f := newFork(w, nil)
	request, err := (&scan.Query{Filter: "(a=*)"}).Requests([]string{"a"}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.scanWith(request)
	if err != nil {
		t.Fatal(err)
	}
	all := make(chan []byte)
	go func() {
		b, _ := io.ReadAll(f)
		all <- b
	}()
	row := scan.NewRow([]string{"a"})
	for more := true; more && ended == nil; {
		c, err := s.next(context.Background(), 10*time.Second)
		if err != nil {
			ended = err
			break
		}
		for data := c.data; len(data) > 0 && ended == nil; {
			m, _, err := frame.Of(data)
			if err != nil {
				t.Fatalf("a message was handed over that is none: %v", err)
			}
			if content, _, ok := frame.Expect(frame.TagEntry, data[m.At:m.Size]); ok {
				if ended = row.Decode(content); ended == nil {
					rows = append(rows, string(row.DN())+"="+string(row.Value(0)))
				}
			}
			data = data[m.Size:]
		}
		s.release(c)
		if c.end != nil {
			more = len(c.end.cookie) > 0
			if ended == nil {
				ended = c.end.err
			}
			if more && ended == nil && !c.end.asked {
				s.goOn(c.end.cookie)
			}
		}
	}
	s.stop()
	close(w.rest)
	return <-all, rows, ended
}

// Whatever order messages come in, and in whatever pieces: go-ldap reads what is
// its own, the scan its rows, and what belongs to nobody is dropped.
func TestForkSortsMessages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pages [][]byte
		var wire, passed []byte
		var rows []string
		id := int64(firstScanID)
		for n := range rapid.IntRange(0, 60).Draw(t, "messages") {
			value := strings.Repeat("v", rapid.SampledFrom([]int{0, 1, 100, 3000, 20_000, chunkSize, 3 * chunkSize / 2}).Draw(t, "octets"))
			switch rapid.SampledFrom([]string{"row", "row", "row", "row", "go-ldap's", "nobody's", "page"}).Draw(t, "kind") {
			case "row":
				wire = append(wire, entryOf(id, fmt.Sprint(n), value)...)
				rows = append(rows, fmt.Sprint(n)+"="+value)
			case "go-ldap's":
				m := entryOf(int64(n), "other", value)
				wire, passed = append(wire, m...), append(passed, m...)
			case "nobody's":
				wire = append(wire, entryOf(firstScanID+1000, "nobody", value)...)
			case "page":
				pages = append(pages, append(wire, doneOf(id, "more")...))
				wire = nil
				id++
			}
		}
		wire = append(wire, doneOf(id, "")...)
		wire = append(wire, entryOf(id, "late")...)
		last := entryOf(7, "last")
		wire, passed = append(wire, last...), append(passed, last...)
		sizes := rapid.SliceOfN(rapid.SampledFrom([]int{7, 1000, 16 << 10, 1 << 20}), 1, 9).Draw(t, "pieces")
		reads := 0
		w := sending(func() int { reads++; return sizes[reads%len(sizes)] }, append(pages, wire)...)
		gotPassed, gotRows, err := forked(t, w)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(gotPassed, passed) {
			t.Fatalf("go-ldap reads %d octets, want %d", len(gotPassed), len(passed))
		}
		if strings.Join(gotRows, "\n") != strings.Join(rows, "\n") {
			t.Fatalf("%d rows, want %d", len(gotRows), len(rows))
		}
	})
}

// What stands before a DC's lie is handed out; then the scan ends with an error.
func TestForkEndsWithTheWire(t *testing.T) {
	const id = firstScanID
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
		"promised only":     {append(bytes.Clone(good), 0x30, 0x84, 0, 0xff, 0, 0, 2, 4, 0x40, 0, 0, 0, frame.TagEntry), "EOF"},
		"endless":           {append(bytes.Clone(good), 0x30, 0x80, 2, 4, 0x40, 0, 0, 0, frame.TagEntry), "not BER"},
		"no BER":            {append(bytes.Clone(good), "HTTP/1.1 400 Bad Request\r\n\r\n"...), "not BER"},
		"end without code":  {append(bytes.Clone(good), frame.Append(id, []byte{frame.TagDone, 0})...), "malformed"},
		"end with half a control": {append(bytes.Clone(good), frame.Append(id,
			[]byte{frame.TagDone, 7, 10, 1, 0, 4, 0, 4, 0}, []byte{frame.TagControls, 3, 0x30, 9, 4})...), "malformed"},
		"entry without attributes": {append(bytes.Clone(good), frame.Append(id, []byte{frame.TagEntry, 2, 4, 0})...), "the attributes"},
	} {
		_, rows, err := forked(t, sending(pieces(100), c.wire))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %q", name, err, c.says)
		}
		if len(c.wire) > 0 && (len(rows) != 1 || rows[0] != "good=v") {
			t.Errorf("%s: rows %q", name, rows)
		}
	}
}

// A length that is promised takes no memory until it is there.
func TestForkBelievesNoLength(t *testing.T) {
	lie := []byte{0x30, 0x84, 0, 0xff, 0, 0, 2, 4, 0x40, 0, 0, 0, frame.TagEntry}
	f := newFork(sending(pieces(1000), append(lie, make([]byte, 50_000)...)), nil)
	f.Write(nil)
	if _, err := io.Copy(io.Discard, f); err != nil {
		t.Fatal(err)
	}
	if len(f.buf) > 128<<10 {
		t.Errorf("%d octets were made room for", len(f.buf))
	}
}

// A scan that nobody reads from holds the wire back, until go-ldap asks for
// something: then what stands before its answer is kept, up to a limit.
func TestForkReadsAheadForGoLDAP(t *testing.T) {
	var wire []byte
	for range 3000 {
		wire = append(wire, entryOf(firstScanID, "row", strings.Repeat("v", 3000))...)
	}
	answer := entryOf(5, "answer")
	wire = append(wire, answer...)
	f := newFork(sending(pieces(16<<10), wire), nil)
	request, err := (&scan.Query{Filter: "(a=*)"}).Requests(nil, 1000)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.scanWith(request)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan []byte)
	go func() {
		b := make([]byte, len(answer))
		_, err := io.ReadFull(f, b)
		if err != nil {
			t.Error(err)
		}
		got <- b
	}()
	if _, err := f.Write([]byte("a request of go-ldap's")); err != nil {
		t.Fatal(err)
	}
	select {
	case b := <-got:
		if !bytes.Equal(b, answer) {
			t.Errorf("got %x", b)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("go-ldap has no answer")
	}
	s.stop()
	if _, err := f.scanWith(request); err != nil {
		t.Errorf("a second scan: %v", err)
	}
	if _, err := f.scanWith(request); !errors.Is(err, errScanning) {
		t.Errorf("a third scan beside it: %v", err)
	}
}

// A fork that waits for the scan's visitor is woken by the end of the socket,
// from whatever side it comes.
func TestForkWakesWithTheSocket(t *testing.T) {
	var wire []byte
	for range 2000 {
		wire = append(wire, entryOf(firstScanID, "row", strings.Repeat("v", 3000))...)
	}
	cut := make(chan struct{})
	f := newFork(sending(pieces(16<<10), wire), cut)
	request, err := (&scan.Query{Filter: "(a=*)"}).Requests(nil, 1000)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.scanWith(request)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		_, err := f.Read(make([]byte, 1))
		ended <- err
	}()
	if _, err := s.next(t.Context(), time.Minute); err != nil { // and no more after this one
		t.Fatal(err)
	}
	close(cut)
	select {
	case err := <-ended:
		if err != io.EOF {
			t.Errorf("got %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it waits still")
	}
}
