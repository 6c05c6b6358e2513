package chromium

import "testing"

// Margin is that of the sheets that [Page.Everywhere] prints on, in millimetres;
// the page's own style must say the same.
const Margin = 15

// AllMedia are the ways people read a page, by name: on a desk and on a phone, in the
// dark, and on paper.
var AllMedia = []struct {
	Name  string
	Media Media
}{
	{"desk-light", Media{Width: 1280}},
	{"phone-dark", Media{Width: 390, Height: 844, Phone: true, Dark: true}},
	{"a4", Media{Width: A4.Inside(Margin), Print: true}},
}

// Everywhere fails the test where a reader of the file at path would stumble, in each of
// [AllMedia]. It is also printed on A4; how many sheets that took comes back.
func (p *Page) Everywhere(t testing.TB, path string) (sheets int) {
	t.Helper()
	p.Open(t, path, AllMedia[0].Media)
	for _, l := range AllMedia {
		p.Emulate(t, l.Media)
		for _, f := range p.Faults(t) {
			t.Errorf("%s: %s", l.Name, f)
		}
	}
	p.Emulate(t, AllMedia[0].Media)
	printed := Sheets(t, p.Print(t, A4), A4, Margin)
	for _, f := range p.Lost(t, printed) {
		t.Errorf("printed on %s: %s", A4.Name, f)
	}
	return len(printed)
}

// Pictures photographs the file at path in each medium, by its name; with all, to the
// end of the page.
func (p *Page) Pictures(t testing.TB, path string, all bool) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	p.Open(t, path, AllMedia[0].Media)
	for _, l := range AllMedia {
		p.Emulate(t, l.Media)
		out[l.Name+".png"] = p.Picture(t, all)
	}
	return out
}
