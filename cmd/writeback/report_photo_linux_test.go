package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Photographs of reports cannot be held byte for byte: another browser, or other
// fonts, draw other pixels. So each carries in it what it was taken of, the digest
// of the page's layout, and a test fails where that is another one now.

// maxPhoto is how large a photograph in the docs may be, in bytes.
const maxPhoto = 150_000

// layoutOfReports is the digest of what decides how a report looks.
func layoutOfReports(t *testing.T) string {
	t.Helper()
	h := sha256.New()
	for _, name := range []string{"page.html", "style.css"} {
		h.Write([]byte(read(t, filepath.Join("..", "..", "wizard", "report", name))))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func photoFile(name string) string { return filepath.Join("..", "..", "docs", "pictures", name+".png") }

// savePhoto writes a photograph, small, and with what it was taken of.
func savePhoto(t *testing.T, name string, raw []byte, layout string) {
	t.Helper()
	was, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, fewColours(was)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(photoFile(name), labelled(b.Bytes(), layout), 0o644); err != nil {
		t.Fatal(err)
	}
}

func checkPhoto(t *testing.T, name, layout string) {
	t.Helper()
	raw, err := os.ReadFile(photoFile(name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(raw)); err != nil || len(raw) > maxPhoto {
		t.Errorf("%s: %d bytes, %d at most, %v", name, len(raw), maxPhoto, err)
	}
	if !bytes.Contains(raw, []byte(layout)) {
		t.Errorf("%s is stale: reports are laid out in another way now (.ci/photos takes it anew)", photoFile(name))
	}
}

// fewColours is the picture in its 256 most frequent colours: a page has no more that
// anybody would see.
func fewColours(was image.Image) image.Image {
	count := map[color.RGBA]int{}
	bounds := was.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[color.RGBAModel.Convert(was.At(x, y)).(color.RGBA)]++
		}
	}
	order := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(number(a), number(b)))
	})
	var palette color.Palette
	for _, c := range order[:min(256, len(order))] {
		palette = append(palette, c)
	}
	out := image.NewPaletted(bounds, palette)
	draw.Draw(out, bounds, was, bounds.Min, draw.Src)
	return out
}

func number(c color.RGBA) uint32 { return binary.BigEndian.Uint32([]byte{c.A, c.R, c.G, c.B}) }

// labelled is a PNG with a text in it: a chunk behind the header, which always is of
// 33 bytes (PNG third edition, 5.3, 11.2.1 and 11.3.3.2).
func labelled(raw []byte, text string) []byte {
	const header = 33
	body := append([]byte("tEXtSource\x00"), text...)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)-4))
	chunk = binary.BigEndian.AppendUint32(append(chunk, body...), crc32.ChecksumIEEE(body))
	return slices.Concat(raw[:header], chunk, raw[header:])
}
