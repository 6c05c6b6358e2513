package screen

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

func TestSVG(t *testing.T) {
	s := New(20, 3)
	_, _ = s.Write([]byte("\x1b[1ma <b> & c\x1b[0m ── │\r\n  \x1b[31mred\x1b[0m \x1b[7mx\x1b[0m\r\n\x1b[2mfaint"))
	got := SVG("two & two", s.Cells())
	if again := SVG("two & two", s.Cells()); again != got {
		t.Error("the same cells give other bytes")
	}
	var text []string
	for d := xml.NewDecoder(strings.NewReader(got)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if c, is := token.(xml.CharData); is && strings.TrimSpace(string(c)) != "" {
			text = append(text, string(c))
		}
	}
	if want := []string{"two & two", "a <b> & c", "red", "x", "faint"}; !reflect.DeepEqual(append(text[:1:1], text[2:]...), want) { // [1] is the style
		t.Errorf("the texts are %q, want %q", text, want)
	}
	for _, want := range []string{
		`<text class="t s" x="16" y="29.5" textLength="75.6">a &lt;b&gt; &amp; c</text>`,
		`<text class="c2" x="32.8" y="47.5" textLength="25.2">red</text>`,
		`<rect class="t" x="66.4" y="34" width="8.4" height="18"/>`,
		`<text class="b" x="66.4" y="47.5" textLength="8.4">x</text>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %s in\n%s", want, got)
		}
	}
}

// Every text can be read on its background.
func TestContrast(t *testing.T) {
	for name, p := range map[string]palette{"light": light, "dark": dark} {
		v := reflect.ValueOf(p)
		for i := 1; i < v.NumField(); i++ {
			if c := contrast(t, p.b, v.Field(i).String()); c < 4.5 {
				t.Errorf("%s: %s has a contrast of %.1f", name, v.Type().Field(i).Name, c)
			}
		}
	}
}

// contrast is that of WCAG 2.2.
func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) (sum float64) {
	t.Helper()
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		v := float64(n) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}
