package chromium

import (
	"slices"
	"testing"
)

// Margin is that of the sheets that [Page.Everywhere] prints on, in millimetres;
// the page's own style must say the same.
const Margin = 15

// Looks are how people look at a page, by name: on a desk and on a phone, light and
// dark, in colours of high contrast, and on the two kinds of paper.
var Looks = []struct {
	Name string
	Look Look
}{
	{"desk-light", Look{Width: 1280}},
	{"desk-dark", Look{Width: 1280, Dark: true}},
	{"phone-light", Look{Width: 390, Height: 844, Phone: true}},
	{"phone-dark", Look{Width: 390, Height: 844, Phone: true, Dark: true}},
	{"forced", Look{Width: 1280, Forced: true}},
	{"a4", Look{Width: A4.Inside(Margin), Print: true}},
	{"letter", Look{Width: Letter.Inside(Margin), Print: true, Dark: true}}, // who prints may have a dark screen
}

// Everywhere fails the test where a reader of the file at path would stumble: in the
// looks of these names, or all of them where there are none. It is also printed on
// A4, and on Letter with that look. The number of sheets of A4 comes back.
func (p *Page) Everywhere(t testing.TB, path string, looks ...string) (sheets int) {
	t.Helper()
	p.Open(t, path, Looks[0].Look)
	wanted := func(name string) bool { return len(looks) == 0 || slices.Contains(looks, name) }
	for _, l := range Looks {
		if !wanted(l.Name) {
			continue
		}
		p.Look(t, l.Look)
		for _, f := range p.Faults(t) {
			t.Errorf("%s: %s", l.Name, f)
		}
	}
	p.Look(t, Looks[0].Look)
	for _, on := range []Paper{A4, Letter} {
		if on == Letter && !wanted("letter") {
			continue
		}
		printed := Sheets(t, p.Print(t, on), on, Margin)
		if on == A4 {
			sheets = len(printed)
		}
		for _, f := range p.Lost(t, printed) {
			t.Errorf("printed on %s: %s", on.Name, f)
		}
	}
	return sheets
}

// Pictures photographs the file at path in each look, by its name; with all, to the
// end of the page.
func (p *Page) Pictures(t testing.TB, path string, all bool) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	p.Open(t, path, Looks[0].Look)
	for _, l := range Looks {
		p.Look(t, l.Look)
		out[l.Name+".png"] = p.Picture(t, all)
	}
	return out
}
