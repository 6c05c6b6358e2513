package ber

import (
	"bytes"
	"encoding/asn1"
	"testing"

	"pgregory.net/rapid"
)

// What is written is what encoding/asn1 writes, and is read again; cut short, it is not
// there yet.
func TestElements(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := rapid.SliceOfN(rapid.Byte(), 0, 70_000).Draw(t, "content")
		raw := AppendElement(nil, OctetString, content)
		if want, err := asn1.Marshal(content); err != nil || !bytes.Equal(raw, want) {
			t.Fatalf("%x, want %x (%v)", raw[:min(8, len(raw))], want[:min(8, len(want))], err)
		}
		got, rest, ok := Expect(OctetString, append(raw, 1, 2))
		if !ok || !bytes.Equal(got, content) || len(rest) != 2 {
			t.Fatalf("%d octets and %d behind them, %t", len(got), len(rest), ok)
		}
		at := rapid.IntRange(0, len(raw)-1).Draw(t, "cut")
		if _, _, _, ok := Element(raw[:at]); ok {
			t.Fatalf("it is there after %d of %d octets", at, len(raw))
		}
	})
}

func TestNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		raw := AppendNumber(nil, Integer, n)
		if want, err := asn1.Marshal(n); err != nil || !bytes.Equal(raw, want) {
			t.Fatalf("%x, want %x (%v)", raw, want, err)
		}
		content, _, _ := Expect(Integer, raw)
		if got, ok := Number(content); ok != (n >= 0) || ok && got != n {
			t.Fatalf("%d is read as %d, %t", n, got, ok)
		}
	})
}

// No header of a hostile message is believed.
func TestHeaders(t *testing.T) {
	for _, c := range []struct {
		raw  []byte
		at   int
		size int
	}{
		{nil, 0, 0}, {[]byte{0x30}, 0, 0}, {[]byte{0x30, 0x82, 1}, 0, 0}, // not there yet
		{[]byte{0x1f, 1}, -1, 0}, {[]byte{0x30, 0x80}, -1, 0}, {[]byte{0x30, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 1}, -1, 0},
		{[]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, -1, 0}, {[]byte{0x30, 0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, -1, 0},
		{[]byte{0x30, 0x84, 0, 0, 0, 5}, 6, 5}, {[]byte{0x30, 5}, 2, 5},
	} {
		if _, at, size := Header(c.raw); at != c.at || size != c.size {
			t.Errorf("%x: %d, %d", c.raw, at, size)
		}
	}
}
